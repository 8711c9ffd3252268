"""Open cases near a place: what somebody may be reporting for the second time."""

import math

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point

from accounts.rules.viewer import Viewer
from cases.models import Case
from cases.queries.visibility import visible_cases
from cases.rules.lifecycle import OPEN

NEAR_M = 100.0
_SHOWN = 3


def likely_duplicates(
    viewer: Viewer, *, request_type: str, lon: float, lat: float
) -> list[tuple[Case, int]]:
    """Open cases of a type within NEAR_M of a point (EPSG:4326) that the viewer may see, the nearest
    first, each with its distance in metres."""
    if not (-180 <= lon <= 180 and -85 <= lat <= 85):
        return []
    point = Point(lon, lat, srid=4326).transform(3857, clone=True)
    # A metre on the ground is this much of the projection's.
    stretch = 1 / math.cos(math.radians(lat))
    rows = (
        visible_cases(viewer)
        .filter(
            request_type__code=request_type,
            state__in=OPEN,
            geom_m__dwithin=(point, NEAR_M * stretch),
        )
        .annotate(away=Distance("geom_m", point))
        .select_related("request_type")
        .order_by("away", "pk")[:_SHOWN]
    )
    return [(case, round(case.away.m / stretch)) for case in rows]
