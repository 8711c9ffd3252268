"""Where doors stand along a street, and on which side of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from addresses.rules.plane import Plane


@dataclass(frozen=True)
class Standing:
    """`at`: metres from the street's beginning. `left`: seen in the direction of the numbers."""

    at: float
    left: bool
    away: float


def standings(street: Any, points: Sequence[Any], *, reverse: bool = False) -> list[Standing]:
    """Each point's place along a street (LineString or MultiLineString, degrees).

    Parts that do not join follow each other in their order.
    """
    plane = Plane.around(street)
    lines = _run(plane.metres(street), reverse)
    return [_standing(lines, plane.metres(point)) for point in points]


def clockwise(points: Sequence[Any], start: Any) -> list[float]:
    """For a square: degrees of turn, clockwise from the start point, around the points' middle."""
    plane = Plane.around(shapely.MultiPoint(list(points)))
    inner = shapely.MultiPoint([plane.metres(p) for p in points]).envelope.centroid

    def bearing(point: Any) -> float:
        at = plane.metres(point)
        return math.degrees(math.atan2(at.x - inner.x, at.y - inner.y))

    zero = bearing(start)
    return [(bearing(p) - zero) % 360 for p in points]


def beside(street: Any, *, left: bool, away: float = 10.0, every: float = 5.0) -> list[Any]:
    """Points (degrees) along one side of a street, so many metres from its line and each other."""
    plane = Plane.around(street)
    found = []
    for line in shapely.get_parts(plane.metres(street)):
        count = max(1, round(line.length / every))
        for i in range(count):
            at = line.length * (i + 0.5) / count
            a, b = (line.interpolate(max(0.0, at + step)) for step in (-0.1, 0.1))
            length = math.hypot(b.x - a.x, b.y - a.y)
            if length:
                turn = (away if left else -away) / length
                middle = line.interpolate(at)
                found.append(
                    shapely.Point(middle.x - (b.y - a.y) * turn, middle.y + (b.x - a.x) * turn)
                )
    return [plane.degrees(point) for point in found]


def _run(street: Any, reverse: bool) -> list[Any]:
    merged = shapely.line_merge(street)
    lines = [line for line in shapely.get_parts(merged) if line.length > 0]
    # Merging may turn a line round: the first one's own direction counts.
    first = shapely.get_parts(street)[0]
    if len(lines) == 1 and not _same_way(lines[0], first):
        lines = [lines[0].reverse()]
    return [line.reverse() for line in reversed(lines)] if reverse else lines


def _same_way(line: Any, piece: Any) -> bool:
    return bool(
        line.project(shapely.Point(piece.coords[0]))
        <= line.project(shapely.Point(piece.coords[-1]))
    )


def _standing(lines: list[Any], point: Any) -> Standing:
    before, best = 0.0, Standing(0.0, True, math.inf)
    for line in lines:
        away = line.distance(point)
        if away < best.away:
            at = line.project(point)
            best = Standing(before + at, _is_left(line, at, point), away)
        before += line.length
    return best


def _is_left(line: Any, at: float, point: Any) -> bool:
    """By the direction of the line around the foot of the point; beyond an end, of its last metre."""
    reach = min(1.0, line.length / 2)
    a = line.interpolate(max(0.0, min(at, line.length) - reach))
    b = line.interpolate(min(line.length, at + reach))
    cross = (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)
    return bool(cross >= 0)
