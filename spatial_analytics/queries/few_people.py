"""Figures about people's acts that rest on too few of them are hidden: for a right that says how many."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from spatial_analytics.queries.labels import Key
from spatial_analytics.rules.indicators import DIMENSIONS, Source
from spatial_analytics.rules.question import Question
from spatial_analytics.rules.small_groups import People, hidden_groups

Keys = tuple[Key, ...]


Who = Callable[[Question], Mapping[Keys, People]]


def hide_few(
    question: Question, people: Mapping[Keys, People], least: int, who: Who
) -> tuple[set[Keys], bool]:
    """The keys of the rows that are hidden, and whether everything is.

    people   who acted, by row; `()` is the whole
    who      the same of another question

    A filter by what is hidden tells what is hidden: then nothing is told.
    """
    if 0 < len(people.get((), ())) < least or _filtered(question, least, who):
        return set(people) - {()}, True
    rows = {keys: found for keys, found in people.items() if keys}
    if "person" not in question.by:
        return hidden_groups(rows, least), False
    at = question.by.index("person")
    groups: dict[Keys, People] = {}
    for keys, found in rows.items():
        rest = keys[:at] + keys[at + 1 :]
        groups[rest] = groups.get(rest, People()) | found
    hidden = hidden_groups(groups, least)
    return {keys for keys in rows if keys[:at] + keys[at + 1 :] in hidden}, False


def _filtered(question: Question, least: int, who: Who) -> bool:
    for name, values in question.filters.items():
        if name not in DIMENSIONS:
            continue
        others = {other: v for other, v in question.filters.items() if other != name}
        whole = who(replace(question, by=(name,), filters=others, per="", compare=""))
        hidden = hidden_groups({k: p for k, p in whole.items() if k}, least)
        if hidden & {(value,) for value in values}:
            return True
    return False


def counts_people(question: Question) -> bool:
    """Whether a question is about what people did."""
    return question.indicator.source is Source.DEEDS
