"""Places for doors on the side of a building that faces its street."""

from itertools import pairwise
from typing import Any

import shapely

from addresses.rules.cutting import as_multi
from addresses.rules.plane import Plane


def places(building: Any, street: Any, count: int) -> list[Any]:
    """`count` points (degrees) on the outline, spread over the edge nearest to the street, in the
    direction of the street."""
    plane = Plane.around(building)
    line = plane.metres(street)
    edge = min(_edges(plane.metres(building)), key=lambda e: _nearness(e, line))
    if line.project(shapely.Point(edge.coords[0])) > line.project(shapely.Point(edge.coords[-1])):
        edge = edge.reverse()
    shares = [(i + 1) / (count + 1) for i in range(count)]
    return [plane.degrees(edge.interpolate(share, normalized=True)) for share in shares]


def _edges(outline: Any) -> list[Any]:
    found = []
    for polygon in shapely.get_parts(outline):
        found += [shapely.LineString(pair) for pair in pairwise(polygon.exterior.coords)]
    return [edge for edge in found if edge.length > 0]


def _nearness(edge: Any, line: Any) -> tuple[float, float]:
    """By the middle of the edge, so that a side wall that ends at the street does not win."""
    return round(line.distance(edge.centroid), 2), -edge.length


def snapped(shape: Any, others: list[Any], metres: float) -> Any:
    """The shape with its corners and edges drawn to what lies within so many metres."""
    if not others:
        return shape
    plane = Plane.around(shape)
    around = shapely.GeometryCollection([plane.metres(other) for other in others])
    found = shapely.snap(plane.metres(shape), around, metres)
    if not found.is_valid or found.is_empty:
        return shape
    # The library gives a single polygon for a multi-polygon of one.
    return plane.degrees(as_multi(found) if shape.geom_type.startswith("Multi") else found)
