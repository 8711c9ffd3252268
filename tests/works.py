"""Planned works of the small city, for tests."""

import itertools
from datetime import date
from typing import Any

from django.contrib.gis.geos import LineString, MultiLineString

from cases.models import PlannedWork
from cases.queries.planned_works import places_of
from tests.factories import METRE_LON, NOW, City

BEGIN, END = date(2026, 12, 1), date(2026, 12, 10)
_numbers = itertools.count(1)


def line(
    city: City, metres: float = 100, at: tuple[float, float] = (0.5, 0.5), north: float = 0.0
) -> dict[str, Any]:
    """A line to the east from a place of the drawing, moved to the north, both in metres; GeoJSON."""
    lon, lat = city.areas.at(*at)
    lat += north / 111_000
    return {"type": "LineString", "coordinates": [[lon, lat], [lon + metres * METRE_LON, lat]]}


def sent(city: City, **more: Any) -> dict[str, Any]:
    """What a company sends."""
    return {
        "external_id": f"K-{next(_numbers)}", "kind": "WATER", "title": "Boru yenileme",
        "contact": "185", "begin": BEGIN.isoformat(), "end": END.isoformat(), "traffic": "NARROWED",
        "depth_m": 1.5, "width_m": 0.6, "shape": line(city),
    } | more  # fmt: skip


def make_work(
    city: City, *, body: str = "b", state: str = "PERMITTED", shape: Any = None, **more: Any
) -> PlannedWork:
    """A row as it stands in a state."""
    drawn = shape or line(city)
    geom = MultiLineString(LineString(drawn["coordinates"]), srid=4326)
    places = places_of(geom)
    values: dict[str, Any] = {
        "organisation": city.bodies[body], "kind": "WATER", "state": state, "title": "Boru yenileme",
        "contact": "185", "begin": BEGIN, "end": END, "traffic": "NARROWED", "geom": geom,
        "depth_m": 1.5, "width_m": 0.6, "districts": list(places.districts),
        "neighbourhoods": list(places.neighbourhoods), "created_at": NOW, "changed_at": NOW,
    } | more  # fmt: skip
    work = PlannedWork.objects.create(**values)
    work.streets.set(places.streets)
    return work
