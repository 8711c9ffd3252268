"""What lies on the edge of a tile is found, and found once."""

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import Case
from tests.conftest import forget
from tests.factories import City, make_case
from tests.integration.tiles.grid import decoded, tile_of, url
from tiles.rules.grid import TileAddress

pytestmark = pytest.mark.django_db
EDGES = st.sampled_from(["west", "north", "corner", "inside"])


def around(zxy: tuple[int, int, int]) -> list[tuple[int, int, int]]:
    z, x, y = zxy
    return [(z, x + i, y + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]


def placed(case: Case, zxy: tuple[int, int, int], edge: str) -> None:
    west, south, east, north = TileAddress(*zxy).bounds
    lon = west if edge in ("west", "corner") else west * 0.7 + east * 0.3
    lat = north if edge in ("north", "corner") else south * 0.6 + north * 0.4
    Case.objects.filter(pk=case.pk).update(geom=Point(lon, lat, srid=4326))


@pytest.fixture
def case(city: City) -> Case:
    return make_case(city)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(z=st.integers(12, 16), edge=EDGES)
def test_a_point_is_one_feature_in_the_union_of_the_neighbours(case, client: Client, z, edge):
    centre = tile_of(27.9, 39.6, z)
    placed(case, centre, edge)
    forget()
    found = [
        f["properties"]["type"]
        for zxy in around(centre)
        for f in decoded(client.get(url("cases", zxy))).get("cases", [])
    ]
    assert set(found) == {case.request_type.name}
    per_tile = [decoded(client.get(url("cases", zxy))).get("cases", []) for zxy in around(centre)]
    assert max(len(features) for features in per_tile) == 1


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(z=st.integers(5, 11), edge=EDGES)
def test_a_case_is_counted_once_in_the_union_of_the_neighbours(case, client: Client, z, edge):
    centre = tile_of(27.9, 39.6, z)
    placed(case, centre, edge)
    forget()
    counts = [
        f["properties"]["count"]
        for zxy in around(centre)
        for f in decoded(client.get(url("cases", zxy))).get("cases", [])
    ]
    assert counts == [1]
