"""Default coordinates: where a system put every case that it could not place.

No coordinate is written down here.  An exact point is called a place-holder when all three hold:

1. it is far above the other exact points: at least `POINT_RATIO` times the typical heavy point (the
   median count of the `HEAVY_POINTS` next heaviest exact points);
2. it is far above its surroundings: at least `AREA_RATIO` times all other cases in its H3 resolution-10
   cell and the ring of cells around it (some 0.1 km2);
3. it is of everything: it spans at least `TYPE_RATIO` of the types that a random sample of so many cases
   of the whole city would span, and at least `MINIMUM_TYPES` (a broken traffic light or one bad building
   has thousands of cases of few types).  Where the data know fewer types than that, this rule can say
   nothing, and the first one asks for `UNTYPED_FACTOR` times as much instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import h3.api.basic_int as h3
import numpy as np
from numpy.typing import NDArray

MINIMUM_COUNT = 50
HEAVY_POINTS = 20
POINT_RATIO = 10.0
AREA_RATIO = 2.0
TYPE_RATIO = 0.5
MINIMUM_TYPES = 5
UNTYPED_FACTOR = 3.0
AREA_RESOLUTION = 10


@dataclass(frozen=True)
class Placeholder:
    """One default coordinate: degrees in EPSG:4326, cases on it, their share, distinct types; `point` as
    `exact_points` tells it."""

    lat: float
    lon: float
    count: int
    share: float
    types: int
    point: int


def find_placeholders(
    lat: NDArray[np.float64], lon: NDArray[np.float64], group: NDArray[np.int64] | None = None
) -> list[Placeholder]:
    """Place-holder coordinates among n cases (arrays of shape (n,)), heaviest first."""
    if len(lat) < MINIMUM_COUNT:
        return []
    keys, first, point_of, counts = np.unique(
        exact_points(lat, lon), return_index=True, return_inverse=True, return_counts=True
    )
    points = np.column_stack([lat[first], lon[first]])
    order = np.argsort(-counts, kind="stable")
    typed = group is not None and len(np.unique(group)) >= MINIMUM_TYPES
    ratio = POINT_RATIO if typed else POINT_RATIO * UNTYPED_FACTOR
    found: list[Placeholder] = []
    for rank, point in enumerate(order):
        count = int(counts[point])
        others = counts[order[rank + 1 : rank + 1 + HEAVY_POINTS]]
        if count < MINIMUM_COUNT or not len(others) or count < ratio * np.median(others):
            break
        at = point_of == point
        if count < AREA_RATIO * _others_around(points, counts, int(point)):
            continue
        types = 0 if group is None else len(np.unique(group[at]))
        if typed and group is not None and types < _types_expected(group, count):
            continue
        place, key = points[point], int(keys[point])
        found.append(
            Placeholder(float(place[0]), float(place[1]), count, count / len(lat), types, key)
        )
    return found


def exact_points(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.int64]:
    """One number for each point, to the centimetre, shape (n,): sorting millions of these takes a second."""
    north, east = (np.round(degrees * 1e7).astype(np.int64) for degrees in (lat, lon))
    return (north << 32) + east


def _others_around(points: NDArray[np.float64], counts: NDArray[np.int64], point: int) -> int:
    """Cases on other exact points in the cell and ring around one point."""
    lat, lon = points[point]
    near = (np.abs(points[:, 0] - lat) < 0.01) & (
        np.abs(points[:, 1] - lon) * np.cos(np.radians(lat)) < 0.01
    )
    near[point] = False
    disk = set(h3.grid_disk(h3.latlng_to_cell(lat, lon, AREA_RESOLUTION), 1))
    return sum(
        int(counts[i])
        for i in np.flatnonzero(near)
        if h3.latlng_to_cell(points[i, 0], points[i, 1], AREA_RESOLUTION) in disk
    )


def _types_expected(group: NDArray[np.int64], count: int) -> float:
    """Least number of types that a default coordinate with so many cases would span."""
    shares = np.unique(group, return_counts=True)[1] / len(group)
    in_sample = float((1 - (1 - shares) ** count).sum())
    return max(TYPE_RATIO * in_sample, float(MINIMUM_TYPES))
