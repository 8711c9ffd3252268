"""Cases per 1,000 residents: counted, hidden, divided, classified."""

from datetime import timedelta

import mapbox_vector_tile
import pytest
from django.utils import timezone

from accounts.rules.viewer import ANONYMOUS
from spatial_analytics.queries.choropleth import area_shapes, area_tile, cases_per_thousand
from spatial_analytics.queries.reach import Counted
from spatial_analytics.rules.indicator import read_question
from tests.integration.spatial_analytics.city import Town
from tiles.layers import TileRequest
from tiles.rules.grid import TileAddress

pytestmark = pytest.mark.django_db


def ask(public_only: bool = True, **query: str):
    question = read_question(query, today=timezone.localdate())
    answer = cases_per_thousand(question, Counted.PUBLIC if public_only else Counted.ALL)
    return answer, {area.name: area for area in answer.areas}


def test_districts(town: Town):
    answer, areas = ask(days="30")
    assert {n: (a.cases, a.population, a.rate) for n, a in areas.items()} == {
        "Batı": (10, 1000, 10.0),
        "Doğu": (8, 4000, 2.0),
    }
    assert [(one.high, one.count) for one in answer.classes] == [(6.0, 1), (10.0, 1)]
    assert (areas["Doğu"].number, areas["Batı"].number) == (0, 1)
    assert answer.total == 18


def test_who_counts_everything_counts_what_is_not_public(town: Town):
    _answer, areas = ask(public_only=False, days="30")
    assert areas["Doğu"].cases == 10


def test_neighbourhoods_without_known_residents_have_no_rate(town: Town):
    answer, areas = ask(level="neighbourhood", days="30")
    assert (areas["Bahçe"].cases, areas["Bahçe"].rate, areas["Bahçe"].number) == (4, None, None)
    assert areas["Akçay"].rate == 10.0
    assert areas["Akçay"].district == "Batı"
    assert answer.without_population == 1


def test_a_small_count_is_hidden_from_the_public_only(town: Town, now):
    town.cases(2, at=now - timedelta(days=60), lon=27.95, lat=39.65)
    period = {
        "from": (timezone.localdate() - timedelta(days=62)).isoformat(),
        "to": (timezone.localdate() - timedelta(days=58)).isoformat(),
    }
    answer, areas = ask(**period)
    assert (areas["Doğu"].cases, areas["Doğu"].rate) == (None, None)
    assert (areas["Batı"].cases, areas["Batı"].rate) == (0, 0.0)
    assert answer.hidden == 1
    _answer, areas = ask(public_only=False, **period)
    assert areas["Doğu"].cases == 2


def test_a_type_group(town: Town):
    _answer, areas = ask(days="30", group=str(town.parks.pk))
    assert {name: area.cases for name, area in areas.items()} == {"Batı": 3, "Doğu": 0}


def test_the_year_holds_the_old_case(town: Town):
    _answer, areas = ask(days="365")
    assert areas["Batı"].cases == 11


def test_a_retired_district_is_not_shown(town: Town):
    town.west.status = "RETIRED"
    town.west.save()
    _answer, areas = ask(days="30")
    assert set(areas) == {"Doğu"}


def test_the_last_day_of_a_period_is_local_and_whole(town: Town):
    # 23:30 in Istanbul on 10 May is 20:30 in UTC; 00:30 on 11 May is 21:30 of the day before.
    from datetime import UTC, datetime

    town.cases(5, at=datetime(2026, 5, 10, 20, 30, tzinfo=UTC), lon=27.95, lat=39.65)
    town.cases(7, at=datetime(2026, 5, 10, 21, 30, tzinfo=UTC), lon=27.95, lat=39.65)
    _answer, areas = ask(**{"from": "2026-05-10", "to": "2026-05-10"})
    assert areas["Doğu"].cases == 5
    _answer, areas = ask(**{"from": "2026-05-11", "to": "2026-05-11"})
    assert areas["Doğu"].cases == 7


def test_tiles_hold_each_area_of_the_level_by_its_id(town: Town):
    def ids(level: str) -> set[int]:
        request = TileRequest(TileAddress(9, 295, 194), ANONYMOUS, {"level": level})
        layer = mapbox_vector_tile.decode(area_tile(request))["choropleth"]
        return {feature["id"] for feature in layer["features"]}

    assert ids("district") == {town.west.pk, town.east.pk}
    assert ids("neighbourhood") == {town.a.pk, town.b.pk, town.c.pk}


def test_shapes_for_files(town: Town):
    shapes = area_shapes("district")
    assert set(shapes) == {town.west.pk, town.east.pk}
    assert shapes[town.west.pk]["type"] in ("Polygon", "MultiPolygon")
