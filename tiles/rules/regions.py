"""Which regions of the map a change touches, and which one a tile lies in.

A region is a tile of the zooms between `region_first` and `region_last`. A change at a place touches
one of each zoom, and its neighbours where the place lies within their buffer.
"""

import math
from collections.abc import Iterable

from tiles.conf import CONF
from tiles.rules.grid import TileAddress, across, down

#: West, south, east, north in degrees (EPSG:4326); a point is a box without extent.
Box = tuple[float, float, float, float]

_WORLD_M = 40075016.68  # around the equator: the width of the map in EPSG:3857


def regions_of(boxes: Iterable[Box]) -> set[str] | None:
    """The regions that hold any of the boxes or reach them with their buffer; None: too many."""
    found: set[str] = set()
    for west, south, east, north in boxes:
        left, right, top, bottom = across(west), across(east), down(north), down(south)
        for z in range(CONF.region_last, CONF.region_first - 1, -1):
            n = 1 << z
            margin = CONF.buffer / 4096 + CONF.region_reserve_m / _WORLD_M * n
            columns = _cells(left * n - margin, right * n + margin, n)
            rows = _cells(top * n - margin, bottom * n + margin, n)
            if len(columns) * len(rows) > CONF.regions_most:
                return None
            found.update(f"{z}/{x}/{y}" for x in columns for y in rows)
        if len(found) > CONF.regions_most:
            return None
    return found


def _cells(start: float, end: float, n: int) -> range:
    return range(max(0, math.floor(start)), min(n - 1, math.floor(end)) + 1)


def region_of(tile: TileAddress) -> str | None:
    """The region whose version a tile is cached by; None for zooms that follow everything."""
    if tile.z < CONF.region_first:
        return None
    up = max(0, tile.z - CONF.region_last)
    return f"{tile.z - up}/{tile.x >> up}/{tile.y >> up}"
