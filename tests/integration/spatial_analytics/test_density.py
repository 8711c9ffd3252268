"""Cases per hexagon: the same numbers as counting the points, and nothing small for the public."""

from collections import Counter
from datetime import timedelta

import h3.api.basic_int as h3
import mapbox_vector_tile
import pytest
from django.contrib.gis.geos import LineString, MultiLineString, Point
from django.test import TestCase
from django.utils import timezone

from accounts.rules.roles import Permission
from accounts.rules.viewer import ANONYMOUS, Viewer
from addresses.models import Address, Building, Street, StreetSide
from cases.actions.request_types import store_content
from cases.models import Case
from cases.queries.type_list import content_of
from spatial_analytics.actions.density import fold
from spatial_analytics.actions.homes import rebuild_homes, refresh_homes
from spatial_analytics.models import Hexagon
from spatial_analytics.queries.density import density_figures, density_tile
from spatial_analytics.queries.reach import Counted
from spatial_analytics.rules.density import read_density
from spatial_analytics.tile_layers import LAYERS
from tests.conftest import forget
from tests.factories import NOW
from tests.integration.spatial_analytics.city import Town
from tests.integration.tiles.grid import tile_of
from tiles.actions.versions import data_changed
from tiles.layers import TileRequest
from tiles.queries.versions import data_version
from tiles.rules.grid import TileAddress

pytestmark = pytest.mark.django_db
ANALYST = Viewer(user_id=1, permissions=frozenset({Permission.SEE_ANALYTICS}))
WHOLE_TOWN = TileAddress(9, 295, 194)


def cells(viewer: Viewer, tile: TileAddress = WHOLE_TOWN, **parameters) -> dict[str, int]:
    data = density_tile(TileRequest(tile, viewer, parameters))
    if not data:
        return {}
    features = mapbox_vector_tile.decode(data)["density"]["features"]
    return {f["properties"]["h3"]: f["properties"]["cases"] for f in features}


def asked(now, **query: str):
    return read_density(query, today=timezone.localdate(now), usual_days=365)


@pytest.mark.parametrize("resolution", [5, 6, 7, 8, 9, 10])
def test_parents_by_bits_in_sql_are_the_parents(town: Town, now, resolution):
    found = density_figures(asked(now), Counted.ALL, resolution=resolution)
    counted = {figure.cell: figure.cases for figure in found}
    points = Case.objects.values_list("geom", flat=True)
    expected = Counter(
        h3.cell_to_parent(h3.latlng_to_cell(point.y, point.x, 10), resolution) for point in points
    )
    assert counted == expected


def test_the_public_sees_public_cases_and_no_cell_under_three(town: Town):
    assert sorted(cells(ANONYMOUS, days=30).values()) == [3, 3, 4, 8]
    assert sorted(cells(ANALYST, days=30).values()) == [2, 3, 3, 4, 8]


def test_a_cell_with_two_cases_is_left_out_for_the_public(town: Town, now):
    town.cases(2, at=now - timedelta(days=2), lon=27.99, lat=39.61)
    assert len(cells(ANALYST, days=30)) == len(cells(ANONYMOUS, days=30)) + 2


def test_period_and_group(town: Town):
    assert sum(cells(ANALYST, days=365).values()) == 21
    assert sum(cells(ANALYST, days=30).values()) == 20
    assert cells(ANALYST, days=30, group=town.parks.pk).popitem()[1] == 3


def test_a_tile_elsewhere_is_empty(town: Town):
    assert density_tile(TileRequest(TileAddress(9, 10, 10), ANALYST, {})) == b""


def test_the_cells_of_neighbouring_tiles_together_hold_every_case(town: Town):
    found: dict[str, int] = {}
    for x in range(2364, 2367):
        for y in range(1555, 1560):
            found |= cells(ANALYST, TileAddress(12, x, y), days=365)
    assert sum(found.values()) == 21


def test_a_box_leaves_nothing_out(town: Town, now):
    inside = density_figures(asked(now), Counted.ALL, resolution=8, bounds=WHOLE_TOWN.bounds)
    assert sum(figure.cases for figure in inside) == 21


@pytest.mark.parametrize(
    ("layer", "field", "text"),
    [("density", "days", "0"), ("density", "group", "1;"), ("choropleth", "level", "planet")],
)
def test_layers_refuse_what_they_do_not_know(layer, field, text):
    check = next(one for one in LAYERS if one.name == layer).parameters[field]
    with pytest.raises(ValueError, match=text):
        check(text)


def test_the_density_of_the_public_is_its_own_in_the_cache():
    density = next(one for one in LAYERS if one.name == "density")
    request = TileRequest(WHOLE_TOWN, ANONYMOUS, {})
    own = TileRequest(WHOLE_TOWN, ANALYST, {})
    assert density.audience(ANONYMOUS) == "public"
    assert density.cache_key(request) != density.cache_key(own)


def figures_of(now, counts=Counted.ALL, resolution=8, **query: str):
    return density_figures(asked(now, **query), counts, resolution=resolution)


def total(now, counts=Counted.ALL, **query: str) -> int:
    return sum(figure.cases or 0 for figure in figures_of(now, counts, **query))


def test_each_filter_counts_what_it_names(town: Town, now):
    assert total(now, group=str(town.parks.pk)) == 3
    assert total(now, type="hole") == 18
    assert total(now, type="hole", group=str(town.parks.pk)) == 0
    assert total(now, district=str(town.west.pk)) == 11
    assert total(now, neighbourhood=str(town.b.pk)) == 4
    assert total(now, channel="web") == 21
    assert total(now, channel="nowhere") == 0
    assert total(now, organisation="1") == 0
    yesterday = timezone.localdate(now - timedelta(days=1)).isoformat()
    assert total(now, **{"from": yesterday, "to": yesterday}) == 20


def test_a_folded_count_is_the_same_count(town: Town, now):
    questions = [{}, {"days": "30"}, {"type": "hole"}, {"channel": "web"}, {"days": "250"}]
    before = [figures_of(now, counts, **q) for q in questions for counts in Counted]
    assert fold() == 21
    assert [figures_of(now, counts, **q) for q in questions for counts in Counted] == before
    drawn = cells(ANONYMOUS, days=30)
    Hexagon.objects.all().delete()  # a cell counted since the last fold has no outline yet
    assert cells(ANONYMOUS, days=30) == drawn


def test_a_tile_has_the_same_bytes_each_time(town: Town):
    fold()
    request = TileRequest(WHOLE_TOWN, ANALYST, {"days": 365})
    assert density_tile(request) == density_tile(request) != b""


def door(area, lon: float, lat: float, number: int, dwellings: int) -> None:
    line = MultiLineString(LineString((lon, lat), (lon + 0.001, lat)), srid=4326)
    name = f"Sokak {number}"
    street = Street.objects.create(
        district=area.district, name=name, name_key=name.lower(), kind="STREET", geom=line
    )
    side = StreetSide.objects.create(street=street, neighbourhood=area, side="B")
    house = Building.objects.create(neighbourhood=area, dwellings=dwellings)
    Address.objects.create(
        side=side, neighbourhood=area, number=number, building=house,
        geom=Point(lon, lat, srid=4326),
    )  # fmt: skip


def test_rates_are_of_the_residents_of_the_cell(town: Town, now):
    door(town.a, 27.85, 39.62, 1, 30)  # where 4 cases are; 600 residents in 40 dwellings
    door(town.a, 27.82, 39.61, 2, 10)  # 3 cases
    rebuild_homes()
    found = {f.cell: f for f in figures_of(now, measure="residents")}
    at = found[h3.latlng_to_cell(39.62, 27.85, 8)]
    assert (at.cases, at.rate) == (4, pytest.approx(4 / 450 * 1000, abs=0.01))
    elsewhere = found[h3.latlng_to_cell(39.65, 27.95, 8)]
    assert (elsewhere.cases, elsewhere.rate) == (8, None)
    by_dwelling = {f.cell: f.rate for f in figures_of(now, measure="dwellings")}
    assert by_dwelling[at.cell] == pytest.approx(4 / 30 * 1000, abs=0.01)
    assert by_dwelling[h3.latlng_to_cell(39.61, 27.82, 8)] is None  # 10 dwellings: too few to say
    widest = {f.cell: f.rate for f in figures_of(now, resolution=5, measure="dwellings")}
    assert {h3.latlng_to_cell(39.62, 27.85, 5)} == {cell for cell, rate in widest.items() if rate}
    tile = density_tile(TileRequest(WHOLE_TOWN, ANALYST, {"measure": "residents"}))
    rates = [
        f["properties"].get("rate") for f in mapbox_vector_tile.decode(tile)["density"]["features"]
    ]
    assert sum(rate is not None for rate in rates) == 2
    public = figures_of(now, Counted.PUBLIC, days="30", measure="residents")
    assert all(f.cases and f.cases >= 3 for f in public)


def test_homes_are_made_anew_when_the_register_has_changed(town: Town):
    door(town.a, 27.85, 39.62, 1, 30)
    assert refresh_homes() == 6
    assert refresh_homes() is None
    with TestCase.captureOnCommitCallbacks(execute=True):
        data_changed("register")
    assert refresh_homes() == 6


def test_a_clear_rise_is_told_from_chance(town: Town, now):
    town.cases(40, at=now - timedelta(days=3), lon=27.85, lat=39.67)
    town.cases(5, at=now - timedelta(days=33), lon=27.85, lat=39.67)
    town.cases(7, at=now - timedelta(days=33), lon=27.95, lat=39.65)
    town.cases(1, at=now - timedelta(days=33), lon=27.97, lat=39.68)
    found = {f.cell: f for f in figures_of(now, days="30", compare="previous")}
    rise = found[h3.latlng_to_cell(39.67, 27.85, 8)]
    assert (rise.cases, rise.before, rise.change) == (44, 5, "rise")
    assert found[h3.latlng_to_cell(39.65, 27.95, 8)].change == "none"
    assert found[h3.latlng_to_cell(39.68, 27.97, 8)].change == "few"


def test_a_comparison_tells_the_public_no_small_count(town: Town, now):
    town.cases(2, at=now - timedelta(days=33), lon=27.95, lat=39.65)
    found = {f.cell: f for f in figures_of(now, Counted.PUBLIC, days="30", compare="previous")}
    at = found[h3.latlng_to_cell(39.65, 27.95, 8)]
    assert (at.cases, at.before, at.change) == (8, None, "few")
    town.cases(5, at=now - timedelta(days=33), lon=27.99, lat=39.61)
    town.cases(1, at=now - timedelta(days=3), lon=27.99, lat=39.61)
    forget()
    tile = density_tile(TileRequest(WHOLE_TOWN, ANONYMOUS, {"days": 30, "compare": "previous"}))
    seen = {
        f["properties"]["h3"]: f["properties"]
        for f in mapbox_vector_tile.decode(tile)["density"]["features"]
    }
    gone = seen[f"{h3.latlng_to_cell(39.61, 27.99, 8):x}"]
    assert (gone.get("cases"), gone["before"], gone["change"]) == (None, 5, "few")


@pytest.mark.parametrize("names", ["density", "cases", "cases,density"])
def test_a_period_that_ends_before_it_begins_is_refused(town: Town, client, names):
    z, x, y = tile_of(27.87, 39.62, 9)
    address = f"/tiles/{names}/{z}/{x}/{y}.mvt"
    answer = client.get(address, {"from": "2026-05-01", "to": "2026-04-01"})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert "'from'" in answer.json()["detail"]
    assert client.get(address, {"from": "2026-04-01", "to": "2026-04-01"}).status_code in (200, 204)


def test_a_filter_must_mean_the_same_to_all_layers(town: Town, client):
    z, x, y = tile_of(27.87, 39.62, 9)
    both = f"/tiles/cases,density/{z}/{x}/{y}.mvt"
    # A code to one, an id to the other.
    assert client.get(both, {"group": str(town.parks.pk)}).status_code == 400
    assert client.get(both, {"type": "hole"}).status_code == 200


def test_the_farthest_zoom_shows_the_largest_hexagons(town: Town):
    found = cells(ANALYST, TileAddress(5, 18, 12), days=365)
    assert {h3[1] for h3 in found} == {"5"}
    assert sum(found.values()) == 21


def test_an_opened_case_is_on_its_tile_at_once(town: Town, now):
    before = cells(ANALYST, days=30)
    town.cases(1, at=now, lon=27.87, lat=39.69)
    after = cells(ANALYST, days=30)
    assert sum(after.values()) == sum(before.values()) + 1


def test_a_fold_has_every_tile_drawn_anew(town: Town):
    before = data_version("density")
    with TestCase.captureOnCommitCallbacks(execute=True):
        fold()
    moved = data_version("density")
    assert moved != before
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert fold() == 0
    assert data_version("density") == moved


def test_a_type_that_becomes_sensitive_leaves_the_tiles_of_the_public(town: Town, client):
    # Near enough to be built anew at once.
    case = Case.objects.filter(public=True, request_type=town.types["hole"]).latest("opened_at")
    z, x, y = tile_of(case.geom.x, case.geom.y, 13)
    path = f"/tiles/density/{z}/{x}/{y}.mvt?days=30"
    before, before_by_cell = client.get(path), cells(ANONYMOUS, days=30)
    assert before.status_code == 200
    row = town.types["hole"]
    row.refresh_from_db()
    with TestCase.captureOnCommitCallbacks(execute=True):
        store_content(row, content_of(row) | {"sensitive": True, "public": False}, by=None, now=NOW)
    after = client.get(path, headers={"if-none-match": before["ETag"]})
    assert after.status_code in (200, 204) and after["ETag"] != before["ETag"]
    assert sum(cells(ANONYMOUS, days=30).values()) < sum(before_by_cell.values())


def test_the_public_is_told_nothing_by_body_and_channel(town: Town, now):
    assert total(now, Counted.ALL, channel="web") > total(now, Counted.PUBLIC, channel="web") == 0
    assert figures_of(now, Counted.PUBLIC, organisation="1") == []
