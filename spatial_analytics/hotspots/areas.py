"""High cells that lie together become areas with an outline: what a person can be sent to."""

from __future__ import annotations

from dataclasses import dataclass

import h3.api.basic_int as h3
import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import DBSCAN

HIGH_SHARE = 0.05
MOST_AREAS = 40
MOST_CELLS = 12
EARTH_RADIUS_M = 6_371_008.8


@dataclass(frozen=True)
class Area:
    """Neighbouring cells: int64 (k,), and what is expected in them all, and what is usual there."""

    cells: NDArray[np.int64]
    expected: float
    usual: float

    @property
    def excess(self) -> float:
        """Cases more than usual."""
        return self.expected - self.usual


def areas(
    cells: NDArray[np.int64], expected: NDArray[np.float64], usual: NDArray[np.float64]
) -> list[Area]:
    """Areas of the best 5 % of the cells, by what is expected, the highest first; at most 40.

    DBSCAN joins high cells whose centres are neighbours. A chain of them that would be larger than 12 cells is
    cut where it is lowest: the bar is raised inside it until its parts are small enough, so that a whole
    city centre does not become one area.
    """
    count = max(1, int(np.ceil(HIGH_SHARE * len(cells))))
    high = np.argsort(-expected, kind="stable")[:count]
    high = high[expected[high] > 0]
    parts = _parts(cells, expected, high) if len(high) else []
    found = [
        Area(cells[part], float(expected[part].sum()), float(usual[part].sum())) for part in parts
    ]
    return sorted(found, key=lambda area: -area.expected)[:MOST_AREAS]


def _parts(
    cells: NDArray[np.int64], expected: NDArray[np.float64], rows: NDArray[np.int64]
) -> list[NDArray[np.int64]]:
    """Rows of each area, largest first."""
    done: list[NDArray[np.int64]] = []
    waiting = _joined(cells, rows)
    while waiting:
        part = waiting.pop()
        if len(part) <= MOST_CELLS:
            done.append(part)
            continue
        order = part[np.argsort(-expected[part], kind="stable")]
        waiting.extend(_joined(cells, order[: max(MOST_CELLS, (4 * len(order)) // 5)]))
    return done


def _joined(cells: NDArray[np.int64], rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    centres = np.radians([h3.cell_to_latlng(int(cell)) for cell in cells[rows]])
    # Neighbours' centres are one spacing apart, the next ones 1.7; H3's cells differ by some 20 %.
    edge = max(h3.average_hexagon_edge_length(h3.get_resolution(int(cells[rows[0]])), unit="m"), 1)
    reach = 1.35 * np.sqrt(3.0) * edge / EARTH_RADIUS_M
    labels = DBSCAN(eps=reach, min_samples=1, metric="haversine").fit(centres).labels_
    return [rows[labels == label] for label in range(int(labels.max()) + 1)]
