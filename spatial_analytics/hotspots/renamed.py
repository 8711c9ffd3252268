"""Types that were renamed: one ends where another begins, as often and in the same places.

A history cut in two by a new name would make a new type look like an outbreak, and teach nothing of the old one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatial_analytics.hotspots.placeholders import exact_points
from spatial_analytics.rules.events import Events

FEWEST = 50
LONGEST_GAP = np.timedelta64(14, "D")
MOST_RATIO = 1.6
LEAST_LIKENESS = 0.6
DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Renamed:
    """Code of a type until a day, and its code since."""

    before: int
    since: int
    day: np.datetime64


def renamed_types(kind: NDArray[np.int64], events: Events) -> list[Renamed]:
    """Pairs of codes of `kind` (n,) of which the second carries on the first.

    The second begins within two weeks of the end of the first, both run for a month at least and well inside the
    history, their counts per day differ by less than 60 %, and their cells (some 1 km) are alike (cosine).
    """
    if not len(events):
        return []
    day = events.time.astype("datetime64[D]")
    codes, at, counts = np.unique(kind, return_inverse=True, return_counts=True)
    first = np.full(len(codes), day.max())
    last = np.full(len(codes), day.min())
    np.minimum.at(first, at, day)
    np.maximum.at(last, at, day)
    month = 28 * DAY
    enough = (counts >= FEWEST) & (last - first >= month)
    ended = enough & (last < day.max() - month) & (first <= day.min() + month)
    began = enough & (first > day.min() + month) & (last >= day.max() - month)
    found = []
    for old in np.flatnonzero(ended):
        for new in np.flatnonzero(began & (np.abs(first - last[old]) <= LONGEST_GAP)):
            rates = [counts[i] / ((last[i] - first[i]) / DAY + 1) for i in (old, new)]
            if max(rates) > MOST_RATIO * min(rates):
                continue
            if _likeness(events, at == old, at == new) >= LEAST_LIKENESS:
                found.append(Renamed(int(codes[old]), int(codes[new]), first[new]))
    return found


def _likeness(events: Events, one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Cosine of the counts of two sets of cases per hundredth of a degree."""
    place = [exact_points(events.lat[m].round(2), events.lon[m].round(2)) for m in (one, other)]
    every, at = np.unique(np.concatenate(place), return_inverse=True)
    counts = [
        np.bincount(part, minlength=len(every)).astype(float)
        for part in np.split(at, [len(place[0])])
    ]
    lengths = float(np.linalg.norm(counts[0]) * np.linalg.norm(counts[1]))
    return float(counts[0] @ counts[1]) / lengths
