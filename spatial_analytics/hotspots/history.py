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

STORED_RESOLUTION = 10


@dataclass(frozen=True)
class History:
    """C cells x T weeks of case counts.

    counts      float32 (C, T)
    known_from  int64 (C,): first week before which the cell was known (had a case, or had three
                neighbours with one).  A cell may be forecast, learned from and counted as area in
                week w only where known_from <= w.
    totals      int64 (T,): all cases of each week, those in unknown cells included
    origin      first day of week T
    daily       int64 (7 T,): all cases of each day
    """

    grid: CellGrid
    counts: NDArray[np.float32]
    known_from: NDArray[np.int64]
    totals: NDArray[np.int64]
    origin: np.datetime64
    daily: NDArray[np.int64]

    @property
    def weeks(self) -> int:
        """Number of weeks T that have passed."""
        return int(self.counts.shape[1])

    def known(self, week: int) -> NDArray[np.bool_]:
        """Cells that were known before a week, shape (C,)."""
        return np.asarray(self.known_from <= week)

    def happened(self, week: int, horizon: int = 1) -> NDArray[np.float64]:
        """Cases of the `horizon` weeks from a week on, in the cells known before it, shape (A,)."""
        span = self.counts[self.known(week), week : week + horizon]
        return np.asarray(span.sum(axis=1), dtype=np.float64)

    def start_of(self, week: int) -> np.datetime64:
        """First day of a week."""
        day: np.datetime64 = self.origin - (self.weeks - week) * ONE_WEEK
        return day


def build_history(
    events: Events,
    origin: np.datetime64,
    resolution: int | None = None,
    complete: NDArray[np.float64] | None = None,
) -> History:
    """Count cleaned events; the resolution is chosen by the data where none is given.

    complete  share of the cases of the last days that is entered, by days gone (D,): what is there of
              such a day stands for so many more, so that a week that is still coming in is no quiet one
    Where the events carry their cells, cells of resolution 10 and coarser come from those by arithmetic.
    """
    age = (origin.astype("datetime64[s]") - events.time.astype("datetime64[s]")).astype(np.int64)
    days_back = (age - 1) // (24 * 3600)
    weeks = int((origin - events.time.min().astype("datetime64[D]")) // ONE_WEEK)
    inside = (days_back >= 0) & (days_back < 7 * weeks)
    day = 7 * weeks - 1 - days_back[inside]
    week = day // 7
    cells = cells_at(events, resolution or RESOLUTIONS[0], inside)
    if resolution is None:
        cells = parents_of(cells, choose_resolution(cells, weeks))
    grid = lay_grid(cells)
    row = grid.index_of(cells)
    worth = _worth(days_back[inside], complete)
    flat = np.bincount(row * weeks + week, weights=worth, minlength=len(grid) * weeks)
    counts = flat.reshape(len(grid), weeks).astype(np.float32)
    daily = np.bincount(day, weights=worth, minlength=7 * weeks).round().astype(np.int64)
    totals = daily.reshape(weeks, 7).sum(axis=1)
    return History(grid, counts, known_from(grid, counts), totals, origin, daily)


def _worth(
    days_back: NDArray[np.int64], complete: NDArray[np.float64] | None
) -> NDArray[np.float64] | None:
    """For how many each case stands, (n,); None where each stands for itself."""
    if complete is None or (complete >= 1).all():
        return None
    share = np.append(complete, 1.0)
    worth: NDArray[np.float64] = 1 / share[np.minimum(days_back, len(complete))]
    return worth


def count_like(history: History, events: Events) -> NDArray[np.float32]:
    """Other cases counted on the cells and weeks of a history, (C, T); those elsewhere are dropped."""
    age = (history.origin.astype("datetime64[s]") - events.time.astype("datetime64[s]")).astype(int)
    week = history.weeks - 1 - (age - 1) // (7 * 24 * 3600)
    inside = (week >= 0) & (week < history.weeks)
    row = history.grid.index_of(cells_at(events, history.grid.resolution, inside))
    flat = np.bincount(
        (row * history.weeks + week[inside])[row >= 0], minlength=history.counts.size
    )
    return flat.reshape(history.counts.shape).astype(np.float32)


def cells_at(
    events: Events, resolution: int, rows: NDArray[np.bool_] | slice = slice(None)
) -> NDArray[np.int64]:
    """Cell of each event, or of some rows: by arithmetic from the cell that it carries, else from its point."""
    if events.cell is not None and resolution <= STORED_RESOLUTION:
        return parents_of(events.cell[rows], resolution)
    return cells_of(events.lat[rows], events.lon[rows], resolution)


def known_from(grid: CellGrid, counts: NDArray[np.float32]) -> NDArray[np.int64]:
    """Week after the first case in the cell, or after the first case of the third neighbour; (C,)."""
    weeks = counts.shape[1]
    active = counts > 0
    first = np.where(active.any(axis=1), active.argmax(axis=1), weeks)
    ring = grid.rings[0]
    near = np.full((len(grid), 6), weeks)
    place = np.arange(ring.nnz) - np.repeat(ring.indptr[:-1], np.diff(ring.indptr))
    near[np.repeat(np.arange(len(grid)), np.diff(ring.indptr)), place] = first[ring.indices]
    third = np.sort(near, axis=1)[:, NEIGHBOURS_TO_FILL - 1]
    return np.asarray(np.minimum(first, third) + 1, dtype=np.int64)
