"""A crew's way over the register's streets, drawn as a small town."""

from typing import Any

import pytest
from django.contrib.gis.geos import LineString, MultiLineString

from addresses.models import Street
from cases.queries.tour import tour
from tests.factories import METRE_LAT, METRE_LON, NORTH, WEST, City, open_register

pytestmark = pytest.mark.django_db


def at(x: float, y: float) -> tuple[float, float]:
    """Metres east and south of the corner of the city."""
    return WEST + x * METRE_LON, NORTH - y * METRE_LAT


def street(city: City, *metres: tuple[float, float]) -> None:
    open_register()
    line = LineString([at(x, y) for x, y in metres], srid=4326)
    Street.objects.create(
        district=city.areas.districts["A"], name=f"{metres}", name_key=f"{metres}",
        geom=MultiLineString(line, srid=4326),
    )  # fmt: skip


@pytest.fixture
def town(city: City) -> City:
    """Two streets side by side, 100 m apart, joined at the east only; they cross, they have no
    common vertex."""
    Street.objects.all().update(geom=None)
    street(city, (100, 100), (1010, 100))
    street(city, (100, 200), (1010, 200))
    street(city, (1000, 50), (1000, 250))
    return city


def test_over_the_streets(town: City):
    """From the west end of one street to the west end of the other it is the way round."""
    found = tour([at(100, 90), at(100, 210)])
    assert found.by == "network"
    assert found.metres == pytest.approx(900 + 100 + 900 + 20, abs=8)
    assert found.minutes == pytest.approx(found.metres / 25_000 * 60, abs=0.1)
    line: Any = found.line
    assert line["type"] == "LineString"
    assert max(x for x, _ in line["coordinates"]) == pytest.approx(at(1000, 0)[0], abs=1e-5)


def test_the_order_is_by_the_streets_not_by_the_crow(town: City):
    """By the crow the two west ends are neighbours; by the streets they are farthest apart."""
    stops = [at(150, 190), at(150, 110), at(800, 110), at(800, 190)]
    assert tour(stops).order in ([0, 3, 2, 1], [1, 2, 3, 0])
    assert tour(stops, keep_order=True).order == [0, 1, 2, 3]
    assert tour(stops, keep_order=True).metres > tour(stops).metres * 1.5


def test_stops_on_the_line_and_on_one_spot(town: City):
    stops = [at(300, 100), at(500, 100), at(300, 100), at(300.2, 100)]
    found = tour(stops)
    assert found.by == "network"
    assert sorted(found.order) == [0, 1, 2, 3]
    assert found.metres == pytest.approx(200, abs=3)


@pytest.mark.parametrize(
    "stops",
    [
        [(100.0, 100.0), (100.0, 900.0)],  # no street within reach of the second
        [(150.0, 110.0), (2500.0, 110.0)],
    ],
)
def test_without_a_network_it_is_straight_and_says_so(town: City, stops):
    found = tour([at(*s) for s in stops])
    assert found.by == "straight"
    away = max(abs(stops[0][0] - stops[1][0]), abs(stops[0][1] - stops[1][1]))
    assert found.metres == pytest.approx(away, rel=0.03)


def test_streets_that_do_not_meet_are_no_network(town: City):
    street(town, (100, 1000), (900, 1000))
    assert tour([at(150, 110), at(150, 1010)]).by == "straight"


def test_none_and_one(city: City):
    assert (tour([]).order, tour([]).line) == ([], None)
    one = tour([at(1, 1)])
    assert (one.order, one.metres, one.line) == ([0], 0, None)


def test_far_apart_is_straight(city: City):
    assert tour([(27.0, 39.0), (28.0, 39.0)]).by == "straight"
