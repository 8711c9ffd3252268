"""Which counts are kept summed up, and from which of them a question is answered.

The table of days holds every count: day, cell of resolution 10, type, organisation, channel, district,
neighbourhood, whether it may be public. A roll-up leaves all of that out but one facet, for days or for whole months, at a
coarser cell: kept where that leaves much fewer rows (docs/density.md has the figures).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from spatial_analytics.rules.hexes import FINEST

# A facet's letter: everything, by type, by organisation, and so on.
ALL, TYPE, ORGANISATION, CHANNEL, DISTRICT, NEIGHBOURHOOD = "A", "T", "O", "C", "D", "N"
MONTH, DAY = "M", "D"

ROLLUPS: dict[tuple[str, str], tuple[int, ...]] = {
    (ALL, MONTH): (8, 9, 10),
    (ALL, DAY): (8,),
    (TYPE, MONTH): (8,),
    (ORGANISATION, MONTH): (8, 10),
    (ORGANISATION, DAY): (8,),
    (CHANNEL, MONTH): (8, 10),
    (DISTRICT, MONTH): (8, 10),
    (DISTRICT, DAY): (8,),
    (NEIGHBOURHOOD, MONTH): (8, 10),
    (NEIGHBOURHOOD, DAY): (8,),
}

# Whose counts are summed: those of the types asked for, or those of sensitive types, which are taken off.
ASKED, SENSITIVE = "+", "-"


@dataclass(frozen=True)
class Window:
    """Days that are counted together, both included; `slot` tells the counts of windows apart."""

    slot: int
    begin: date
    end: date


@dataclass(frozen=True)
class RollupProbe:
    """One period of one roll-up; `whose` is empty where the facet is not the type."""

    slot: int
    resolution: int
    facet: str
    span: str
    starts: date
    whose: str


@dataclass(frozen=True)
class DayProbe:
    """Some days of one month of the table of days."""

    slot: int
    month: date
    first: date
    last: date
    whose: str


@dataclass
class Plan:
    """What is read: their sum is the answer."""

    rollups: list[RollupProbe] = field(default_factory=list)
    days: list[DayProbe] = field(default_factory=list)


def kept(facet: str | None, span: str, shown: int) -> int | None:
    """The coarsest kept resolution that answers for cells of `shown`; None: not kept."""
    kinds = ROLLUPS.get((facet or "", span), ())
    return min((resolution for resolution in kinds if resolution >= shown), default=None)


def plan(windows: Iterable[Window], *, shown: int, facet: str | None, sensitive: bool) -> Plan:
    """How to count for some windows.

    shown      resolution of the cells wanted
    facet      what else is asked for than period and area; None: more than one thing
    sensitive  whether sensitive types count too; if not, they are taken off roll-ups that hold them
    """
    result = Plan()
    for window in windows:
        for month, first, last in months(window.begin, window.end):
            whole = first == month and last == month_after(month) - timedelta(days=1)
            resolution = kept(facet, MONTH, shown) if whole else None
            if resolution is not None:
                _add(result, window.slot, resolution, facet or "", MONTH, [month])
                if facet != TYPE and not sensitive:
                    _take_off(result, window.slot, shown, facet, month, first, last)
                continue
            resolution = kept(facet, DAY, shown)
            if resolution is not None:
                _add(result, window.slot, resolution, facet or "", DAY, days(first, last))
                if facet != TYPE and not sensitive:
                    result.days.append(DayProbe(window.slot, month, first, last, SENSITIVE))
                continue
            result.days.append(DayProbe(window.slot, month, first, last, ASKED))
    return result


def _add(
    result: Plan, slot: int, resolution: int, facet: str, span: str, starts: Iterable[date]
) -> None:
    whose = ASKED if facet == TYPE else ""
    result.rollups += [RollupProbe(slot, resolution, facet, span, one, whose) for one in starts]


def _take_off(
    result: Plan, slot: int, shown: int, facet: str | None, month: date, first: date, last: date
) -> None:
    resolution = kept(TYPE, MONTH, shown) if facet == ALL else None
    if resolution is None:
        result.days.append(DayProbe(slot, month, first, last, SENSITIVE))
    else:
        result.rollups.append(RollupProbe(slot, resolution, TYPE, MONTH, month, SENSITIVE))


def months(begin: date, end: date) -> list[tuple[date, date, date]]:
    """The months that a period touches: first of the month, and the period's first and last day in it."""
    result = []
    month = begin.replace(day=1)
    while month <= end:
        after = month_after(month)
        result.append((month, max(begin, month), min(end, after - timedelta(days=1))))
        month = after
    return result


def month_after(month: date) -> date:
    """The first day of the next month."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def days(first: date, last: date) -> list[date]:
    """Every day from the first to the last."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def kinds() -> list[tuple[str, str, int]]:
    """Facet, span and resolution of every roll-up."""
    return [(facet, span, r) for (facet, span), kept in ROLLUPS.items() for r in kept]


assert all(resolution <= FINEST for _facet, _span, resolution in kinds())
