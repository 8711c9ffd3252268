"""A plan reads every day of a period once, and takes off what must not be counted."""

from collections import Counter
from datetime import date, timedelta

import pytest

from spatial_analytics.rules.rollups import (
    ALL,
    ASKED,
    CHANNEL,
    DAY,
    MONTH,
    SENSITIVE,
    TYPE,
    Window,
    days,
    kept,
    month_after,
    months,
    plan,
)

PERIODS = [
    (date(2026, 1, 1), date(2026, 1, 31)),
    (date(2025, 12, 31), date(2026, 3, 1)),
    (date(2024, 2, 5), date(2026, 11, 26)),
    (date(2026, 5, 9), date(2026, 5, 9)),
]


def read_days(found, whose: set[str]) -> Counter:
    """How often each day is counted for these."""
    counted: Counter = Counter()
    for probe in found.days:
        if probe.whose in whose:
            counted.update(days(probe.first, probe.last))
    for probe in found.rollups:
        if probe.whose not in whose:
            continue
        end = month_after(probe.starts) - timedelta(1) if probe.span == MONTH else probe.starts
        counted.update(days(probe.starts, end))
    return counted


@pytest.mark.parametrize("facet", [ALL, TYPE, CHANNEL, None])
@pytest.mark.parametrize("shown", [6, 8, 10])
@pytest.mark.parametrize(("begin", "end"), PERIODS)
def test_every_day_is_read_once(facet, shown, begin, end):
    found = plan([Window(0, begin, end)], shown=shown, facet=facet, sensitive=False)
    assert read_days(found, {ASKED, ""}) == Counter(days(begin, end))
    # From a roll-up that holds sensitive types they are taken off, on just the days that it was read for.
    rolled = plan([Window(0, begin, end)], shown=shown, facet=facet, sensitive=False)
    rolled.days = [p for p in rolled.days if p.whose == SENSITIVE]
    assert read_days(rolled, {SENSITIVE}) == read_days(rolled, {""})


def test_who_may_see_all_has_nothing_taken_off():
    found = plan([Window(0, *PERIODS[2])], shown=8, facet=ALL, sensitive=True)
    assert not found.days
    assert {p.whose for p in found.rollups} == {""}


def test_a_roll_up_is_as_fine_as_what_is_shown():
    assert kept(ALL, MONTH, 9) == 9
    assert kept(TYPE, MONTH, 7) == 8
    assert kept(TYPE, MONTH, 9) is None
    assert kept(ALL, DAY, 10) is None
    assert kept(None, MONTH, 6) is None


def test_months_of_a_period():
    assert months(date(2025, 12, 31), date(2026, 2, 1)) == [
        (date(2025, 12, 1), date(2025, 12, 31), date(2025, 12, 31)),
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 31)),
        (date(2026, 2, 1), date(2026, 2, 1), date(2026, 2, 1)),
    ]
