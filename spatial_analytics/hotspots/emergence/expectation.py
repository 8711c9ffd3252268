"""What would be usual: expected cases of every unit and day, from before the last four weeks.

The expectation of a unit is its *share* of the city times the city's level:

* share: cases of a year, weighted by age with a half-life that the city's own past has chosen, ending
  `GUARD` days ago (so that an outbreak does not raise its own expectation), drawn towards the
  neighbours' by gamma-Poisson with a strength from the moments; times, where a second year is known,
  what the neighbourhood had above its share at this time last year (its own season);
* level: the cases of all units in the last eight weeks, cleared of weekday and holidays, drawn towards
  what the whole city had in the very window that is judged: growth, the city's season, a strike or a
  storm raise every unit's expectation and make no cluster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from spatial_analytics.hotspots.emergence.world import Calendar, Daily, World, Zones

GUARD = 28
YEAR = 364
LEVEL_DAYS = 56
WEEKDAY_DAYS = 364
MINIMUM_DAYS = 84
MINIMUM_CASES = 60
HALF_LIVES = (60.0, 120.0, 240.0, 1e6)
SEASON_CASES = 10.0
LEAST_SHARE = 1e-9
# However even the past was: a surge of some hundred cases in the whole city is believed.
MOST_EVEN = 50.0

Floats = NDArray[np.float64]


class TooShort(Exception):
    """Fewer days or cases than an expectation can be formed from."""

    code = "too_short_for_emergence"


@dataclass(frozen=True)
class Habit:
    """How a kind's expectation is formed; chosen by `choose_habit` on the city's own past."""

    half_life: float = 240.0
    season: bool = False


@dataclass(frozen=True)
class Expectation:
    """Fitted before `day`, used for some days after.

    share    part of the city's cases that each unit has (C,), sums to one
    weekday  factor of each day of the week, Monday first, mean one; holiday  factor
    even     gamma shape of the city's level: how far a window's total may be believed to be level only
    """

    day: int
    share: Floats
    weekday: Floats
    holiday: float
    even: float

    def pattern(self, first: int, last: int, calendar: Calendar) -> Floats:
        """Weekday and holiday factors of days first … last - 1."""
        days = np.arange(first, last)
        rest = np.where(calendar.rests(days), self.holiday, 1.0)
        return np.asarray(self.weekday[calendar.weekday(days)] * rest)

    def of_city(
        self, totals: Floats, day: int, windows: Sequence[int], calendar: Calendar
    ) -> Floats:
        """Cases that the city as a whole should have had in the last `windows` days before `day`."""
        first = max(0, day - LEVEL_DAYS)
        factor = self.pattern(first, day, calendar)
        level = (totals[first:day].sum() + 0.5) / (factor.sum() + 1e-9)
        usual = np.array([level * factor[-width:].sum() for width in windows])
        seen = np.array([totals[day - width : day].sum() for width in windows])
        return np.asarray((self.even + seen) / (self.even / np.maximum(usual, 1e-9) + 1.0))


def fit_expectation(world: World, daily: Daily, day: int, habit: Habit) -> Expectation:
    """Learn from the days before `day`. Raises `TooShort`."""
    last = day - GUARD
    if day < MINIMUM_DAYS:
        raise TooShort(f"{day} days are known; at least {MINIMUM_DAYS} are needed.")
    first = max(0, last - YEAR)
    totals = daily.totals(day)
    if totals[first:last].sum() < MINIMUM_CASES:
        raise TooShort(
            f"{int(totals[first:last].sum())} cases in the year before; at least {MINIMUM_CASES} are needed."
        )
    weekday, holiday = _pattern(totals, day, world.calendar)
    share = _share(world.zones, daily, totals, first, last, habit.half_life)
    if habit.season and day >= YEAR + GUARD + MINIMUM_DAYS:
        share = share * _own_season(world.zones, daily, totals, share, day)
        share = share / share.sum()
    fitted = Expectation(day, share, weekday, holiday, MOST_EVEN)
    return replace(fitted, even=_evenness(fitted, totals, day, world.calendar))


def _pattern(totals: Floats, day: int, calendar: Calendar) -> tuple[Floats, float]:
    days = np.arange(max(0, day - WEEKDAY_DAYS), day)
    rest, of_week = calendar.rests(days), calendar.weekday(days)
    seen, lawful = totals[days], ~rest
    mean = max(float(seen[lawful].mean()), 1e-9)
    weekday = np.ones(7)
    for at in range(7):
        mine = lawful & (of_week == at)
        weekday[at] = (seen[mine].sum() + 7.0) / (mean * mine.sum() + 7.0)
    weekday = weekday / weekday.mean()
    due = mean * weekday[of_week[rest]].sum()
    return weekday, float((seen[rest].sum() + 3.0) / (due + 3.0))


def _share(
    zones: Zones, daily: Daily, totals: Floats, first: int, last: int, half_life: float
) -> Floats:
    age = np.arange(last - first)[::-1]
    weight = 0.5 ** (age / half_life)
    own = daily.sums(zones.units, weight, first)
    # Fractional cases of small weight count as fewer whole ones: kept at the effective size.
    scale = weight.sum() / np.square(weight).sum()
    own = own * min(1.0, scale)
    mean = own.mean()
    near1 = zones.disks[1] @ own - own
    near2 = zones.disks[min(2, zones.radii)] @ own - own - near1
    count1 = np.asarray(zones.disks[1].sum(axis=1)).ravel() - 1.0
    count2 = np.asarray(zones.disks[min(2, zones.radii)].sum(axis=1)).ravel() - 1.0 - count1
    prior = (near1 + 0.5 * near2 + 2.0 * mean) / (count1 + 0.5 * count2 + 2.0)
    prior = np.maximum(prior, 1e-9)
    spread = max(float(np.mean(np.square(own - prior) - prior)), 1e-9)
    strength = float(np.clip(np.mean(np.square(prior)) / spread, 0.02, 50.0))
    rate = prior * (strength + own) / (strength + prior)
    return np.asarray(np.maximum(rate / max(rate.sum(), 1e-12), LEAST_SHARE))


def _own_season(zones: Zones, daily: Daily, totals: Floats, share: Floats, day: int) -> Floats:
    """How much more than its share a neighbourhood had at this time of last year, (C,)."""
    middle = day - YEAR
    first, last = max(0, middle - 35), min(middle + 28, day - GUARD)
    window = np.ones(last - first)
    wide = zones.disks[min(2, zones.radii)]
    seen = wide @ daily.sums(zones.units, window, first)
    due = (wide @ share) * totals[first:last].sum()
    return np.asarray((seen + SEASON_CASES) / (due + SEASON_CASES))


def _evenness(fitted: Expectation, totals: Floats, day: int, calendar: Calendar) -> float:
    """Gamma shape of the city's level over two weeks, by moments over the last year."""
    ends = np.arange(day, max(LEVEL_DAYS + 14, day - YEAR), -14)
    if len(ends) < 3:
        return MOST_EVEN
    numerator = denominator = 0.0
    for end in ends.tolist():
        factor = fitted.pattern(end - LEVEL_DAYS, end, calendar)
        level = (totals[end - LEVEL_DAYS : end - 14].sum() + 0.5) / factor[:-14].sum()
        due, seen = level * factor[-14:].sum(), totals[end - 14 : end].sum()
        numerator += (seen - due) ** 2 - seen
        denominator += due**2
    return float(np.clip(denominator / max(numerator, 1e-9), 1.0, MOST_EVEN))


def choose_habit(world: World, daily: Daily, day: int, looks: int = 8) -> Habit:
    """The half-life and own season that would have foretold past windows best (Poisson deviance)."""
    earliest = MINIMUM_DAYS + GUARD
    ends = np.unique(np.linspace(max(earliest, day - 2 * YEAR), day, looks).astype(int))
    best, least = Habit(), np.inf
    two_years = day - 8 * GUARD >= YEAR + GUARD + MINIMUM_DAYS
    for season in (False, True) if two_years else (False,):
        for half_life in HALF_LIVES:
            habit = Habit(half_life, season)
            loss = _loss(world, daily, ends, habit)
            if loss < least:
                best, least = habit, loss
    return best


def _loss(world: World, daily: Daily, ends: NDArray[np.int_], habit: Habit) -> float:
    loss = 0.0
    for end in ends.tolist():
        try:
            fitted = fit_expectation(world, daily, end, habit)
        except TooShort:
            continue
        seen = daily.sums(world.zones.units, np.ones(GUARD), end - GUARD)
        if not seen.any():
            continue
        due = fitted.share * seen.sum()
        loss += float((due - seen * np.log(due)).sum())
    return loss
