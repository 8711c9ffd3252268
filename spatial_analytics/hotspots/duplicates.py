"""Near-duplicates: several reports of one thing count once.

A broken lamp is reported by five neighbours; none of them is a cluster.  A case counts unless a case of
the same kind within `NEAR_METRES` was entered less than `NEAR_DAYS` before it.  Near is said by four
square metric grids, each shifted by half a square in one direction or both: cases less than half a
square apart in both directions share a square of at least one of them, and cases further apart than a
square (in one direction) share none.  No loop over cases: ten million take four sorts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spatial_analytics.hotspots.grid import METRES_PER_DEGREE

NEAR_METRES = 40.0
NEAR_DAYS = 7.0
DAY_SECONDS = 86_400


def near_duplicates(
    time_s: NDArray[np.int64],
    lat: NDArray[np.float64],
    lon: NDArray[np.float64],
    kind: NDArray[np.int64] | None = None,
    *,
    metres: float = NEAR_METRES,
    days: float = NEAR_DAYS,
) -> NDArray[np.bool_]:
    """True for what counts, shape (n,): the first of each chain of near reports of one kind.

    time_s  seconds, any zero; lat, lon  degrees, EPSG:4326; kind  code of the type, or None
    A chain goes on while each report follows the one before within `days`.
    """
    count = len(time_s)
    if count == 0:
        return np.ones(0, dtype=bool)
    middle = float(np.median(lat))
    north = lat * (METRES_PER_DEGREE / metres)
    east = lon * (METRES_PER_DEGREE / metres * np.cos(np.radians(middle)))
    by_time = np.argsort(time_s, kind="stable")
    moment = time_s[by_time]
    kinds = np.zeros(count, np.int64) if kind is None else _codes(kind[by_time])
    repeated = np.zeros(count, dtype=bool)
    for shift_north in (0.0, 0.5):
        row = _codes(np.floor(north[by_time] + shift_north).astype(np.int64))
        for shift_east in (0.0, 0.5):
            column = _codes(np.floor(east[by_time] + shift_east).astype(np.int64))
            key = (kinds * (row.max() + 1) + row) * (column.max() + 1) + column
            order = np.argsort(key, kind="stable")  # stays in order of time within a square
            same = np.diff(key[order]) == 0
            soon = np.diff(moment[order]) < days * DAY_SECONDS
            repeated[order[1:][same & soon]] = True
    counts = np.empty(count, dtype=bool)
    counts[by_time] = ~repeated
    return counts


def _codes(values: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray(values - values.min(), dtype=np.int64)
