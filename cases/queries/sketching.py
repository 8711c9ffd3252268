"""What the register holds around a point, as the small map on paper draws it."""

import math
from typing import Any

from django.contrib.gis.geos import Point, Polygon

from addresses.models import Address, Building, Street
from addresses.models.entity import Status
from cases.models import Case
from cases.rules.sketch import Shapes, draw

_MOST = 600
WIDTH_M, HEIGHT_M = 260.0, 150.0


def sketch_of(case: Case, title: str) -> str:
    """SVG of the streets, buildings and doors around a case; empty where it has no point."""
    if case.geom is None:
        return ""
    centre: Any = Point(case.geom.x, case.geom.y, srid=4326).transform(3857, clone=True)
    stretch = 1 / math.cos(math.radians(case.geom.y))
    half = (WIDTH_M / 2 * stretch, HEIGHT_M / 2 * stretch)
    box = Polygon.from_bbox(
        (centre.x - half[0], centre.y - half[1], centre.x + half[0], centre.y + half[1])
    )
    box.srid = 3857
    inside = {"geom_m__bboverlaps": box, "status": Status.ACTIVE}
    buildings = Building.objects.filter(**inside).values_list("geom_m", flat=True)[:_MOST]
    streets = Street.objects.filter(**inside).values_list("name", "geom_m")[:_MOST]
    doors = Address.objects.filter(**inside).only("number", "suffix", "geom_m")[:_MOST]
    shapes = Shapes(
        buildings=[[ring for polygon in b.coords for ring in polygon] for b in buildings],
        streets=[(name, list(lines.coords)) for name, lines in streets],
        doors=[(d.house_number, (d.geom_m.x, d.geom_m.y)) for d in doors],
    )
    return draw(shapes, (centre.x, centre.y), width_m=WIDTH_M, height_m=HEIGHT_M, title=title)
