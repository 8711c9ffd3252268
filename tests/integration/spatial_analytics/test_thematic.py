"""Thematic maps: every area with its figure, class and colour; what is most frequent; files."""

import io
import sqlite3
from datetime import UTC, datetime, timedelta

import mapbox_vector_tile
import openpyxl
import pyarrow.parquet as pq
import pytest
import shapely
from django.test import Client
from django.utils import timezone, translation

from accounts.models import Organisation
from accounts.rules.viewer import ANONYMOUS, Reach, Scope
from addresses.models import Street
from spatial_analytics.queries.areas import shapes
from spatial_analytics.queries.choropleth import area_tile
from spatial_analytics.queries.primary import Primary
from spatial_analytics.queries.reach import Counted, Sight
from spatial_analytics.queries.thematic import Painted, ThematicMap, strength, thematic
from spatial_analytics.rules.palettes import BIVARIATE, FEW, NO_DATA, TIE
from spatial_analytics.rules.question import BadQuestion
from spatial_analytics.rules.thematic import read_map
from spatial_analytics.web.thematic_words import map_title, subtitle
from tests.integration.spatial_analytics.city import Town
from tiles.layers import TileRequest
from tiles.rules.grid import TileAddress

pytestmark = pytest.mark.django_db
ALL, PUBLIC = Sight(Counted.ALL), Sight(Counted.PUBLIC)


def paint(sight: Sight = ALL, **query: str) -> tuple[ThematicMap, dict[str, Painted]]:
    asked = read_map({"days": "30"} | query, today=timezone.localdate())
    found = thematic(asked, sight, now=timezone.now())
    return found, {area.name: area for area in found.areas}


def test_districts_per_resident(town: Town):
    found, areas = paint(PUBLIC)
    assert {n: (a.n, a.value) for n, a in areas.items()} == {"Batı": (10, 10.0), "Doğu": (8, 2.0)}
    assert [(one.low, one.high, one.count) for one in found.legend] == [
        (2.0, 6.0, 1),
        (6.0, 10.0, 1),
    ]
    assert areas["Doğu"].colour == found.legend[0].colour != areas["Batı"].colour
    assert found.total.value == pytest.approx(18 * 1000 / 5000)
    assert sum(found.bars) == 2


def test_who_counts_everything_counts_what_is_not_public(town: Town):
    assert paint()[1]["Doğu"].n == 10
    assert paint(PUBLIC)[1]["Doğu"].n == 8


def test_neighbourhoods_without_known_residents_have_no_rate(town: Town):
    found, areas = paint(level="neighbourhood")
    assert (areas["Bahçe"].n, areas["Bahçe"].value, areas["Bahçe"].colour) == (4, None, NO_DATA)
    assert areas["Akçay"].value == 10.0
    assert areas["Akçay"].parent == "Batı"
    assert found.without == 1
    assert [(e.code, e.count) for e in found.legend if e.code] == [("none", 1)]


def test_a_small_count_is_hidden_from_the_public_only(town: Town, now: datetime):
    town.cases(2, at=now - timedelta(days=60), lon=27.95, lat=39.65)
    today = timezone.localdate()
    period = {
        "from": f"{today - timedelta(days=62)}",
        "to": f"{today - timedelta(days=58)}",
        "per": "none",
    }
    found, areas = paint(PUBLIC, **period)
    assert (areas["Doğu"].value, areas["Doğu"].state) == (None, "hidden")
    assert (areas["Batı"].value, areas["Batı"].state) == (0.0, "")
    assert (found.hidden, found.total.value) == (1, 0.0)
    assert paint(**period)[1]["Doğu"].value == 2


def test_a_type_group_and_one_district(town: Town):
    _found, areas = paint(group=str(town.parks.pk), per="none")
    assert {name: area.value for name, area in areas.items()} == {"Batı": 3, "Doğu": 0}
    _found, areas = paint(level="neighbourhood", district=str(town.west.pk), per="none")
    assert {name: area.value for name, area in areas.items()} == {"Akçay": 6, "Bahçe": 4}


def test_of_a_part_the_whole_is_per_resident_of_the_part(town: Town):
    found, _areas = paint(level="neighbourhood", district=str(town.east.pk), per="residents")
    assert found.total.value == pytest.approx(10 * 1000 / 4000)
    found, _areas = paint(level="cell", district=str(town.east.pk), per="residents")
    assert found.total.value in (None, pytest.approx(10 * 1000 / 4000))


def test_of_some_bodies_cases_the_whole_is_per_resident_of_where_they_are(
    town: Town, now: datetime
):
    body = Organisation.objects.create(code="east", name="Doğu Belediyesi", kind="DISTRICT")
    town.cases(3, at=now - timedelta(days=2), lon=27.95, lat=39.65, organisation=body)
    of_body = Scope(False, organisations=frozenset({body.pk}))
    for scope, residents in (
        (of_body, 4000),
        (Scope(True, reach=Reach(districts=frozenset({town.west.pk}))), 600),  # of b nobody knows
        (Scope(True, reach=Reach(neighbourhoods=frozenset({town.a.pk}))), 600),
    ):
        seen = Sight(Counted.PUBLIC, scopes=(scope,))
        counts, _areas = paint(seen, level="neighbourhood", per="none")
        found, _areas = paint(seen, level="neighbourhood", per="residents")
        assert counts.total.value
        assert found.total.value == pytest.approx(counts.total.value * 1000 / residents), residents


def test_where_people_live_and_nothing_happened_the_rate_is_nought(town: Town):
    found, areas = paint(level="neighbourhood", group=str(town.parks.pk))
    assert {name: area.value for name, area in areas.items()} == {
        "Akçay": 5.0,
        "Bahçe": None,  # nobody knows how many live there
        "Çınar": 0.0,
    }
    assert [(one.low, one.high, one.count) for one in found.legend if not one.code] == [
        (0.0, 0.0, 1),
        (5.0, 5.0, 1),
    ]
    _found, areas = paint(
        level="neighbourhood", group=str(town.parks.pk), show="difference", per="residents"
    )
    assert (areas["Akçay"].value, areas["Çınar"].value, areas["Bahçe"].value) == (5.0, 0.0, None)


def test_the_subtitle_tells_what_a_picture_is_read_by(town: Town, now: datetime):
    town.cases(20, at=now - timedelta(days=32), lon=27.95, lat=39.65)
    with translation.override("en"):
        found, _areas = paint(show="difference", compare="previous", per="none")
        before = found.asked.question.period.before("previous")
        told = subtitle(found, "Roads").split(" · ")
        assert told[1] == "in all 20"
        assert told[2] == f"before, {before.begin:%d.%m.%Y} – {before.end:%d.%m.%Y}: 20"
        assert told[3] == "Roads"
        assert map_title(found.asked) == "Requests: difference to the period before"
        found, _areas = paint(show="difference")
        assert map_title(found.asked) == "Requests: difference to a year before"
        assert " · on the whole 4.00" in subtitle(paint()[0])


def test_a_level_deeper_shows_the_area_alone(town: Town, client: Client, manager):
    client.force_login(manager)
    page = client.get("/maps/choropleth/", {"days": "30", "group": town.roads.pk})
    link = page.context["rows"][0]["deeper"]
    assert f"district={town.west.pk}" in link and f"group={town.roads.pk}" in link
    page = client.get(f"/maps/choropleth/?{link}")
    assert [area.name for area in page.context["found"].areas] == ["Akçay", "Bahçe"]
    assert page.context["view"].bounds == "27.80000,39.60000,27.90000,39.70000"
    link = page.context["rows"][0]["deeper"]
    assert "level=street" in link and "per=none" in link
    assert client.get(f"/maps/choropleth/?{link}").context["view"].bounds.endswith(",39.65000")


def test_the_list_behind_an_area_holds_what_was_counted(town: Town, client: Client, manager):
    client.force_login(manager)
    query = {"days": "30", "group": town.roads.pk, "district": town.west.pk}
    for more, n in (({}, 7), ({"neighbourhood": town.b.pk}, 4)):
        page = client.get("/maps/choropleth/", query | more)
        assert sum(area.n for area in page.context["found"].areas) == n
        listed = client.get(f"/console/?{page.context['list_query']}")
        assert len(listed.context["page"].rows) == n


def test_a_retired_district_is_not_shown(town: Town):
    town.west.status = "RETIRED"
    town.west.save()
    assert set(paint()[1]) == {"Doğu"}


def test_the_last_day_of_a_period_is_local_and_whole(town: Town):
    # 23:30 in Istanbul on 10 May is 20:30 in UTC; 00:30 on 11 May is 21:30 of the day before.
    town.cases(5, at=datetime(2026, 5, 10, 20, 30, tzinfo=UTC), lon=27.95, lat=39.65)
    town.cases(7, at=datetime(2026, 5, 10, 21, 30, tzinfo=UTC), lon=27.95, lat=39.65)
    for day, n in (("2026-05-10", 5), ("2026-05-11", 7)):
        assert paint(**{"from": day, "to": day}, per="none")[1]["Doğu"].value == n


def test_a_difference_is_cut_evenly_around_none(town: Town, now: datetime):
    town.cases(20, at=now - timedelta(days=32), lon=27.95, lat=39.65)
    found, areas = paint(show="difference", compare="previous", per="none", classes="3")
    assert (areas["Doğu"].value, areas["Batı"].value) == (-10, 10)
    edges = [entry.high for entry in found.legend]
    assert areas["Doğu"].colour != areas["Batı"].colour
    assert len(edges) <= 3
    _found, areas = paint(show="ratio", compare="previous", per="none")
    assert (areas["Doğu"].value, areas["Batı"].value) == (0.5, None)


def test_own_breaks_stay_where_they_are(town: Town):
    found, _areas = paint(scheme="own", breaks="1,5,20", per="none")
    assert [(e.low, e.high, e.count) for e in found.legend] == [(1, 5, 0), (5, 20, 2)]


@pytest.mark.parametrize(
    ("field", "query"),
    [
        ("level", {"level": "planet"}),
        ("show", {"show": "mood"}),
        ("show", {"show": "primary", "indicator": "hours_mean"}),
        ("classes", {"classes": "1"}),
        ("breaks", {"scheme": "own"}),
        ("breaks", {"scheme": "own", "breaks": "5,3"}),
        ("breaks", {"scheme": "own", "breaks": "1,nan"}),
        ("per", {"per": "planets"}),
        ("of", {"show": "primary", "of": "colour"}),
    ],
)
def test_a_bad_map_is_told_its_field(town: Town, field: str, query: dict[str, str]):
    with pytest.raises(BadQuestion) as told:
        paint(**query)
    assert told.value.field == field


# ── The most frequent ────────────────────────────────────────────────────────────────────────────


def test_the_most_frequent_of_each_area(town: Town, now: datetime):
    town.cases(9, at=now, lon=27.82, lat=39.61, kind="tree")
    found, areas = paint(show="primary", of="type")
    assert (areas["Batı"].key_name, areas["Batı"].second_name) == ("Ağaç", "Çukur")
    assert areas["Batı"].value == pytest.approx(100 * 12 / 19)
    assert (areas["Doğu"].key_name, areas["Doğu"].value) == ("Çukur", 100.0)
    assert {entry.name: entry.count for entry in found.legend} == {"Ağaç": 1, "Çukur": 1}
    _found, areas = paint(show="primary", of="group")
    assert areas["Batı"].key_name == "Parklar"


def test_ties_and_small_counts_are_told(town: Town):
    _found, areas = paint(show="primary", of="type", level="neighbourhood")
    assert (areas["Akçay"].state, areas["Akçay"].colour) == ("tie", TIE)
    assert (areas["Bahçe"].state, areas["Bahçe"].colour) == ("few", FEW)
    assert areas["Çınar"].state == ""


def test_the_public_learns_nothing_of_small_counts(town: Town, now: datetime):
    today = timezone.localdate()
    town.cases(2, at=now - timedelta(days=100), lon=27.95, lat=39.65)
    period = {"from": f"{today - timedelta(days=101)}", "to": f"{today - timedelta(days=99)}"}
    found, areas = paint(PUBLIC, show="primary", **period)
    assert (areas["Doğu"].key_name, areas["Doğu"].state, areas["Doğu"].n) == ("", "hidden", 0)
    assert found.hidden == 1


def test_the_strength_goes_by_the_share():
    assert [strength(Primary(1, 1, n, 100)) for n in (60, 50, 30, 25, 10)] == [1, 1, 0.7, 0.7, 0.45]


def test_two_things_at_once(town: Town, now: datetime):
    town.cases(9, at=now, lon=27.82, lat=39.61, kind="tree")
    found, areas = paint(show="bivariate", of="type")
    known = {colour for row in BIVARIATE for colour in row}
    assert {area.colour for area in areas.values()} <= known
    # Batı has more per resident, Doğu the larger share of one thing.
    assert areas["Batı"].colour == BIVARIATE[0][2]
    assert areas["Doğu"].colour == BIVARIATE[2][0]
    assert sum(entry.count for entry in found.legend) == 2


# ── Shapes ───────────────────────────────────────────────────────────────────────────────────────


def decoded(level: str, zoom: int, column: int, row: int) -> set[int]:
    request = TileRequest(TileAddress(zoom, column, row), ANONYMOUS, {"level": level})
    layer = mapbox_vector_tile.decode(area_tile(request)).get("choropleth", {"features": []})
    return {feature["id"] for feature in layer["features"]}


def test_tiles_hold_each_area_of_the_level_by_its_id(town: Town):
    assert decoded("district", 9, 295, 194) == {town.west.pk, town.east.pk}
    assert decoded("neighbourhood", 9, 295, 194) == {town.a.pk, town.b.pk, town.c.pk}


def test_streets_appear_as_they_are_long(town: Town):
    from django.contrib.gis.geos import LineString, MultiLineString

    def street(metres: float) -> int:
        line = LineString((27.85, 39.62), (27.85 + metres / 86_000, 39.62))
        return Street.objects.create(
            district=town.west,
            name=f"{metres}",
            name_key="x",
            geom=MultiLineString(line, srid=4326),
        ).pk

    long, short = street(1500), street(40)
    assert decoded("street", 9, 295, 194) == set()
    assert decoded("street", 10, 591, 389) == {long}
    assert decoded("street", 14, 9459, 6225) == {long, short}
    assert shapes("street", [long])[long]["type"] == "MultiLineString"


def test_shapes_for_files(town: Town):
    found = shapes("district", [town.west.pk])
    assert set(found) == {town.west.pk}
    assert found[town.west.pk]["type"] in ("Polygon", "MultiPolygon")


# ── Files ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("level", ["district", "neighbourhood", "cell"])
def test_every_file_holds_the_same_figures(
    town: Town, client: Client, manager, level: str, tmp_path
):
    client.force_login(manager)
    query = {"level": level, "days": "30", "per": "none"}
    told = client.get("/maps/choropleth/data.json", query).json()["areas"]
    expected = {str(a["id"]): (a["value"], a["n"]) for a in told}
    book = openpyxl.load_workbook(
        io.BytesIO(client.get("/maps/choropleth/table.xlsx", query).content), read_only=True
    )
    head, *lines = book.worksheets[0].iter_rows(values_only=True)
    assert {row[0]: (row[3], row[4]) for row in lines} == expected
    table = pq.read_table(io.BytesIO(client.get("/maps/choropleth/areas.parquet", query).content))
    assert list(head) == table.column_names[:-1]
    rows = table.to_pylist()
    assert {row["id"]: (row["value"], row["n"]) for row in rows} == expected
    assert all(shapely.from_wkb(row["geometry"]).is_valid for row in rows)
    path = tmp_path / "map.gpkg"
    path.write_bytes(client.get("/maps/choropleth/areas.gpkg", query).content)
    with sqlite3.connect(path) as link:
        found = link.execute("SELECT id, value, n FROM areas").fetchall()
        assert {pk: (value, n) for pk, value, n in found} == expected


def test_the_page_and_the_data_agree(town: Town, client: Client, manager):
    client.force_login(manager)
    for query in (
        {"show": "primary", "of": "type", "level": "neighbourhood"},
        {"show": "bivariate"},
        {"show": "difference", "compare": "previous"},
        {"indicator": "hours_median"},
        {"level": "cell", "resolution": "7"},
        {"level": "street"},
    ):
        page = client.get("/maps/choropleth/", query)
        assert page.status_code == 200
        data = client.get("/maps/choropleth/data.json", query).json()
        assert [
            a.id if query.get("level") != "cell" else f"{a.id:x}"
            for a in page.context["found"].areas
        ] == [a["id"] for a in data["areas"]]


def test_what_is_not_told_to_the_public(town: Town, client: Client):
    for path in (
        "",
        "table.csv",
        "table.xlsx",
        "areas.gpkg",
        "areas.parquet",
        "map.html",
        "data.json",
    ):
        assert (
            client.get(f"/maps/choropleth/{path}", {"indicator": "hours_mean"}).status_code == 403
        )
        assert client.get(f"/maps/choropleth/{path}", {"organisation": "1"}).status_code == 403


def test_a_tile_tells_what_the_map_tells(town: Town, client: Client, manager):
    client.force_login(manager)
    for query in (
        {"days": "30", "level": "neighbourhood"},
        {"days": "30", "show": "primary", "of": "type"},
        {"days": "30", "level": "cell", "resolution": "7"},
    ):
        told = client.get("/maps/choropleth/data.json", query).json()["areas"]
        page = client.get("/maps/choropleth/tile.html", query)
        painted = {one["id"]: one["colour"] for one in page.context["painted"]}
        assert painted == {one["id"]: one["colour"] for one in told}
        assert len(page.context["rows"]) == len(told)
    query = {"days": "30", "show": "primary", "of": "type"}
    for language, share in (("tr", "Çukur (%100)"), ("en", "Çukur (100%)")):
        client.cookies["django_language"] = language
        lines = client.get("/maps/choropleth/tile.html", query).context["rows"]
        assert share in [line["value"] for line in lines]
    assert client.get("/maps/choropleth/tile.html", {"level": "planet"}).status_code == 400


def test_a_tile_tells_the_public_no_more_than_the_map(town: Town, client: Client, now: datetime):
    town.cases(2, at=now, lon=27.95, lat=39.65, kind="tree")
    page = client.get("/maps/choropleth/tile.html", {"days": "1", "group": town.parks.pk})
    east = next(line for line in page.context["rows"] if line["name"] == "Doğu")
    assert "2" not in east["value"] + east["n"]
    assert client.get("/maps/choropleth/tile.html", {"indicator": "hours_mean"}).status_code == 403
