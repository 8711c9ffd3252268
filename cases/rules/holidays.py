"""Turkey's public holidays of any year (law 2429), the moving feasts computed."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from cases.rules.new_moon import islamic

# Month, day, and from which year it is one.
_FIXED = (
    (1, 1, 1935), (4, 23, 1935), (5, 1, 2009), (5, 19, 1938), (7, 15, 2017), (8, 30, 1935),
    (10, 29, 1925),
)  # fmt: skip
RAMADAN_FEAST = (10, 1, 3)  # Islamic month and day, length in days
SACRIFICE_FEAST = (12, 10, 4)


@cache
def holidays(year: int) -> frozenset[date]:
    """The whole days of rest of a year."""
    fixed = {date(year, month, day) for month, day, since in _FIXED if year >= since}
    moving = {day for first, length in feasts(year) for day in _days(first, length)}
    return frozenset(fixed | {day for day in moving if day.year == year})


@cache
def half_holidays(year: int) -> frozenset[date]:
    """Days of which the afternoon (from 13:00) is free: the eves of the feasts and of the Republic."""
    eves = {first - timedelta(days=1) for first, _length in feasts(year)}
    eves |= {first - timedelta(days=1) for first, _length in feasts(year + 1)}
    eves.add(date(year, 10, 28))
    return frozenset(day for day in eves if day.year == year) - holidays(year)


@cache
def feasts(year: int) -> tuple[tuple[date, int], ...]:
    """First day and length of the religious feasts that touch a year. A year may have one twice."""
    near = int((year - 622) / 0.970224)  # 33 of its years are 32 of ours
    found = [
        (islamic(lunar_year, month, day), length)
        for lunar_year in range(near, near + 3)
        for month, day, length in (RAMADAN_FEAST, SACRIFICE_FEAST)
    ]
    return tuple(
        sorted((d, n) for d, n in found if year in (d.year, (d + timedelta(days=n - 1)).year))
    )


def _days(first: date, length: int) -> Iterator[date]:
    return (first + timedelta(days=i) for i in range(length))
