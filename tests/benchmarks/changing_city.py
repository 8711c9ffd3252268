"""Made-up histories for the benchmark of the forecast; every draw is seeded."""

from __future__ import annotations

import h3.api.basic_int as h3
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from spatial_analytics.rules.events import Events

CENTRE = (39.6, 27.9)
ORIGIN = np.datetime64("2026-06-01")
WEEK = 7 * 86_400

Vector = NDArray[np.float64]


def changing_city(
    *, weeks: int = 156, per_week: float = 300.0, rings: int = 24, seed: int = 21
) -> tuple[Events, np.datetime64]:
    """Cases on a disk of resolution-9 cells, and the day after the last week.

    The log of a cell's rate is a smooth field and a part of its own, both for good, and two fields that
    forget in ten and in forty weeks; the season differs from quarter to quarter; a quarter of the cases
    follows earlier ones in the cell or beside it.
    """
    draw = np.random.default_rng(seed)
    cells = np.array(sorted(h3.grid_disk(h3.latlng_to_cell(*CENTRE, 9), rings)))
    near = _neighbours(cells)
    size = len(cells)

    def field(steps: int) -> Vector:
        values = draw.normal(size=size)
        for _ in range(steps):
            values = near @ values
        return np.asarray((values - values.mean()) / values.std())

    lasting = 0.5 * field(12) + 0.5 * draw.normal(size=size) - 3.0 * (draw.random(size) < 0.2)
    fast, slow, phase = field(1), field(4), 0.8 * field(12)
    followers = np.zeros(size)
    half_life, follow = 3.0, 0.25
    rows, when = [], []
    for week in range(weeks):
        for memory, steps, name in ((10.0, 1, "fast"), (40.0, 4, "slow")):
            keep = np.exp(-1 / memory)
            fresh = np.sqrt(1 - keep**2) * field(steps)
            if name == "fast":
                fast = keep * fast + fresh
            else:
                slow = keep * slow + fresh
        season = 0.35 * np.sin(2 * np.pi * week / 52 + phase)
        rate = np.exp(lasting + 0.5 * fast + 0.5 * slow + season)
        level = np.exp(0.3 * np.sin(2 * np.pi * week / 52) + draw.normal(0, 0.07))
        rate *= per_week * (1 - follow) * level / rate.sum()
        faded = 1 - 0.5 ** (1 / half_life)
        rate += follow * faded * (0.6 * followers + 0.4 * (near @ followers))
        counts = draw.poisson(rate)
        followers = followers * (1 - faded) + counts
        rows.append(np.repeat(np.arange(size), counts))
        when.append(np.full(counts.sum(), week))
    at, week_of = np.concatenate(rows), np.concatenate(when)
    centres = np.array([h3.cell_to_latlng(int(cell)) for cell in cells])
    back = (weeks - week_of) * WEEK - draw.integers(0, WEEK, len(at))
    time = ORIGIN.astype("datetime64[s]") - back.astype("timedelta64[s]")
    return Events(time, centres[at, 0], centres[at, 1]), ORIGIN


def many_cases(
    count: int, *, weeks: int = 156, rings: int = 60, seed: int = 1
) -> tuple[Events, np.datetime64]:
    """Cases of three years in some 77,000 resolution-9 cells, with their stored cells."""
    draw = np.random.default_rng(seed)
    wide = list(h3.grid_disk(h3.latlng_to_cell(*CENTRE, 8), rings))
    fine = np.array([child for cell in wide for child in h3.cell_to_children(cell, 10)])
    weight = np.repeat(draw.gamma(0.4, 1.0, len(wide)), 49) * draw.gamma(0.5, 1.0, len(fine))
    edges = np.cumsum(weight / weight.sum())
    cell = fine[np.searchsorted(edges, draw.random(count)).clip(max=len(fine) - 1)]
    back = np.sort(draw.integers(1, weeks * WEEK, count))[::-1]
    time = ORIGIN.astype("datetime64[s]") - back.astype("timedelta64[s]")
    nowhere = np.zeros(count)
    return Events(time, nowhere, nowhere, cell=cell), ORIGIN


def _neighbours(cells: NDArray[np.int64]) -> sp.csr_array:
    """Weights of a cell and the ring around it, rows sum to one."""
    place = {int(cell): i for i, cell in enumerate(cells)}
    pairs = [
        (i, place[near])
        for cell, i in place.items()
        for near in h3.grid_disk(cell, 1)
        if near in place
    ]
    row, column = np.array(pairs).T
    size = len(cells)
    ones = sp.csr_array((np.ones(len(row)), (row, column)), shape=(size, size))
    return sp.csr_array(sp.diags_array(1 / np.asarray(ones.sum(axis=1)).reshape(-1)) @ ones)
