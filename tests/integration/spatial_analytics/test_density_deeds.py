"""What people do to cases is in the counts and on the tiles at once."""

import math
import time
from collections.abc import Callable

import mapbox_vector_tile
import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import ANONYMOUS
from cases.actions.move import move_case
from cases.actions.open_case import open_case
from cases.actions.placing import correct_place
from cases.actions.retyping import retype
from cases.models import Case
from cases.rules.draft import Draft
from spatial_analytics.actions.density import fold, rebuild
from spatial_analytics.rules.hexes import resolution_of
from tests.factories import City, make_city
from tests.integration.spatial_analytics.test_density_counts import rows
from tiles.rules.grid import TileAddress

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def city() -> City:
    with transaction.atomic():
        return make_city()


def tile_at(lon: float, lat: float, z: int) -> TileAddress:
    """The tile under a place."""

    n = 1 << z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return TileAddress(z, int((lon + 180) / 360 * n), int(y * n))


def shown(client: Client, tile: TileAddress, **query: str) -> dict[str, int]:
    """Cases of each hexagon of the tile."""
    answer = client.get(f"/tiles/density/{tile.z}/{tile.x}/{tile.y}.mvt", query)
    assert answer.status_code in (200, 204)
    layers = mapbox_vector_tile.decode(answer.content) if answer.content else {}
    features = layers["density"]["features"] if layers else []
    found = {f["properties"]["h3"]: f["properties"]["cases"] for f in features}
    assert all(int(h3[1], 16) == resolution_of(tile.z) for h3 in found)
    return found


def on_tile(client: Client, tile: TileAddress, **query: str) -> int:
    return sum(shown(client, tile, **query).values())


def on_cell(client: Client, tile: TileAddress, case: Case) -> int:
    return shown(client, tile)[f"{case.h3_10:x}"]


def test_deeds_of_people_are_counted_at_once_and_exactly(city: City):
    now = timezone.now()
    boss = viewer_of(city.people["superuser"])
    client = Client()
    client.force_login(city.people["superuser"])
    lon, lat = city.doors["a5"].geom.coords
    tiles = [tile_at(lon, lat, z) for z in (6, 9, 12, 14)]

    def opened(n: int) -> Case:
        draft = Draft("çöp alınmıyor", "web", f"k{n}", address_id=city.doors["a5"].pk)
        return open_case(draft, viewer=ANONYMOUS, now=now).case

    def deed(act: Callable[..., Case], case: Case, **given: object) -> Case:
        case = Case.objects.get(pk=case.pk)
        act(number=case.number, viewer=boss, version=case.version, now=now, **given)
        return Case.objects.get(pk=case.pk)

    cases = []
    for n in range(4):
        before = [on_tile(client, tile) for tile in tiles]
        cases.append(opened(n))
        began = time.perf_counter()
        wanted = [one + 1 for one in before]
        assert [on_tile(client, tile) for tile in tiles[2:]] == wanted[2:]
        # From afar a tile keeps its version for a second.
        while [on_tile(client, tile) for tile in tiles] != wanted:
            assert time.perf_counter() - began < 2
            time.sleep(0.1)
        if n == 1:
            fold()
    kinds = [case.request_type.code for case in cases]
    deed(retype, cases[0], request_type="cukur")
    assert on_tile(client, tiles[3], type="cukur") == kinds.count("cukur") + 1
    deed(move_case, cases[1], move="mark_duplicate", original=cases[2].number)
    assert on_tile(client, tiles[3]) == 4  # a duplicate is a case too
    deed(correct_place, cases[3], written="Karesi Paşaalanı Milli Kuvvetler Caddesi No:7")
    # Its hexagon may reach into both tiles: three stay in the old one, one is in the new one.
    assert on_cell(client, tiles[3], cases[2]) == 3
    moved = Case.objects.get(pk=cases[3].pk)
    assert moved.h3_10 != cases[2].h3_10
    assert on_cell(client, tile_at(moved.geom.x, moved.geom.y, 14), moved) == 1
    fold()
    folded = rows()
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n) FROM spatial_analytics_densityday")
        assert cursor.fetchone()[0] == Case.objects.count() == 4
    rebuild()
    assert rows() == folded
