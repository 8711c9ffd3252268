"""WebMercatorQuad: the tile grid as the OGC describes it (Two Dimensional Tile Matrix Set, 17-083r4)."""

from typing import Any

from tiles.rules.grid import MAX_ZOOM, across, down

QUAD = "WebMercatorQuad"
QUAD_URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{QUAD}"
MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_HALF = 20037508.342789244
_PIXEL_M = 0.00028  # of the standard's display


def matrices() -> list[dict[str, Any]]:
    """One for each zoom, of tiles of 256 pixels."""
    found = []
    for z in range(MAX_ZOOM + 1):
        size = 2 * _HALF / 256 / (1 << z)
        found.append(
            {
                "id": str(z),
                "scaleDenominator": size / _PIXEL_M,
                "cellSize": size,
                "cornerOfOrigin": "topLeft",
                "pointOfOrigin": [-_HALF, _HALF],
                "tileWidth": 256,
                "tileHeight": 256,
                "matrixWidth": 1 << z,
                "matrixHeight": 1 << z,
            }
        )
    return found


def limits(
    bounds: tuple[float, float, float, float], first: int, last: int
) -> list[dict[str, Any]]:
    """Which tiles of each zoom there are within bounds (west, south, east, north, in degrees)."""
    west, south, east, north = bounds
    found = []
    for z in range(first, last + 1):
        left, top = _cell(west, north, z)
        right, bottom = _cell(east, south, z)
        found.append(
            {
                "tileMatrix": str(z),
                "minTileRow": top,
                "maxTileRow": bottom,
                "minTileCol": left,
                "maxTileCol": right,
            }
        )
    return found


def _cell(lon: float, lat: float, z: int) -> tuple[int, int]:
    n = 1 << z
    return min(n - 1, int(across(lon) * n)), min(n - 1, max(0, int(down(lat) * n)))
