"""What people and units did in a period, side by side: each figure is an answer like any other."""

from dataclasses import dataclass, replace
from datetime import datetime

from spatial_analytics.queries.figures import answers
from spatial_analytics.queries.labels import Key
from spatial_analytics.queries.reach import Sight
from spatial_analytics.rules.indicators import BUILT_IN
from spatial_analytics.rules.question import Question

#: What is told of a person and of a unit.
CARD = (
    "accepted_deeds",
    "started_deeds",
    "completed_deeds",
    "on_time_deeds_share",
    "comments",
    "deeds",
)


@dataclass(frozen=True)
class Line:
    key: Key
    name: str
    values: tuple[float | None, ...]


def card(question: Question, sight: Sight, *, now: datetime) -> tuple[list[Line], int]:
    """One line for each key of the question's one dimension, who did most first; and how many are
    hidden. Raises NotForYou, BadQuestion."""
    asked = [replace(question, indicator=BUILT_IN[code]) for code in CARD]
    found = answers(asked, sight, now=now)
    names: dict[Key, str] = {}
    for one in found:
        for row in one.rows:
            names.setdefault(row.keys[0], one.labels(row)[0])
    values = [{row.keys[0]: row.value for row in one.rows} for one in found]
    none = [0.0 if BUILT_IN[code].additive else None for code in CARD]
    lines = [
        Line(key, name, tuple(v.get(key, zero) for v, zero in zip(values, none, strict=True)))
        for key, name in names.items()
    ]
    lines.sort(key=lambda line: (-(line.values[-1] or 0), line.name))
    return lines, found[-1].hidden
