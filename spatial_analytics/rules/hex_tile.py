"""An MVT layer of hexagons. The index travels as a string: as a number it is beyond what JavaScript
can hold, so it is never the feature's id (the style promotes the string instead)."""

from collections.abc import Iterable, Mapping

import h3.api.basic_int as h3
import mapbox_vector_tile
from shapely.geometry import Polygon, box

from tiles.rules.grid import TileAddress, across, down

EXTENT = 4096
BUFFER = 64

Properties = Mapping[str, int | float | str]


def encode(name: str, tile: TileAddress, cells: Iterable[tuple[int, Properties]]) -> bytes:
    """The bytes of one layer; empty where no cell touches the tile."""
    frame = box(-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
    features = []
    for cell, properties in cells:
        shape = hexagon(cell, tile)
        if not shape.intersects(frame):
            continue
        features.append({"geometry": shape, "properties": {"h3": f"{cell:x}", **properties}})
    if not features:
        return b""
    layer = {"name": name, "features": features}
    options = {"extents": EXTENT, "y_coord_down": True, "check_winding_order": True}
    return bytes(mapbox_vector_tile.encode(layer, default_options=options))


def hexagon(cell: int, tile: TileAddress) -> Polygon:
    """The cell in the tile's own integer coordinates, y downwards."""
    return Polygon([_in_tile(lat, lon, tile) for lat, lon in h3.cell_to_boundary(cell)])


def _in_tile(lat: float, lon: float, tile: TileAddress) -> tuple[int, int]:
    size = 1 << tile.z
    x, y = across(lon) * size - tile.x, down(lat) * size - tile.y
    return round(x * EXTENT), round(y * EXTENT)
