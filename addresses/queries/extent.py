"""Where the city is: what a map shows first."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.gis.db.models import Extent
from django.core.cache import cache

from addresses.models import District, Neighbourhood
from tiles.queries.versions import data_version


@dataclass(frozen=True)
class CityView:
    """Degrees (EPSG:4326); `bounds` is west, south, east, north, and `zoom` shows about all of it."""

    lon: float
    lat: float
    zoom: float
    bounds: str


def city_view() -> CityView:
    """The extent of all districts; without any, a view of the Marmara region."""
    key = f"city-view:{data_version('register')}"
    view: CityView | None = cache.get(key)
    if view is None:
        box = District.objects.aggregate(box=Extent("geom"))["box"]
        view = _of_box(box or (26.5, 39.0, 29.0, 40.8))
        cache.set(key, view, 3600)
    return view


def view_of(districts: Sequence[int], neighbourhoods: Sequence[int]) -> CityView:
    """The extent of these neighbourhoods, else of these districts, else of the city."""
    for model, ids in ((Neighbourhood, neighbourhoods), (District, districts)):
        box = model.objects.filter(pk__in=ids).aggregate(box=Extent("geom"))["box"] if ids else None
        if box:
            return _of_box(box)
    return city_view()


def _of_box(box: tuple[float, float, float, float]) -> CityView:
    west, south, east, north = box
    width = max(east - west, (north - south) * 1.4, 0.01)
    return CityView(
        lon=(west + east) / 2,
        lat=(south + north) / 2,
        zoom=round(9.0 - math.log2(width), 2),
        bounds=f"{west:.5f},{south:.5f},{east:.5f},{north:.5f}",
    )


def city_bounds() -> tuple[float, float, float, float]:
    """West, south, east, north of all districts, in degrees."""
    west, south, east, north = map(float, city_view().bounds.split(","))
    return west, south, east, north
