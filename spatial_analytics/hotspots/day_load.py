"""How much of an ordinary week a week is worth, by its public holidays.

Every seven days hold each day of the week once, so weekdays cancel out and only days of rest remain: a
week with three of them brings fewer cases, and that is known long before.  The share of a weekday and of
a day of rest comes from the city's own days before the week; a city that has seen few days of rest is
taken to rest on them as it does on its quietest weekday.
"""

from __future__ import annotations

from collections.abc import Set

import numpy as np
from numpy.typing import NDArray

from spatial_analytics.hotspots.history import History

PROFILE_WEEKS = 104
PRIOR_DAYS = 2.0
LEAST_LOAD = 0.2
MOST_AHEAD = 8

Vector = NDArray[np.float64]


class DayLoad:
    """Loads of the weeks of one history; 1 is an ordinary week, and every week where no day is given.

    holidays  days of rest, past and coming
    """

    def __init__(self, history: History, holidays: Set[np.datetime64] = frozenset()) -> None:
        self._weeks = history.weeks
        first = history.start_of(0).astype("datetime64[D]")
        days = first + np.arange(7 * (history.weeks + MOST_AHEAD))
        self._rest = np.isin(days, np.array(sorted(holidays), dtype="datetime64[D]"))
        self._daily = history.daily.astype(float)

    @property
    def flat(self) -> bool:
        """No day of rest is known: every load is one."""
        return not self._rest.any()

    def rest_days(self, week: int, horizon: int = 1) -> int:
        """Days of rest in the weeks from `week` on."""
        return int(self._rest[7 * week : 7 * (week + horizon)].sum())

    def loads(self, before: int, weeks: range) -> Vector:
        """Loads of some weeks as they look from before week `before`, shape (len(weeks),)."""
        if self.flat or before < 2:
            return np.ones(len(weeks))
        ordinary, rest = self._profile(before)
        found = np.empty(len(weeks))
        for i, week in enumerate(weeks):
            free = self._rest[7 * week : 7 * week + 7]
            found[i] = np.where(free, np.minimum(rest, ordinary), ordinary).sum() / ordinary.sum()
        return np.maximum(found, LEAST_LOAD)

    def _profile(self, before: int) -> tuple[Vector, float]:
        """Share of each weekday and of a day of rest in the level of its time."""
        begin = max(0, before - PROFILE_WEEKS)
        daily = self._daily[7 * begin : 7 * before].reshape(-1, 7)
        rest = self._rest[7 * begin : 7 * before].reshape(-1, 7)
        # The level around a week is told by its days that are not days of rest.
        sums = _around(np.where(rest, 0.0, daily).sum(axis=1))
        days = _around((~rest).sum(axis=1).astype(float))
        level = np.repeat(np.maximum(sums / np.maximum(days, 1), 1e-9)[:, None], 7, axis=1)
        ordinary = np.array(
            [daily[~rest[:, i], i].sum() / max(level[~rest[:, i], i].sum(), 1e-9) for i in range(7)]
        )
        ordinary = np.maximum(ordinary, 1e-3)
        quiet = float(ordinary.min())
        seen, base = daily[rest].sum(), level[rest].sum()
        prior = PRIOR_DAYS * float(level[-1, 0])
        return ordinary, float((seen + prior * quiet) / max(base + prior, 1e-9))


def _around(weekly: Vector) -> Vector:
    """Sum of each week and its two neighbours."""
    padded = np.pad(weekly, 1)
    return np.asarray(padded[:-2] + padded[1:-1] + padded[2:])
