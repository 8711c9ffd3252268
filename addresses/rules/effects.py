"""What a change of the register would mean for other rooms: they say it, the check reports it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Touched:
    """What a change set touches: neighbourhoods (ids), and whether boundaries move."""

    change_set: int
    neighbourhoods: frozenset[int]
    boundaries: bool


Report = dict[str, Any]
Words = Callable[[Report], list[str]]
_EFFECTS: dict[str, Callable[[Touched], Report]] = {}
_WORDS: dict[str, Words] = {}


def effect(name: str, function: Callable[[Touched], Report], words: Words | None = None) -> None:
    """Registers what a room has to say, and how its report reads; called from its `apps.py`.

    The function runs while the draft is applied, in a transaction that is taken back afterwards:
    it reads the register as it would be, and must write nothing.
    """
    _EFFECTS[name] = function
    if words is not None:
        _WORDS[name] = words


def effects_of(touched: Touched) -> dict[str, Report]:
    return {name: function(touched) for name, function in sorted(_EFFECTS.items())}


def in_words(reports: dict[str, Report]) -> list[str]:
    """Kept reports of all rooms as sentences in the reader's language."""
    return [
        sentence
        for name, report in sorted(reports.items())
        if name in _WORDS
        for sentence in _WORDS[name](report)
    ]
