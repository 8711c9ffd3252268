"""A town drawn as squares: two districts, three neighbourhoods, cases where a test wants them.

west district (1,000 residents)     east district (4,000 residents)
a: 600, b: not known                c: 4,000
"""

import itertools
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import h3.api.basic_int as h3
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.test import TestCase

from addresses.actions.boundary_shapes import rebuild_boundary_shapes
from addresses.models import District, Neighbourhood, Province
from cases.models import Case, Channel, RequestType, RequestTypeGroup
from spatial_analytics.actions.homes import rebuild_homes
from tests.factories import open_register

WEST, EAST, SOUTH, NORTH = 27.80, 28.00, 39.60, 39.70
_numbers = itertools.count(1)


def square(west: float, south: float, east: float, north: float) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((west, south, east, north)), srid=4326)


@dataclass
class Town:
    """The rows that tests refer to."""

    west: District
    east: District
    a: Neighbourhood
    b: Neighbourhood
    c: Neighbourhood
    roads: RequestTypeGroup
    parks: RequestTypeGroup
    types: dict[str, RequestType] = field(default_factory=dict)
    channel: Channel | None = None

    def cases(
        self,
        count: int,
        *,
        at: datetime,
        lon: float,
        lat: float,
        kind: str = "hole",
        public: bool = True,
        **more: Any,
    ) -> None:
        """Cases at one point and time; their neighbourhood is the square they lie in."""
        area = next(n for n in (self.a, self.b, self.c) if n.geom.contains(Point(lon, lat)))
        rows = []
        for _ in range(count):
            number = f"T-{next(_numbers)}"
            rows.append(
                Case(
                    number=number,
                    token=number,
                    kind="COMPLAINT",
                    state="NEW",
                    description="…",
                    text_key="",
                    request_type=self.types[kind],
                    channel=self.channel,
                    geom=Point(lon, lat, srid=4326),
                    h3_10=h3.latlng_to_cell(lat, lon, 10),
                    neighbourhood=area,
                    district=area.district,
                    opened_at=at,
                    public=public,
                    **more,
                )
            )
        Case.objects.bulk_create(rows)


def build_town() -> Town:
    open_register()
    province = Province.objects.create(
        name="Balıkesir", name_key="balikesir", geom=square(WEST, SOUTH, EAST, NORTH)
    )
    west = District.objects.create(
        province=province,
        name="Batı",
        name_key="bati",
        population=1000,
        geom=square(WEST, SOUTH, 27.90, NORTH),
    )
    east = District.objects.create(
        province=province,
        name="Doğu",
        name_key="dogu",
        population=4000,
        geom=square(27.90, SOUTH, EAST, NORTH),
    )
    areas = [
        Neighbourhood.objects.create(
            district=district, name=name, name_key=name.lower(), population=residents, geom=shape
        )
        for name, district, residents, shape in (
            ("Akçay", west, 600, square(WEST, SOUTH, 27.90, 39.65)),
            ("Bahçe", west, None, square(WEST, 39.65, 27.90, NORTH)),
            ("Çınar", east, 4000, square(27.90, SOUTH, EAST, NORTH)),
        )
    ]
    rebuild_boundary_shapes()
    with TestCase.captureOnCommitCallbacks(execute=True):  # not a change that a test waits for
        rebuild_homes()
    roads = RequestTypeGroup.objects.create(code="roads", name="Yollar", name_en="Roads")
    parks = RequestTypeGroup.objects.create(code="parks", name="Parklar", name_en="Parks")
    town = Town(west, east, *areas, roads, parks)
    town.types = {
        "hole": RequestType.objects.create(group=roads, code="hole", name="Çukur"),
        "tree": RequestType.objects.create(group=parks, code="tree", name="Ağaç"),
    }
    town.channel = Channel.objects.create(
        code="web", name="Web", name_en="Web", family="INTEGRATED", transport="FORM", public=True
    )
    return town
