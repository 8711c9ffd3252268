"""The first days of Islamic months as Turkey reckons them: by calculation, for any year.

A month begins behind the evening on which the young crescent can be seen somewhere on earth: once
the moon is eight degrees from the sun (Istanbul conference of 1978). Positions are the low-precision
series of the Astronomical Almanac: 0.3 degrees, half an hour of the moon's way. Of the 34 feasts of
2010 to 2026 this gives 32; the Sacrifice of 2015 and 2016 came a day later, because the moon stood
low. Where a year differs, an administrator enters the day.
"""

from datetime import UTC, date, datetime, timedelta
from math import acos, cos, degrees, radians, sin

_J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
_MONTH = 29.530588861  # days from new moon to new moon, in the mean
_NEW_MOON = 5.597  # the first one behind J2000, in the mean, in days
_SEEN_DEGREES = 8.0
# West of Greenwich the evening is still that of the day before.
_WEST = timedelta(hours=2, minutes=10)
_STEP = timedelta(minutes=20)
# 1 Muharrem 1420 came with the new moon of April 1999.
_YEAR, _LUNATION = 1420, -9

# Amplitude (degrees), angle at J2000, angle per Julian century.
_LONGITUDE = (
    (6.29, 135.0, 477198.87), (-1.27, 259.3, -413335.36), (0.66, 235.7, 890534.22),
    (0.21, 269.9, 954397.74), (-0.19, 357.5, 35999.05), (-0.11, 186.5, 966404.03),
)  # fmt: skip
_LATITUDE = (
    (5.13, 93.3, 483202.02), (0.28, 228.2, 960400.89), (-0.28, 318.3, 6003.15),
    (-0.17, 217.6, -407332.21),
)  # fmt: skip
_SUN = ((1.915, 357.528, 35999.05), (0.020, 715.056, 71998.1))


def islamic(year: int, month: int, day: int = 1) -> date:
    """A day of the Islamic calendar. `month` counts from 1 (Muharrem)."""
    return month_begins(_LUNATION + (year - _YEAR) * 12 + month - 1) + timedelta(days=day - 1)


def month_begins(lunation: int) -> date:
    """The first day of the month that a new moon begins; the one of 6 January 2000 is number 0."""
    mean = _J2000 + timedelta(days=_NEW_MOON + lunation * _MONTH)
    # The true new moon is within 14 hours of the mean one; seven degrees later are half a day.
    at = mean - timedelta(hours=14)
    while not (_ahead(at) > 0 and _apart(at) >= _SEEN_DEGREES):
        at += _STEP
    return (at - _WEST).date() + timedelta(days=1)


def _ahead(at: datetime) -> float:
    """How far the moon is ahead of the sun along the ecliptic, −180 to 180 degrees."""
    t = _centuries(at)
    moon = 218.32 + 481267.881 * t + _sum(_LONGITUDE, t)
    sun = 280.460 + 36000.770 * t + _sum(_SUN, t)
    return (moon - sun + 180) % 360 - 180


def _apart(at: datetime) -> float:
    """The angle between moon and sun."""
    latitude = _sum(_LATITUDE, _centuries(at))
    return degrees(acos(cos(radians(latitude)) * cos(radians(_ahead(at)))))


def _sum(series: tuple[tuple[float, float, float], ...], t: float) -> float:
    return sum(a * sin(radians(angle + rate * t)) for a, angle, rate in series)


def _centuries(at: datetime) -> float:
    return (at - _J2000) / timedelta(days=36525)
