"""Random shapes, cut at the edges of tiles: the neighbours together have every one of them, once by id."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.affinity import scale, translate

from addresses.models import Address, Building, Parcel, Street
from tests.conftest import forget
from tests.factories import City, open_register
from tests.integration.tiles.grid import decoded, tile_of, url
from tiles.rules.grid import TileAddress

pytestmark = pytest.mark.django_db
ZOOM = 15
EXTENT, BUFFER = 4096, 64


def grid(city: City) -> list[tuple[int, int, int]]:
    """Three by three tiles."""
    z, x, y = tile_of(*city.areas.at(0.5, 0.5), ZOOM)
    return [(z, x + i, y + j) for i in range(3) for j in range(3)]


@pytest.fixture
def inside(city: City) -> tuple[float, float, float, float]:
    """West, south, width and height in degrees of the middle of the grid: shapes reach no further
    than its nine tiles."""
    tiles = grid(city)
    west, _, _, north = TileAddress(*tiles[0]).bounds
    _, south, east, _ = TileAddress(*tiles[-1]).bounds
    width, height = east - west, north - south
    return west + width * 0.1, south + height * 0.1, width * 0.8, height * 0.8


# In units of the middle of the grid: a place, and a size that is drawn at this zoom.
PLACE = st.tuples(st.floats(0, 0.7), st.floats(0, 0.7))
SIZE = st.floats(0.01, 0.3)
CORNERS = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=3, max_size=8, unique=True)


def polygon(corners: list[tuple[float, float]]) -> Any:
    """Any hull of the corners that is not too thin to be drawn."""
    hull = shapely.convex_hull(shapely.MultiPoint(corners))
    return hull if hull.area > 0.1 else shapely.box(0, 0, 1, 1)


@st.composite
def placed(draw: st.DrawFn) -> Any:
    shape = polygon(draw(CORNERS))
    (x, y), size = draw(PLACE), draw(SIZE)
    return translate(scale(shape, size, size, origin=(0, 0)), x, y)


def on_map(shape: Any, inside: tuple[float, float, float, float]) -> Any:
    west, south, width, height = inside
    return translate(scale(shape, width, height, origin=(0, 0)), west, south)


def geos(shape: Any) -> GEOSGeometry:
    return GEOSGeometry(shape.wkb_hex, srid=4326)


def seen(client: Client, city: City, layer: str) -> dict[tuple[int, int, int], list[Any]]:
    forget()
    return {zxy: decoded(client.get(url(layer, zxy))).get(layer, []) for zxy in grid(city)}


@contextmanager
def taken_back() -> Iterator[None]:
    """What an example writes to the register is gone with it."""
    with transaction.atomic():
        open_register()
        yield
        transaction.set_rollback(True)


def check(city: City, tiles: dict[tuple[int, int, int], list[Any]], shapes: dict[int, Any]) -> None:
    """Each tile has each of its features once; together they have all, and each wherever it lies
    within the tile."""
    together: set[int] = set()
    for zxy, features in tiles.items():
        ids = [f["id"] for f in features]
        assert len(ids) == len(set(ids))
        assert all(0 < i < 2**53 for i in ids)
        together |= set(ids)
        west, south, east, north = TileAddress(*zxy).bounds
        pixel = (east - west) / EXTENT
        # What reaches well into the tile is in it; what is well beyond its buffer is not.
        inner = shapely.box(west, south, east, north).buffer(-8 * pixel)
        outer = shapely.box(west, south, east, north).buffer((BUFFER + 8) * pixel)
        for key, shape in shapes.items():
            if shape.intersects(inner) and shape.intersection(inner).buffer(0).area > 64 * pixel**2:
                assert key in ids, (zxy, key)
            if not shape.intersects(outer):
                assert key not in ids, (zxy, key)
    assert together == set(shapes)


EXAMPLES = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SHAPES = st.lists(placed(), min_size=1, max_size=6)


@EXAMPLES
@given(shapes=SHAPES, layer=st.sampled_from(["buildings", "parcels"]))
def test_areas(city: City, client: Client, inside: Any, shapes: list[Any], layer: str):
    area, kept = city.areas.neighbourhoods["A"], {}
    with taken_back():
        for n, shape in enumerate(shapes):
            there = on_map(shape, inside)
            given = {"neighbourhood": area, "geom": geos(shapely.MultiPolygon([there]))}
            row = (
                Building.objects.create(**given)
                if layer == "buildings"
                else Parcel.objects.create(**given, cadastral_block="1", number=str(n))
            )
            kept[row.pk] = there
        check(city, seen(client, city, layer), kept)


@EXAMPLES
@given(shapes=SHAPES)
def test_lines(city: City, client: Client, inside: Any, shapes: list[Any]):
    kept = set()
    with taken_back():
        for n, shape in enumerate(shapes):
            line = on_map(shape.exterior, inside)
            row = Street.objects.create(
                district=city.areas.districts["A"], name=f"S {n}", name_key=f"s {n}",
                geom=geos(shapely.MultiLineString([line])),
            )  # fmt: skip
            kept.add(row.pk)
        tiles = seen(client, city, "streets")
    for features in tiles.values():
        assert len({f["id"] for f in features}) == len(features)
    assert {f["id"] for features in tiles.values() for f in features} >= kept


@EXAMPLES
@given(places=st.lists(PLACE, min_size=1, max_size=12))
def test_points(city: City, client: Client, inside: Any, places: list[tuple[float, float]]):
    """Without the buffers of the tiles a point is in one of them; one on an edge may be in both."""
    side, kept = Address.objects.get(pk=city.doors["a5"].pk).side, {}
    with taken_back():
        for n, place in enumerate(places):
            at = on_map(shapely.Point(place), inside)
            row = Address.objects.create(
                side=side, number=1000 + n, point_source="ENTRANCE", geom=geos(at)
            )
            kept[row.pk] = at
        tiles = seen(client, city, "doors")
    own = dict.fromkeys(kept, 0)
    for feature in (f for features in tiles.values() for f in features if f["id"] in kept):
        x, y = feature["geometry"]["coordinates"]
        own[feature["id"]] += 0 <= x <= EXTENT and 0 <= y <= EXTENT
    assert all(1 <= times <= 4 for times in own.values())
    assert {k for k, p in kept.items() if own[k] != 1 and not _near_an_edge(p, city)} == set()


def _near_an_edge(point: Any, city: City) -> bool:
    for zxy in grid(city):
        west, south, east, north = TileAddress(*zxy).bounds
        if (
            shapely.box(west, south, east, north).exterior.distance(point)
            < 2 * (east - west) / EXTENT
        ):
            return True
    return False
