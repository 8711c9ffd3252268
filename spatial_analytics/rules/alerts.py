"""Which clusters of a night are alerts, and which of them are known already."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import h3.api.basic_int as h3


@dataclass(frozen=True)
class Found:
    """A cluster as one night's scan found it.

    group, kind  ids of the type group and of the type that were scanned, None: all together
    units  cells, or ids of streets or neighbourhoods
    cases  row ids of the cases of its days inside it
    expected  how many its past would expect in those days
    recurrence_days  such a cluster, or a stronger one, by chance once in so many days
    """

    level: str
    group: int | None
    units: tuple[int, ...]
    cases: tuple[int, ...]
    first_day: date
    last_day: date
    observed: int
    expected: float
    recurrence_days: float
    kind: int | None = None


#: Of the smaller set of cases: two clusters that share so much are one.
SAME_CASES = 0.5


def same(one: Collection[int], other: Collection[int]) -> bool:
    """Whether two sets of cases are of one cluster."""
    ours, theirs = set(one), set(other)
    least = min(len(ours), len(theirs))
    return least > 0 and len(ours & theirs) >= SAME_CASES * least


def beside(one: Found, other: Found) -> bool:
    """Whether two clusters of hexagons of the same types, or one of them of all, touch in the same days."""
    if one.level != "CELL" or other.level != "CELL" or _size(one) != _size(other):
        return False
    for mine, theirs in ((one.kind, other.kind), (one.group, other.group)):
        if mine is not None and theirs is not None and mine != theirs:
            return False
    if one.first_day > other.last_day or other.first_day > one.last_day:
        return False
    around = {near for unit in one.units for near in h3.grid_disk(unit, 1)}
    return bool(around & set(other.units))


def _size(one: Found) -> int:
    return int(h3.get_resolution(one.units[0]))


def strongest(found: Iterable[Found]) -> list[Found]:
    """One for each cluster, however many scans (levels, types) saw it: the rarest, and of equals the
    one that says most precisely where and of what; with the cases of those that it stands for."""
    kept: list[Found] = []
    order = sorted(
        found,
        key=lambda f: (
            -f.recurrence_days,
            f.group is None,
            f.kind is None,
            f.level != "CELL",
            len(f.units),
        ),
    )
    for one in order:
        for at, other in enumerate(kept):
            if same(one.cases, other.cases) or beside(one, other):
                kept[at] = replace(other, cases=tuple(dict.fromkeys((*other.cases, *one.cases))))
                break
        else:
            kept.append(one)
    return kept


def belongs_to(found: Found, live: Sequence[tuple[int, Collection[int]]]) -> int | None:
    """The live alert (id, cases) that a cluster continues; None for a new one."""
    for known, cases in live:
        if same(found.cases, cases):
            return known
    return None
