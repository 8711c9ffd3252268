"""The way of a crew through its day: over the register's streets where they are a network, else
straight."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from typing import Any, cast

from django.core.cache import cache
from django.db import connection, transaction

from cases.conf import CONF
from cases.models import WorkOrder
from cases.rules.tour import length, nearest_tour
from cases.rules.work import OPEN_ORDERS
from core.queries.sql import execute, run
from tiles.queries.versions import data_version

Point = tuple[float, float]
_MARGIN = 0.012  # degrees: about a kilometre
_WIDEST = 0.6  # degrees: beyond it the graph would be a province's
_REACH_M = 300.0


@dataclass(frozen=True)
class Tour:
    """`by` is "network" (over the streets) or "straight". `order` are positions in what was asked;
    `line` is GeoJSON in EPSG:4326, None for fewer than two places; driving only."""

    by: str
    order: list[int]
    metres: float
    minutes: float
    line: dict[str, Any] | None


def tour(points: Sequence[Point], *, keep_order: bool = False) -> Tour:
    """The nearest tour through these places (longitude, latitude), or the way through them as they
    stand. Repeated places are visited once after another."""
    places = list(dict.fromkeys(points))
    found = _network(places, keep_order) if len(places) > 1 and _near(places) else None
    by, order, metres, line = found or _straight(places, keep_order)
    visits: list[int] = []
    for i in order:
        visits += [k for k, point in enumerate(points) if point == places[i]]
    if keep_order:
        visits = list(range(len(points)))
    return Tour(by, visits, round(metres), round(metres / 1000 / CONF.crew_speed_kmh * 60, 1), line)


def points_of(orders: Sequence[WorkOrder]) -> list[Point]:
    """The places of these orders that have one."""
    return [(o.case.geom.x, o.case.geom.y) for o in orders if o.case.geom is not None]


def way_of(orders: Sequence[WorkOrder]) -> Tour:
    """The way through the open ones of these orders, in their order."""
    return _kept(points_of([o for o in orders if o.state in OPEN_ORDERS]))


def _kept(points: Sequence[Point]) -> Tour:
    """The way through these places as they stand, kept until the register changes."""
    asked = hashlib.sha256(repr(list(points)).encode()).hexdigest()
    key = f"tour:{data_version('register')}:{asked}"
    found = cache.get(key)
    if found is None:
        found = tour(points, keep_order=True)
        cache.set(key, found, 24 * 3600)
    return cast(Tour, found)


_Found = tuple[str, list[int], float, dict[str, Any] | None]


def _near(places: list[Point]) -> bool:
    return all(max(c) - min(c) <= _WIDEST for c in zip(*places, strict=True))


def _straight(places: list[Point], keep_order: bool) -> _Found:
    cost = [[_metres(a, b) for b in places] for a in places]
    order = list(range(len(places))) if keep_order else nearest_tour(cost)
    line = {"type": "LineString", "coordinates": [list(places[i]) for i in order]}
    return "straight", order, length(order, cost), line if len(places) > 1 else None


def _metres(a: Point, b: Point) -> float:
    """On a sphere."""
    (lon1, lat1), (lon2, lat2) = (tuple(map(radians, p)) for p in (a, b))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6_371_008.8 * asin(sqrt(half))


def _network(places: list[Point], keep_order: bool) -> _Found | None:
    """None where a place has no street near, the streets do not lead from one to the other, or the
    database has no pgRouting."""
    where = {"lon": [p[0] for p in places], "lat": [p[1] for p in places]}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pgrouting'")
        if cursor.fetchone() is None:
            return None
        cursor.execute("DROP TABLE IF EXISTS tour_edge")
        execute("cases", "tour_network", where | {"margin": _MARGIN, "reach": _REACH_M})
        cursor.execute("ANALYZE tour_edge")
        nodes = [row["node"] for row in run("cases", "tour_nodes", where)]
        if None in nodes:
            return None
        unique = sorted(set(nodes))
        rows = run("cases", "tour_costs", {"nodes": unique}) if len(unique) > 1 else []
        costs = {(r["start_vid"], r["end_vid"]): r["agg_cost"] for r in rows}
        if len(costs) < len(unique) * (len(unique) - 1):
            return None
        cost = [[0.0 if a == b else costs[a, b] for b in nodes] for a in nodes]
        order = list(range(len(places))) if keep_order else nearest_tour(cost)
        stops = [nodes[i] for i in order]
        via = stops[:1] + [b for a, b in pairwise(stops) if a != b]
        if len(via) < 2:
            return None
        way = run("cases", "tour_way", {"nodes": via})[0]
    return "network", order, float(way["metres"]), way["geometry"]
