"""The scan of one morning: every zone, several windows, three readings of the same cases.

The evidence of a zone in a window is Poisson's log likelihood ratio of an excess, O ln(O/E) + E - O
(expectation-based scan, after Neill 2009), with `FLOOR` cases added to the expectation: what is not
known of a place where hardly anything ever happened must not turn three cases into a wonder.

It is taken from three readings of the days: every case; at most so many of a unit in a day; at most so
many of a zone in a day.  A heap entered in one afternoon towers in the first only, an outbreak that goes
on for days stands out in all.  Each evidence is put on one scale by the city's own past: how rare is
it that the greatest such value of a day (this reading, radius and window) is as high?  The strength of
a zone is the mean of these rarities over readings and windows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from spatial_analytics.hotspots.emergence.expectation import Expectation
from spatial_analytics.hotspots.emergence.tails import Tail
from spatial_analytics.hotspots.emergence.world import Daily, Zones

WINDOWS = (7, 10, 14, 21)
LONGEST = WINDOWS[-1]
READINGS = 3
FLOOR = 0.3
LEAST_CASES = 2
LEAST_EVIDENCE = 1.0
CAP_FACTOR = 2.0
MANY_A_DAY = 6.0
MOST_CANDIDATES = 12
TRIED_FOR_EACH = 60

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Stack:
    """All zones of a world below each other: row = radius * C + centre.

    matrix  sparse 0/1 (Z, C), Z = K * C
    """

    zones: Zones
    matrix: sp.csr_array

    @property
    def size(self) -> int:
        """Number of zones Z."""
        return int(self.matrix.shape[0])

    def radius(self, rows: Rows) -> Rows:
        """Radius of each zone."""
        return rows // self.zones.units

    def centre(self, rows: Rows) -> Rows:
        """Centre unit of each zone."""
        return rows % self.zones.units


def stack_of(zones: Zones) -> Stack:
    """The zones of radii 0 … K - 1."""
    matrix = sp.csr_array(sp.vstack(zones.disks[: zones.radii], format="csr"), dtype=np.float32)
    return Stack(zones, matrix)


@dataclass(frozen=True)
class Fit:
    """What is expected of one kind, for plain cases and for those damped by unit.

    unit_cap  most cases of a unit and day that the second reading counts (C,)
    plain, damped  share of each zone in the city's cases of either reading (Z,)
    ratio  what zone-damped counts are of their Poisson mean, by radius (K,)
    """

    expected: Expectation
    expected_damped: Expectation
    unit_cap: NDArray[np.float32]
    plain: NDArray[np.float32]
    damped: NDArray[np.float32]
    ratio: NDArray[np.float32]


@dataclass(frozen=True)
class Evidence:
    """Evidence of some zones on one morning, shape (n, READINGS, W); plain cases and expectation (n, W)."""

    rows: Rows
    value: NDArray[np.float32]
    observed: NDArray[np.float32]
    expected: NDArray[np.float32]


def damp(daily: Daily, units: int, cap: NDArray[np.float32]) -> Daily:
    """At most `cap[unit]` cases of each unit and day."""
    key = daily.day.astype(np.int64) * units + daily.unit
    order = np.argsort(key, kind="stable")
    key = key[order]
    starts = np.flatnonzero(np.r_[True, np.diff(key) != 0]) if len(key) else np.zeros(0, np.int64)
    nth = np.arange(len(key)) - np.repeat(starts, np.diff(np.r_[starts, len(key)]))
    unit = daily.unit[order]
    keep = nth < cap[unit]
    return Daily(unit[keep], daily.day[order][keep])


def read(
    stack: Stack,
    fit: Fit,
    block: NDArray[np.float32],
    city: Floats,
    city_damped: Floats,
    rows: Rows,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Counts and expectations of zones in each reading and window, both (n, READINGS, W).

    block  cases of the units on the last LONGEST days, oldest first (C, LONGEST)
    city, city_damped  cases that the whole city should have had in each window (W,)
    """
    wanted = np.array(WINDOWS) - 1
    matrix = stack.matrix if len(rows) == stack.size else stack.matrix[rows]
    daily = (matrix @ block)[:, ::-1]
    plain = np.cumsum(daily, axis=1)[:, wanted]
    damped = np.minimum(block, fit.unit_cap[:, None])[:, ::-1]
    by_unit = matrix @ np.cumsum(damped, axis=1)[:, wanted]
    expected = fit.plain[rows, None] * city[None].astype(np.float32)
    expected_unit = fit.damped[rows, None] * city_damped[None].astype(np.float32)
    width = np.array(WINDOWS, dtype=np.float32)
    a_day = expected / width
    cap = np.float32(1.0) + np.floor(np.float32(CAP_FACTOR) * a_day[:, -1:])
    by_zone = np.cumsum(np.minimum(daily, cap), axis=1)[:, wanted]
    expected_zone = _capped_mean(a_day, cap) * width
    return (
        np.stack([plain, by_unit, by_zone], axis=1),
        np.stack([expected, expected_unit, expected_zone], axis=1),
    )


def weigh(
    stack: Stack,
    fit: Fit,
    block: NDArray[np.float32],
    city: Floats,
    city_damped: Floats,
    rows: Rows | None = None,
) -> Evidence:
    """Evidence of zones on one morning: by default of those that plain cases make worth it."""
    if rows is None:
        sums = np.cumsum(block[:, ::-1], axis=1)[:, np.array(WINDOWS) - 1]
        plain = excess(stack.matrix @ sums, fit.plain[:, None] * city[None].astype(np.float32))
        rows = np.flatnonzero(plain.max(axis=1) >= LEAST_EVIDENCE)
    counts, expected = read(stack, fit, block, city, city_damped, rows)
    expected[:, 2] *= fit.ratio[stack.radius(rows), None]
    return Evidence(rows, excess(counts, expected), counts[:, 0], expected[:, 0])


def excess(observed: NDArray[np.float32], expected: NDArray[np.float32]) -> NDArray[np.float32]:
    """Poisson's log likelihood ratio of an excess over expectation and floor, 0 where there is none."""
    due = expected + np.float32(FLOOR)
    out = np.zeros(observed.shape, dtype=np.float32)
    more = (observed > due) & (observed >= LEAST_CASES)
    seen, usual = observed[more], due[more]
    out[more] = seen * np.log(seen / usual) + usual - seen
    return out


def _capped_mean(mean: NDArray[np.float32], cap: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean of min(X, cap) for X Poisson; the cap is never reached where the mean is great."""
    out = mean.copy()
    few = mean < MANY_A_DAY
    small, cap = mean[few], np.broadcast_to(cap, mean.shape)[few]
    # The sum of P(X >= 1) … P(X >= cap), each from the one before.
    term = np.exp(-small)
    below = term.copy()
    total = np.zeros(len(small), dtype=np.float32)
    for times in range(1, int(cap.max(initial=0.0)) + 1):
        total += np.where(cap >= times, 1.0 - below, 0.0).astype(np.float32)
        term = term * small / times
        below = below + term
    out[few] = total
    return out


@dataclass(frozen=True)
class Scale:
    """The city's past as a ruler: a tail for each reading, radius and window."""

    tails: tuple[tuple[tuple[Tail, ...], ...], ...]

    def strength(self, stack: Stack, evidence: Evidence) -> tuple[Floats, NDArray[np.int64]]:
        """Strength of each weighed zone (n,) and the window that speaks loudest (index, n)."""
        radius = stack.radius(evidence.rows)
        total = np.zeros(evidence.observed.shape)
        for reading, radii in enumerate(self.tails):
            for steps, windows in enumerate(radii):
                at = radius == steps
                for index, tail in enumerate(windows):
                    total[at, index] += tail(evidence.value[at, reading, index])
        mean = total.mean(axis=1) / READINGS
        return mean, np.asarray(total.argmax(axis=1), dtype=np.int64)


@dataclass(frozen=True)
class Find:
    """A zone that stands out on one morning: row of the stack, strength, window in days, plain counts."""

    row: int
    strength: float
    window: int
    observed: float
    expected: float


def pick(
    stack: Stack, evidence: Evidence, scale: Scale, *, most: int = MOST_CANDIDATES
) -> list[Find]:
    """The strongest zones that share no unit with a stronger one, strongest first."""
    if not len(evidence.rows):
        return []
    strength, window = scale.strength(stack, evidence)
    found: list[Find] = []
    for at in apart(stack, evidence.rows, strength, most):
        index = int(window[at])
        seen, due = float(evidence.observed[at, index]), float(evidence.expected[at, index])
        row = int(evidence.rows[at])
        found.append(Find(row, float(strength[at]), WINDOWS[index], seen, due))
    return found


def apart(stack: Stack, rows: Rows, strength: Floats, most: int) -> list[int]:
    """Places in `rows` of the strongest zones that share no unit, strongest first."""
    taken = np.zeros(stack.zones.units, dtype=bool)
    chosen: list[int] = []
    for at in np.argsort(-strength, kind="stable")[: TRIED_FOR_EACH * most].tolist():
        row = int(rows[at])
        units = stack.matrix.indices[stack.matrix.indptr[row] : stack.matrix.indptr[row + 1]]
        if not taken[units].any():
            taken[units] = True
            chosen.append(at)
            if len(chosen) == most:
                break
    return chosen
