"""The shapes of thematic maps as tiles; values come beside the map."""

from core.queries import sql
from tiles.layers import TileRequest

FULL_BAND = 12
# Metres of Web Mercator that a street must have to be seen, by zoom.
_LEAST = {10: 800, 11: 400, 12: 150, 13: 60}


def area_tile(request: TileRequest) -> bytes:
    """The layer `choropleth` of one tile: shapes with the area's id. Streets from zoom 10 on, from zoom 14 on all."""
    zoom = request.tile.z
    level = request.parameters.get("level", "district").upper()
    if level == "STREET":
        return _streets(request, _LEAST.get(zoom, 0)) if zoom >= min(_LEAST) else b""
    band = 8 if zoom <= 8 else 10 if zoom <= 10 else FULL_BAND
    return bytes(sql.value("spatial_analytics", "tile_areas", request.sql(level=level, band=band)))


def _streets(request: TileRequest, least: int) -> bytes:
    return bytes(sql.value("spatial_analytics", "tile_area_streets", request.sql(least=least)))
