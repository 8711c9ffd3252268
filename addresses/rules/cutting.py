"""Cuts and joins shapes, and says which part holds what. All in EPSG:4326."""

import math
from collections.abc import Sequence
from typing import Any

import shapely
from shapely import ops

from addresses.rules.plane import Plane, rounded

PARTS_MAX = 50
_DECIMETRE = 1e-6  # degrees


class NoCut(ValueError):
    """The line does not part the shape."""


class TooManyParts(ValueError):
    """The line would make more than PARTS_MAX parts."""


class NotJoined(ValueError):
    """The shapes do not touch: they make no single one."""


def cut(shape: Any, line: Any) -> list[Any]:
    """The parts (MultiPolygons or MultiLineStrings) of a shape along a line, the largest first.

    A line that ends inside is no cut; one that ends on the edge, or a few decimetres short of it,
    is. Pieces that the line has not touched stay with the largest part. Raises NoCut, TooManyParts.
    """
    # What is counted here costs little; to part a shape along thousands of crossings takes minutes.
    edge = shape.boundary if shape.area else shape
    if len(shapely.get_parts(edge.intersection(line))) > 4 * PARTS_MAX:
        raise TooManyParts
    pieces: list[Any] = []
    whole: list[Any] = []
    longer = _longer(line)
    for piece in shapely.get_parts(shape):
        found = _pieces(piece, line)
        if len(found) < 2:
            found = _pieces(piece, longer)
        (pieces if len(found) > 1 else whole).extend(found)
    if not pieces:
        raise NoCut
    if len(pieces) > PARTS_MAX:
        raise TooManyParts
    pieces.sort(key=size, reverse=True)
    pieces[0] = shapely.union_all([pieces[0], *whole])
    return [as_multi(rounded(piece)) for piece in pieces]


def _pieces(piece: Any, line: Any) -> list[Any]:
    return [g for g in ops.split(piece, line).geoms if not g.is_empty]


def _longer(line: Any) -> Any:
    """A line whose ends were drawn to an edge lies a hair's breadth inside of it, or outside."""
    corners = [tuple(c[:2]) for c in line.coords]

    def beyond(end: Any, before: Any) -> tuple[float, float]:
        x, y = end[0] - before[0], end[1] - before[1]
        share = 3 * _DECIMETRE / (math.hypot(x, y) or 1.0)
        return end[0] + x * share, end[1] + y * share

    start, end = beyond(corners[0], corners[1]), beyond(corners[-1], corners[-2])
    return shapely.LineString([start, *corners, end])


def join(shapes: Sequence[Any], *, apart: bool = False) -> Any:
    """One shape of several. `apart` allows several outlines. Raises NotJoined.

    Edges that lie a decimetre apart are taken for one: surveys meet no nearer than that.
    """
    if shapes[0].geom_type.endswith("LineString"):
        return as_multi(shapely.line_merge(shapely.union_all(list(shapes))))
    union = shapes[0]
    for shape in shapes[1:]:
        near = shapely.snap(shape, union, _DECIMETRE)
        union = shapely.union(union, near if near.is_valid else shape)
    most = max(len(shapely.get_parts(s)) for s in shapes)
    if not apart and len(shapely.get_parts(union)) > most:
        raise NotJoined
    return as_multi(rounded(union))


def as_multi(shape: Any) -> Any:
    """The shape as the multi-type that the register stores."""
    if shape.geom_type == "Polygon":
        return shapely.MultiPolygon([shape])
    if shape.geom_type == "LineString":
        return shapely.MultiLineString([shape])
    return shape


def size(shape: Any) -> float:
    """Area, or length for lines; to compare, in square degrees or degrees."""
    return float(shape.area or shape.length)


def holder(shape: Any, parts: Sequence[Any]) -> int:
    """Which part holds the shape: the nearest to a point; most of an area or line."""
    if len(parts) == 1:
        return 0
    if shape.geom_type != "Point":
        shares = [size(shape.intersection(part)) for part in parts]
        if max(shares) > 0:
            return shares.index(max(shares))
        shape = shapely.point_on_surface(shape)
    plane = Plane.around(shape)
    point = plane.metres(shape)
    distances = [plane.metres(part).distance(point) for part in parts]
    return distances.index(min(distances))
