"""What is made of rows that were counted: gaps filled, small ones hidden, divided, compared, in order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from spatial_analytics.conf import CONF
from spatial_analytics.queries.area_measures import Within, measures
from spatial_analytics.queries.labels import Key
from spatial_analytics.rules.indicators import PER, TIMES
from spatial_analytics.rules.question import Period, Question, first_day


@dataclass(frozen=True)
class Row:
    """`keys` in the order of the question's `by`. `value` is None where there is none, and where it is
    hidden; `n` is the number of cases (or answers, or deeds) that it rests on; `before` is the value of the period that
    it is compared with."""

    keys: tuple[Key, ...]
    value: float | None
    n: int
    before: float | None = None
    hidden: bool = False


def with_zeros(question: Question, rows: list[Row]) -> list[Row]:
    """Days, weeks, months of the period in which nothing was counted."""
    if len(question.by) != 1 or question.indicator.nothing is None:
        return rows
    step = question.by[0]
    if step not in TIMES or step == "weekday":
        return rows
    known = {row.keys[0] for row in rows}
    starts = _starts(step, question.period)
    return rows + [Row((start,), 0.0, 0) for start in starts if start not in known]


def _starts(step: str, period: Period) -> list[date]:
    """The first days of the weeks, months, … that a period touches, in order."""
    days = (period.begin + timedelta(days=i) for i in range(period.days))
    return list(dict.fromkeys(first_day(step, day) for day in days))


def without_small(question: Question, rows: list[Row], total: Row) -> tuple[list[Row], Row]:
    """Counts that are too small for the public; the total is that of what is left."""
    few = CONF.public_minimum
    shown = [replace(row, value=None, n=0, hidden=True) if 0 < row.n < few else row for row in rows]
    if not question.by:
        return [], replace(total, value=None, n=0, hidden=True) if 0 < total.n < few else total
    whole = sum(row.value or 0.0 for row in shown)
    return shown, Row((), whole, sum(row.n for row in shown))


def divided(
    question: Question, rows: list[Row], total: Row, within: Within
) -> tuple[list[Row], Row]:
    """Per residents, dwellings or kilometres of the areas; no value where there are none. The whole is that of
    the areas `within` these districts and neighbourhoods."""
    level, per, resolution = question.by[0], question.per, question.resolution
    known: dict[Any, float] = dict(measures(level, per, resolution, question.filters))
    unit = PER[question.per]
    rates = []
    for row in rows:
        of = known.get(row.keys[0]) if isinstance(row.keys[0], int) else None
        value = None if row.value is None or not of else row.value * unit / of
        rates.append(replace(row, value=value))
    if question.indicator.nothing is None:  # only areas of which a value is known
        known = {row.keys[0]: known.get(row.keys[0], 0.0) for row in rows}
    elif within != question.filters:
        known = dict(measures(level, per, resolution, within))
    whole = sum(known.values())
    value = None if total.value is None or not whole else total.value * unit / whole
    return rates, replace(total, value=value)


def beside(question: Question, rows: list[Row], earlier: list[Row]) -> list[Row]:
    """Each row with the value of before; rows that only the period before has are there too."""
    steps = [i for i, name in enumerate(question.by) if name in TIMES and name != "weekday"]
    if steps:  # the first month meets the first month, and so on
        step = question.by[steps[0]]
        now_starts = _starts(step, question.period)
        then_starts = _starts(step, question.period.before(question.compare))
        meets: dict[Key, Key] = dict(zip(then_starts, now_starts, strict=False))
        moved = []
        for row in earlier:
            keys = list(row.keys)
            keys[steps[0]] = meets.get(keys[steps[0]])
            if keys[steps[0]] is not None:
                moved.append(replace(row, keys=tuple(keys)))
        earlier = moved
    before = {row.keys: row for row in earlier}
    none = question.indicator.nothing
    found = [
        replace(row, before=before[row.keys].value if row.keys in before else none) for row in rows
    ]
    known = {row.keys for row in rows}
    found += [Row(row.keys, none, 0, before=row.value) for row in earlier if row.keys not in known]
    return found


def in_order(question: Question, rows: list[Row]) -> list[Row]:
    """In time, or the highest first; what has no value last."""
    if question.by and question.by[0] in {*TIMES, "hour"}:
        return sorted(rows, key=lambda row: (row.keys[0] is None, _sortable(row.keys)))
    return sorted(
        rows, key=lambda row: (row.value is None, -(row.value or 0.0), _sortable(row.keys))
    )


def _sortable(keys: Sequence[Key]) -> tuple[tuple[bool, Any], ...]:
    return tuple((key is None, f"{key:020d}" if isinstance(key, int) else str(key)) for key in keys)
