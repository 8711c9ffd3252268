"""What an emergence scan looks at: daily counts of kinds on units, and the zones to look in.

A unit is a cell, a street or a neighbourhood; the scan knows it by its row only.  A zone is a set of
units: here always a unit with all that lies within so many steps of it, whatever a step is (a ring of
cells, a junction between streets, a common border).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import h3.api.basic_int as h3
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

ALL_KINDS = -1
MONDAY = np.datetime64("1970-01-05")
ONE_DAY = np.timedelta64(1, "D")
RADII = 5


@dataclass(frozen=True)
class Zones:
    """Disks of 0 to K-1 steps around each of C units, and the disks of K steps that bound them.

    disks  K + 1 sparse 0/1 matrices (C, C): row = centre, columns = units of the disk
    """

    disks: tuple[sp.csr_array, ...]

    @property
    def units(self) -> int:
        """Number of units C."""
        return int(self.disks[0].shape[0])

    @property
    def radii(self) -> int:
        """Number of radii K that are scanned."""
        return len(self.disks) - 1

    def disk(self, centre: int, steps: int) -> NDArray[np.int64]:
        """Rows of the units within so many steps (at most K) of a unit."""
        matrix = self.disks[min(steps, self.radii)]
        start, stop = matrix.indptr[centre], matrix.indptr[centre + 1]
        return np.asarray(matrix.indices[start:stop], dtype=np.int64)


def zones_of_cells(cells: NDArray[np.int64], radii: int = RADII) -> Zones:
    """Rings of H3 cells: `cells` ascending, int64 (C,). Steps count cells outside the list too."""
    sizes = np.zeros((len(cells), radii + 1), dtype=np.int64)
    members: list[int] = []
    for row, cell in enumerate(cells.tolist()):
        for radius in range(radii + 1):
            ring = h3.grid_ring(cell, radius)
            sizes[row, radius] = len(ring)
            members += ring
    near = np.array(members, dtype=np.int64)
    at = np.searchsorted(cells, near).clip(max=len(cells) - 1)
    centre = np.repeat(np.arange(len(cells)), sizes.sum(axis=1))
    steps = np.repeat(np.tile(np.arange(radii + 1), len(cells)), sizes.ravel())
    known = cells[at] == near
    at, centre, steps = at[known], centre[known], steps[known]
    return Zones(
        tuple(_matrix(centre, at, steps <= radius, len(cells)) for radius in range(radii + 1))
    )


def zones_of_neighbours(adjacent: sp.csr_array, radii: int = 3) -> Zones:
    """Disks of steps along a graph: `adjacent` (C, C) is true where two units touch.

    For streets that meet, neighbourhoods that share a border.
    """
    size = int(adjacent.shape[0])
    one = sp.csr_array((adjacent + adjacent.T + sp.identity(size)) > 0).astype(np.float32)
    disks = [sp.csr_array(sp.identity(size, dtype=np.float32, format="csr"))]
    for _ in range(radii):
        wider = sp.csr_array((disks[-1] @ one) > 0).astype(np.float32)
        wider.sort_indices()
        disks.append(wider)
    return Zones(tuple(disks))


def _matrix(
    centre: NDArray[np.int64], unit: NDArray[np.int64], mask: NDArray[np.bool_], size: int
) -> sp.csr_array:
    ones = np.ones(int(mask.sum()), dtype=np.float32)
    matrix = sp.csr_array((ones, (centre[mask], unit[mask])), shape=(size, size))
    matrix.sort_indices()
    return matrix


@dataclass(frozen=True)
class Daily:
    """Cases of one kind: unit and day of each, parallel arrays (n,), in order of the day."""

    unit: NDArray[np.int32]
    day: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.unit)

    def between(self, first: int, last: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Units and days of the cases of days first … last - 1."""
        start, stop = np.searchsorted(self.day, [first, last])
        return self.unit[start:stop], self.day[start:stop]

    def block(self, units: int, first: int, last: int) -> NDArray[np.float32]:
        """Counts (units, last - first) of days first … last - 1; days before 0 are empty."""
        unit, day = self.between(first, last)
        width = last - first
        flat = np.bincount(unit.astype(np.int64) * width + (day - first), minlength=units * width)
        return flat.reshape(units, width).astype(np.float32)

    def sums(self, units: int, weight: NDArray[np.float64], first: int) -> NDArray[np.float64]:
        """Weighted cases of each unit (units,): `weight` belongs to days first, first + 1 …"""
        unit, day = self.between(first, first + len(weight))
        sums = np.bincount(unit, weights=weight[day - first], minlength=units)
        return sums.astype(np.float64)

    def totals(self, days: int) -> NDArray[np.float64]:
        """Cases of each day 0 … days - 1, all units."""
        known = self.day[: int(np.searchsorted(self.day, days))]
        return np.bincount(known, minlength=days).astype(np.float64)

    def since(self, first: int, last: int) -> Daily:
        """The cases of days first … last - 1."""
        return Daily(*self.between(first, last))


@dataclass(frozen=True)
class Calendar:
    """Weekdays and holidays of day numbers: day 0 is `first_day`."""

    first_day: np.datetime64
    holidays: frozenset[int] = frozenset()

    def weekday(self, days: NDArray[np.int_]) -> NDArray[np.int_]:
        """0 for Monday … 6 for Sunday."""
        return np.asarray(days + int((self.first_day - MONDAY) // ONE_DAY)) % 7

    def rests(self, days: NDArray[np.int_]) -> NDArray[np.bool_]:
        """Whether offices rest on each day."""
        return np.isin(days, list(self.holidays))


@dataclass(frozen=True)
class World:
    """T whole days of daily counts; day T is the morning of the scan.

    kinds     code of a type or group -> its cases; ALL_KINDS stands for all of them together
    calendar  which date day 0 is, and which day numbers are holidays (they may reach beyond T)
    """

    zones: Zones
    days: int
    calendar: Calendar
    kinds: Mapping[int, Daily]


def build_world(
    zones: Zones,
    unit: NDArray[np.int64],
    day: NDArray[np.int64],
    kind: NDArray[np.int64] | None,
    *,
    days: int,
    first_day: np.datetime64,
    least: int = 0,
    holidays: frozenset[int] = frozenset(),
) -> World:
    """Count cleaned cases.

    unit   row of the unit of each case, -1 where it lies in none; day  0 … days - 1
    kind   code of each case, or None for all together only
    least  kinds with fewer cases than this are looked at only among all together
    """
    inside = (unit >= 0) & (day >= 0) & (day < days)
    order = np.flatnonzero(inside)[np.argsort(day[inside], kind="stable")]
    unit32, day32 = unit[order].astype(np.int32), day[order].astype(np.int32)
    kinds = {ALL_KINDS: Daily(unit32, day32)}
    if kind is not None:
        code = kind[order]
        names, counts = np.unique(code, return_counts=True)
        for name in names[counts >= least].tolist():
            kinds[int(name)] = Daily(unit32[code == name], day32[code == name])
    return World(zones, days, Calendar(first_day, holidays), kinds)
