"""Geometries of filters: from CQL2 JSON to a value that PostGIS takes. Checked here, so that it never fails there."""

import math
from collections.abc import Sequence
from typing import Any

from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.utils.translation import gettext as _

from tiles.conf import CONF
from tiles.features.cql2 import BadFilter
from tiles.rules.crs import Crs

_DEPTH = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}  # fmt: skip
_FAR = 1e8  # beyond any projected system, in metres
Box = tuple[float, float, float, float]


def geometry_of(node: Any, crs: Crs) -> GEOSGeometry:
    """A GeoJSON geometry or `{"bbox": […]}` of a filter, in the order of axes of its system, as a geometry
    with easting first. Raises BadFilter."""
    if isinstance(node, dict) and "bbox" in node:
        return boxes(node["bbox"], crs)
    if not isinstance(node, dict) or node.get("type") not in _DEPTH:
        raise BadFilter(_("A filter may have points, lines, polygons and boxes."))
    kind = node["type"]
    coordinates = node.get("coordinates")
    left = [CONF.filter_vertices]
    text = _written(coordinates, _DEPTH[kind], crs, left)
    return _made(f"{kind.upper()}{text if _DEPTH[kind] else f'({text})'}", crs.srid)


def boxes(values: Any, crs: Crs) -> GEOSGeometry:
    """A box of four or six numbers as one or (across the 180th meridian) two polygons."""
    if not isinstance(values, Sequence) or len(values) not in (4, 6):
        raise BadFilter(_("A box has four or six numbers."))
    low, high = values[: len(values) // 2], values[len(values) // 2 :]
    (west, south), (east, north) = _position(low, crs), _position(high, crs)
    if south > north or (west > east and not crs.degrees):
        raise BadFilter(_("The box ends before it begins."))
    if west > east:
        parts = ((west, 180.0), (-180.0, east))
        rings = ",".join(f"({_ring(a, south, b, north)})" for a, b in parts)
        return _made(f"MULTIPOLYGON({rings})", crs.srid)
    if (west, south) == (east, north):
        return _made(f"POINT({west!r} {south!r})", crs.srid)
    if west == east or south == north:
        return _made(f"LINESTRING({west!r} {south!r},{east!r} {north!r})", crs.srid)
    return _made(f"POLYGON({_ring(west, south, east, north)})", crs.srid)


def _ring(west: float, south: float, east: float, north: float) -> str:
    return (
        f"({west!r} {south!r},{east!r} {south!r},{east!r} {north!r},{west!r} {north!r},"
        f"{west!r} {south!r})"
    )


def _position(values: Any, crs: Crs) -> tuple[float, float]:
    if not isinstance(values, list | tuple) or len(values) not in (2, 3):
        raise BadFilter(_("A position has two numbers."))
    for value in values:
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            raise BadFilter(_("A position has two numbers."))
    x, y = float(values[0]), float(values[1])
    if crs.flipped:
        x, y = y, x
    far = (180.0, 90.0) if crs.degrees else (_FAR, _FAR)
    if abs(x) > far[0] or abs(y) > far[1]:
        raise BadFilter(_("A position lies beyond the coordinate system."))
    return x, y


def _written(values: Any, depth: int, crs: Crs, left: list[int]) -> str:
    if depth == 0:
        left[0] -= 1
        if left[0] < 0:
            raise BadFilter(
                _("The geometries of a filter have %(most)s vertices at most.")
                % {"most": CONF.filter_vertices}
            )
        x, y = _position(values, crs)
        return f"{x!r} {y!r}"
    if not isinstance(values, list) or not values:
        raise BadFilter(_("A geometry has no positions."))
    return "(" + ",".join(_written(v, depth - 1, crs, left) for v in values) + ")"


def _made(text: str, srid: int) -> GEOSGeometry:
    try:
        found = GEOSGeometry(text, srid=srid)
        valid = found.valid
    except (GEOSException, ValueError):
        valid = False
    if not valid:
        raise BadFilter(_("A geometry of the filter is not valid."))
    return found


def sql_of(found: GEOSGeometry, put: Any, srid: int = 4326) -> str:
    """SQL of a geometry in this system; `put` takes the value in."""
    given = f"ST_GeomFromEWKB({put(bytes(found.ewkb))}::bytea)"
    return given if found.srid == srid else f"ST_Transform({given}, {srid})"


def within_mercator(found: GEOSGeometry) -> bool:
    """Whether it can be told in EPSG:3857, which knows no poles."""
    if found.srid != 4326:
        return True
    _west, south, _east, north = found.extent
    return bool(south > -85 and north < 85)
