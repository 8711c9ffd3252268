"""Counts per cell and week, and which cells were known before each week.

Weeks are the seven-day spans that end at the origin, counted backwards, so that the newest is whole; the
oldest, incomplete one is dropped.  Week T is the week to forecast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatial_analytics.hotspots.events import ONE_WEEK
from spatial_analytics.hotspots.grid import (
    NEIGHBOURS_TO_FILL,
    RESOLUTIONS,
    CellGrid,
    cells_of,
    choose_resolution,
    lay_grid,
    parents_of,
)
from spatial_analytics.rules.events import Events


@dataclass(frozen=True)
class History:
    """C cells x T weeks of case counts.

    counts      float32 (C, T)
    known_from  int64 (C,): first week before which the cell was known (had a case, or had three
                neighbours with one).  A cell may be forecast, learned from and counted as area in
                week w only where known_from <= w.
    totals      int64 (T,): all cases of each week, those in unknown cells included
    origin      first day of week T
    """

    grid: CellGrid
    counts: NDArray[np.float32]
    known_from: NDArray[np.int64]
    totals: NDArray[np.int64]
    origin: np.datetime64

    @property
    def weeks(self) -> int:
        """Number of weeks T that have passed."""
        return int(self.counts.shape[1])

    def known(self, week: int) -> NDArray[np.bool_]:
        """Cells that were known before a week, shape (C,)."""
        return np.asarray(self.known_from <= week)

    def start_of(self, week: int) -> np.datetime64:
        """First day of a week."""
        day: np.datetime64 = self.origin - (self.weeks - week) * ONE_WEEK
        return day


def build_history(events: Events, origin: np.datetime64, resolution: int | None = None) -> History:
    """Count cleaned events; the resolution is chosen by the data where none is given."""
    age = (origin.astype("datetime64[s]") - events.time.astype("datetime64[s]")).astype(np.int64)
    back = (age - 1) // (7 * 24 * 3600)
    weeks = int((origin - events.time.min().astype("datetime64[D]")) // ONE_WEEK)
    week = weeks - 1 - back
    inside = (week >= 0) & (week < weeks)
    week = week[inside]
    fine = cells_of(events.lat[inside], events.lon[inside], resolution or RESOLUTIONS[0])
    chosen = choose_resolution(fine, weeks) if resolution is None else resolution
    cells = parents_of(fine, chosen)
    grid = lay_grid(cells)
    row = grid.index_of(cells)
    flat = np.bincount(row * weeks + week, minlength=len(grid) * weeks)
    counts = flat.reshape(len(grid), weeks).astype(np.float32)
    totals = np.bincount(week, minlength=weeks).astype(np.int64)
    return History(grid, counts, _known_from(grid, counts), totals, origin)


def _known_from(grid: CellGrid, counts: NDArray[np.float32]) -> NDArray[np.int64]:
    """Week after the first case in the cell, or after the first case of the third neighbour."""
    weeks = counts.shape[1]
    active = counts > 0
    first = np.where(active.any(axis=1), active.argmax(axis=1), weeks)
    known = first.copy()
    ring = grid.rings[0]
    for cell in range(len(grid)):
        near = np.sort(first[ring.indices[ring.indptr[cell] : ring.indptr[cell + 1]]])
        if len(near) >= NEIGHBOURS_TO_FILL:
            known[cell] = min(known[cell], near[NEIGHBOURS_TO_FILL - 1])
    return np.asarray(known + 1, dtype=np.int64)
