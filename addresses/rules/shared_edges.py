"""Carries the change of one outline over to those that share corners with it.

Two neighbourhoods meet in the same corners. Who moves one of them means both: else a gap or an
overlap appears. Coordinates are (lon, lat) with nine decimals; rings are closed.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

import shapely

Corner = tuple[float, float]
Ring = list[Corner]


class Edit:
    """What became of an outline's corners: moved ones, and chains between two kept corners."""

    def __init__(self, old: Any, new: Any) -> None:
        """Two MultiPolygons, the second drawn from the first."""
        self.moved: dict[Corner, Corner] = {}
        self.chains: list[tuple[Ring, Ring]] = []
        for before, after in zip(_rings(old), _rings(new), strict=False):
            self._compare(before, after)

    def _compare(self, before: Ring, after: Ring) -> None:
        matcher = SequenceMatcher(None, before, after, autojunk=False)
        for what, i1, i2, j1, j2 in matcher.get_opcodes():
            if what == "equal":
                continue
            if i2 - i1 == j2 - j1:
                self.moved |= dict(zip(before[i1:i2], after[j1:j2], strict=True))
                continue
            start, end = before[i1 - 1], before[i2 % len(before)]
            self.chains.append(([start, *before[i1:i2], end], [start, *after[j1:j2], end]))

    def applied(self, other: Any) -> Any:
        """The other MultiPolygon with the same change; itself where it shares nothing."""
        polygons = []
        for polygon in shapely.get_parts(other):
            rings = [
                self._ring(list(ring.coords)) for ring in (polygon.exterior, *polygon.interiors)
            ]
            polygons.append(shapely.Polygon(rings[0], rings[1:]))
        return shapely.MultiPolygon(polygons)

    def _ring(self, coordinates: Sequence[Any]) -> Ring:
        ring = [_corner(c) for c in coordinates[:-1]]
        for old, new in self.chains:
            ring = _replaced(_replaced(ring, old, new), old[::-1], new[::-1])
        ring = [self.moved.get(corner, corner) for corner in ring]
        return [*ring, ring[0]]


def _replaced(ring: Ring, old: Ring, new: Ring) -> Ring:
    """The ring with one chain of corners replaced, wherever it begins in the ring."""
    if old[0] not in ring or len(old) > len(ring):
        return ring
    start = ring.index(old[0])
    turned = ring[start:] + ring[:start]
    circle = [*turned, turned[0]]
    if circle[: len(old)] != old:
        return ring
    rest = circle[len(old) :]
    return [*new, *rest[:-1]] if rest else new[:-1]


def _rings(shape: Any) -> list[Ring]:
    return [
        [_corner(c) for c in ring.coords][:-1]
        for polygon in shapely.get_parts(shape)
        for ring in (polygon.exterior, *polygon.interiors)
    ]


def _corner(xy: Any) -> Corner:
    return round(float(xy[0]), 9), round(float(xy[1]), 9)
