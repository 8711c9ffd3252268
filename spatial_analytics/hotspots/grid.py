"""H3 cells that cover where cases happen, their neighbours and a smoothing kernel.

Cells are H3 indexes as int64 (the database's bigint).  The rings are the six, twelve and eighteen cells
at grid distance one, two and three.
"""

from __future__ import annotations

from dataclasses import dataclass

import h3.api.basic_int as h3
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

RINGS = (1, 2, 3)
RESOLUTIONS = (9, 8, 7)
MEAN_COUNT_WANTED = 0.05
NEIGHBOURS_TO_FILL = 3
METRES_PER_DEGREE = 111_195.0


def cells_of(
    lat: NDArray[np.float64], lon: NDArray[np.float64], resolution: int
) -> NDArray[np.int64]:
    """H3 cell of each point, shape (n,)."""
    cells = (h3.latlng_to_cell(a, b, resolution) for a, b in zip(lat, lon, strict=True))
    return np.fromiter(cells, dtype=np.int64, count=len(lat))


def parents_of(cells: NDArray[np.int64], resolution: int) -> NDArray[np.int64]:
    """Ancestor of each cell at a coarser resolution, by arithmetic on the index bits."""
    kept = cells & ~np.int64(15 << 52)
    filler = np.int64((1 << (3 * (15 - resolution))) - 1)
    return kept | np.int64(resolution << 52) | filler


def choose_resolution(cells: NDArray[np.int64], weeks: int) -> int:
    """The finest resolution at which a cell with any case has `MEAN_COUNT_WANTED` cases a week.

    cells  resolution-9 or finer cell of each case, shape (n,); weeks  length of the history
    """
    for resolution in RESOLUTIONS:
        used = len(np.unique(parents_of(cells, resolution)))
        if len(cells) / (used * max(weeks, 1)) >= MEAN_COUNT_WANTED:
            return resolution
    return RESOLUTIONS[-1]


@dataclass(frozen=True)
class CellGrid:
    """C cells of one resolution in ascending order.

    cells    int64 (C,)
    centres  degrees lat, lon (C, 2), EPSG:4326
    metres   east, north of the centres in metres from the middle of the grid (C, 2)
    rings    neighbour matrices at grid distances 1, 2, 3, each sparse 0/1 (C, C)
    """

    resolution: int
    cells: NDArray[np.int64]
    centres: NDArray[np.float64]
    metres: NDArray[np.float64]
    rings: tuple[sp.csr_array, ...]

    def __len__(self) -> int:
        return len(self.cells)

    def index_of(self, cells: NDArray[np.int64]) -> NDArray[np.int64]:
        """Row of each cell, -1 where the grid lacks it."""
        at = np.searchsorted(self.cells, cells).clip(max=max(len(self.cells) - 1, 0))
        return np.where(self.cells[at] == cells, at, -1)

    def kernel(self, bandwidth: float) -> sp.csr_array:
        """Gaussian weights over a cell and its rings, rows sum to one; bandwidth in cell spacings."""
        spacing = np.sqrt(3.0) * h3.average_hexagon_edge_length(self.resolution, unit="m")
        total = sp.csr_array(sp.identity(len(self), format="csr"))
        for ring in self.rings:
            pairs = ring.tocoo()
            gap = np.linalg.norm(self.metres[pairs.row] - self.metres[pairs.col], axis=1)
            weight = np.exp(-0.5 * (gap / (bandwidth * spacing)) ** 2)
            total = total + sp.csr_array((weight, (pairs.row, pairs.col)), shape=total.shape)
        return sp.csr_array(sp.diags_array(1.0 / total.sum(axis=1)) @ total)


def lay_grid(case_cells: NDArray[np.int64]) -> CellGrid:
    """Grid of the cells with cases and of those with at least three such neighbours."""
    active = set(np.unique(case_cells).tolist())
    touched: dict[int, int] = {}
    for cell in active:
        for neighbour in h3.grid_ring(cell, 1):
            if neighbour not in active:
                touched[neighbour] = touched.get(neighbour, 0) + 1
    filled = {cell for cell, count in touched.items() if count >= NEIGHBOURS_TO_FILL}
    cells = np.array(sorted(active | filled), dtype=np.int64)
    centres = np.array([h3.cell_to_latlng(int(cell)) for cell in cells])
    middle = centres.mean(axis=0)
    north = (centres[:, 0] - middle[0]) * METRES_PER_DEGREE
    east = (centres[:, 1] - middle[1]) * METRES_PER_DEGREE * np.cos(np.radians(middle[0]))
    rings = tuple(_ring_matrix(cells, distance) for distance in RINGS)
    resolution = h3.get_resolution(int(cells[0]))
    return CellGrid(resolution, cells, centres, np.column_stack([east, north]), rings)


def _ring_matrix(cells: NDArray[np.int64], distance: int) -> sp.csr_array:
    rings = [h3.grid_ring(int(cell), distance) for cell in cells]
    rows = np.repeat(np.arange(len(cells)), [len(ring) for ring in rings])
    members = np.fromiter(
        (cell for ring in rings for cell in ring), dtype=np.int64, count=len(rows)
    )
    at = np.searchsorted(cells, members).clip(max=len(cells) - 1)
    inside = cells[at] == members
    ones = np.ones(int(inside.sum()), dtype=np.float32)
    return sp.csr_array((ones, (rows[inside], at[inside])), shape=(len(cells), len(cells)))
