"""Geometries of GML as shapely's, x before y, whatever order their coordinate system asks for."""

import re
from functools import cache

import numpy as np
import pyproj
import shapely
from django.utils.translation import gettext as _
from lxml import etree
from pyproj.exceptions import CRSError

from addresses.exchange.errors import ImportRefused
from addresses.exchange.inspire.reader import child, children, local

# The order of the authority: these forms ask for it.
_AUTHORITY = re.compile(
    r"^(?:urn:(?:x-)?ogc:def:crs:EPSG:[^:]*:|https?://www\.opengis\.net/def/crs/EPSG/[\d.]+/)(\d{4,6})$"
)
# East before north: what these forms have meant since GML 2.
_PLAIN = re.compile(r"^(?:EPSG:|https?://www\.opengis\.net/gml/srs/epsg\.xml#)(\d{4,6})$")
_CRS84 = re.compile(r"CRS84$")


@cache
def system(name: str) -> tuple[str, bool]:
    """The coordinate system that an srsName means, and whether its first axis points north."""
    if _CRS84.search(name):
        return "OGC:CRS84", False
    match = _AUTHORITY.match(name) or _PLAIN.match(name)
    if match is None:
        raise ImportRefused("crs", _("unknown coordinate system %s.") % name[:200])
    try:
        crs = pyproj.CRS.from_epsg(int(match[1]))
    except CRSError as error:
        raise ImportRefused("crs", _("unknown coordinate system %s.") % name) from error
    north_first = bool(crs.axis_info) and crs.axis_info[0].direction == "north"
    return f"EPSG:{match[1]}", north_first and _PLAIN.match(name) is None


def read(element: etree._Element | None, declared: str) -> tuple[shapely.Geometry | None, str]:
    """The point or polygons inside a property, and their coordinate system ("" without any).

    `declared` is the file's own srsName, for geometries that have none. None where there is no
    geometry, or none that can be read: curves, too few positions, no numbers.
    """
    geometry = None if element is None else next(iter(element), None)
    if geometry is None:
        return None, ""
    names = {name for e in geometry.iter() if (name := e.get("srsName"))} or {declared}
    if len(names) > 1:
        raise ImportRefused("crs", _("one geometry names several: %s.") % ", ".join(sorted(names)))
    name = names.pop()
    if not name:
        return None, ""
    crs, swapped = system(name)
    try:
        return _shape(geometry, swapped), crs
    except (ValueError, shapely.errors.GEOSException):
        return None, crs


def _shape(geometry: etree._Element, swapped: bool) -> shapely.Geometry | None:
    points = [e for e in geometry.iter() if local(e) == "Point"]
    if points:
        return shapely.Point(_positions(points[0], swapped)[0])
    polygons = [e for e in geometry.iter() if local(e) in ("Polygon", "PolygonPatch")]
    if not polygons:
        return None
    shapes = [_polygon(e, swapped) for e in polygons]
    return shapely.MultiPolygon(shapes) if len(shapes) > 1 else shapes[0]


def _polygon(element: etree._Element, swapped: bool) -> shapely.Polygon:
    outer = child(element, "exterior", "LinearRing")
    if outer is None:
        raise ValueError("a polygon without an outer ring of straight lines")
    holes = [_positions(ring, swapped) for e in children(element, "interior") for ring in e]
    return shapely.Polygon(_positions(outer, swapped), holes)


def _positions(element: etree._Element, swapped: bool) -> np.ndarray:
    """Positions (n, 2) of a ring or a point. Raises ValueError for what is no list of numbers."""
    rows = []
    for e in element.iter():
        if local(e) in ("pos", "posList"):
            numbers = np.array((e.text or "").split(), dtype=np.float64)
            dimension = _dimension(e)
            if not len(numbers) or len(numbers) % dimension:
                raise ValueError("positions of another dimension")
            rows.append(numbers.reshape(-1, dimension)[:, :2])
    if not rows:
        raise ValueError("no positions")
    positions = np.concatenate(rows)
    return positions[:, ::-1] if swapped else positions


def _dimension(element: etree._Element | None) -> int:
    """Numbers in one position: the nearest srsDimension counts, else two."""
    while element is not None:
        given = element.get("srsDimension")
        if given:
            if given not in ("2", "3"):
                raise ValueError("positions of another dimension")
            return int(given)
        element = element.getparent()
    return 2
