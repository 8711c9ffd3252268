"""H3 cells of a tile: which resolution a zoom shows, which cells it covers, by ranges of indexes.

An H3 index holds its ancestors in its leading bits, so that all descendants of a cell at one
resolution are one range of integers: a B-tree on the column finds the cells of a tile.
"""

import math
from collections.abc import Iterable

import h3.api.basic_int as h3

RESOLUTION_OF_ZOOM = {5: 5, 6: 6, 7: 6, 8: 7, 9: 8, 10: 8, 11: 9, 12: 9}
COARSEST, FINEST = 5, 10
LEVELS_ABOVE = 4

Bounds = tuple[float, float, float, float]
Range = tuple[int, int]


def resolution_of(zoom: int) -> int:
    """The resolution of density cells at a zoom."""
    if zoom < min(RESOLUTION_OF_ZOOM):
        return COARSEST
    return RESOLUTION_OF_ZOOM.get(zoom, FINEST)


def descendants(cell: int, resolution: int) -> Range:
    """Least and greatest index of a cell's descendants at a finer (or its own) resolution."""
    base = (cell & ~(15 << 52)) | (resolution << 52)
    least, most = base, base
    for level in range(h3.get_resolution(cell) + 1, resolution + 1):
        shift = 3 * (15 - level)
        least &= ~(7 << shift)
        most = (most & ~(7 << shift)) | (6 << shift)
    return least, most


def covering(bounds: Bounds, shown: int, stored: int) -> list[Range]:
    """Ranges of indexes at `stored` that hold every cell of `shown` which touches the box.

    bounds  west, south, east, north in degrees (EPSG:4326)
    """
    return ranges_of(cover(bounds, shown), stored)


def cover(bounds: Bounds, shown: int) -> list[int]:
    """Coarser cells that hold every cell of `shown` which touches the box, and more."""
    west, south, east, north = _reached(bounds, shown)
    box = h3.LatLngPoly([(south, west), (south, east), (north, east), (north, west)])
    coarse = max(shown - LEVELS_ABOVE, 0)
    return list(h3.h3shape_to_cells_experimental(box, coarse, contain="overlap"))


def near(cells: Iterable[int], bounds: Bounds, shown: int) -> set[int]:
    """Those cells of `shown` that touch the box, and at most their neighbours."""
    west, south, east, north = _reached(bounds, shown)
    found = set()
    for cell in cells:
        lat, lon = h3.cell_to_latlng(cell)
        if south <= lat <= north and west <= lon <= east:
            found.add(cell)
    return found


def _reached(bounds: Bounds, shown: int) -> Bounds:
    """The box that holds the centres of all cells of `shown` that touch the given one."""
    west, south, east, north = bounds
    reach = 2.0 * h3.average_hexagon_edge_length(shown, unit="km") / 111.0
    return (
        max(west - 2 * reach, -180.0),
        max(south - reach, -89.9),
        min(east + 2 * reach, 180.0),
        min(north + reach, 89.9),
    )


def ranges_of(cells: list[int], stored: int) -> list[Range]:
    """Ranges of indexes at `stored` of all descendants of some cells."""
    return merged(sorted(descendants(cell, stored) for cell in cells))


def merged(ranges: list[Range]) -> list[Range]:
    """Ranges in order, those that touch or overlap made one."""
    result: list[Range] = []
    for low, high in ranges:
        if result and low <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(high, result[-1][1]))
        else:
            result.append((low, high))
    return result


def ring_of(cell: int) -> list[list[float]]:
    """Closed ring of a cell as lon, lat."""
    ring = [[round(lon, 6), round(lat, 6)] for lat, lon in h3.cell_to_boundary(cell)]
    return [*ring, ring[0]]


def in_metres(cell: int) -> list[tuple[float, float]]:
    """Closed ring of a cell in EPSG:3857."""
    radius = 6378137.0
    ring = [
        (
            radius * math.radians(lon),
            radius * math.asinh(math.tan(math.radians(lat))),
        )
        for lat, lon in h3.cell_to_boundary(cell)
    ]
    return [*ring, ring[0]]
