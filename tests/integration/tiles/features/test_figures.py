"""Figures as features say what the maps say, to each what the maps tell them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from addresses.actions.quality import inspect
from addresses.models import QualityFinding
from spatial_analytics.models import HotspotCell, HotspotRun
from tests.conftest import ROLES
from tests.factories import City, close_register, make_case
from tests.integration.tiles.features.asking import get, ids, link, page, read, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(city: City) -> City:
    yesterday = timezone.now() - timedelta(days=1)
    for n in range(9):
        areas = city.areas.neighbourhoods["A"]
        make_case(
            city, at=(0.5, 0.5), neighbourhood=areas, district=areas.district, opened_at=yesterday
        )
        if n < 2:
            other = city.areas.neighbourhoods["B"]
            make_case(city, at=(2.5, 0.5), neighbourhood=other, district=other.district, opened_at=yesterday, department="b:temizlik")  # fmt: skip
    return city


class TestDensity:
    def test_cells_with_their_cases(self, busy: City, as_: Any):
        staff = page("density", as_("administrator"), days="30")["features"]
        assert sum(f["properties"]["cases"] for f in staff) == 11
        assert all(
            f["geometry"]["type"] == "Polygon" and f["id"] == f["properties"]["h3"] for f in staff
        )
        told = page("density", days="30")["features"]
        assert [f["properties"]["cases"] for f in told] == [9]

    def test_filtered_and_paged_like_a_table(self, busy: City, as_: Any):
        who = as_("administrator")
        assert len(ids("density", who, days="30", filter="cases > 5")) == 1
        assert len(ids("density", who, days="30", resolution="9")) >= 2
        body = page("density", who, days="30", limit=1, sortby="-cases")
        assert body["features"][0]["properties"]["cases"] == 9
        assert len(read(who.get(link(body, "next")))["features"]) == 1
        one = body["features"][0]["id"]
        assert who.get(f"/ogc/collections/density/items/{one}").status_code == 200

    def test_nonsense(self, busy: City):
        refused(get("density", days="x"), "days")
        refused(get("density", resolution="12"), "resolution")
        refused(get("density", organisation="x"), "organisation")


class TestIndicators:
    def test_by_area(self, busy: City, as_: Any):
        body = page("indicators", as_("administrator"), level="neighbourhood", per="none")
        found = {f["properties"]["name"]: f["properties"]["value"] for f in body["features"]}
        assert found["Hasan Basri Çantay"] == 9 and found["Paşaalanı"] == 2
        assert body["features"][0]["geometry"] is None or body["features"][0]["geometry"]["type"]

    def test_the_public_is_told_no_one_or_two(self, busy: City):
        found = {
            f["properties"]["name"]: f["properties"]
            for f in page("indicators", level="neighbourhood", per="none")["features"]
        }
        assert found["Hasan Basri Çantay"]["value"] == 9
        assert found["Paşaalanı"]["value"] is None and found["Paşaalanı"]["n"] is None
        assert ids("indicators", level="neighbourhood", per="none", filter="value = 2") == []
        assert (
            ids("indicators", level="neighbourhood", per="none", filter="n BETWEEN 1 AND 2") == []
        )

    def test_what_is_not_for_the_public(self, busy: City, as_: Any):
        assert get("indicators", indicator="hours_mean").status_code == 403
        assert get("indicators", as_("administrator"), indicator="hours_mean").status_code == 200

    @pytest.mark.parametrize("query", [{"indicator": "nonsense"}, {"from": "x"}, {"group": "x"}, {"per": "x"}, {"level": "street"}])  # fmt: skip
    def test_nonsense(self, busy: City, query: dict[str, str]):
        answer = get("indicators", **query)
        assert answer.status_code == 400 and list(answer.json()["errors"]) == list(query)

    @pytest.mark.parametrize("query", [{"type": "cop-alinmiyor"}, {"to": "9999-12-31"}, {"compare": "x"}])  # fmt: skip
    def test_the_parameter_that_is_wrong_is_named_in_the_readers_words(
        self, busy: City, query: dict[str, str]
    ):
        reason = refused(get("indicators", level="district", per="none", **query), *query)
        assert "whole number" not in reason and "a date" not in reason


class TestForecasts:
    @pytest.fixture
    def run(self, city: City) -> HotspotRun:
        run = HotspotRun.objects.create(
            created_at=datetime(2026, 11, 2, tzinfo=UTC), data_from=date(2025, 1, 1), data_to=date(2026, 11, 1),
            horizon_start=date(2026, 11, 2), resolution=9, method="test", code_version="1",
        )  # fmt: skip
        for n, cell in enumerate(["891ec9a1a3bffff", "891ec9a1a33ffff", "891ec9a1a37ffff"]):
            HotspotCell.objects.create(
                run=run, h3=int(cell, 16), expected=3 - n, p_any=0.5, lower=0, upper=4, rank_share=n / 3, happened=n,
            )  # fmt: skip
        return run

    def test_cells(self, run: HotspotRun):
        body = page("hotspots", sortby="-expected")
        told = [f["properties"] for f in body["features"]]
        assert [p["expected"] for p in told] == [3, 2, 1]
        # One or two that happened are not told, and no filter finds them.
        assert [p["happened"] for p in told] == [0, -1, -1]
        assert ids("hotspots", filter="happened BETWEEN 1 AND 2") == []
        assert len(ids("hotspots", filter="expected > 1.5", f="json")) == 2
        assert body["features"][0]["geometry"]["type"] == "Polygon"

    def test_another_run(self, run: HotspotRun):
        assert ids("hotspots", run="999999") == []
        assert len(ids("hotspots", run=str(run.pk))) == 3
        refused(get("hotspots", weeks="3"), "weeks")


class TestQuality:
    def test_for_those_who_look_after_it(self, city: City, as_: Any):
        close_register()
        inspect(now=datetime(2026, 11, 3, tzinfo=UTC), neighbourhoods=None)
        wanted = QualityFinding.objects.filter(resolved_at=None, accepted_at=None).count()
        assert wanted
        for role in ROLES:
            allowed = role in ("manager", "gis_editor", "administrator", "superuser")
            answer = get("quality", as_(role))
            assert answer.status_code == (200 if allowed else 404), role
            for path in ("", "/schema", "/queryables", "/items/1"):
                code = as_(role).get(f"/ogc/collections/quality{path}").status_code
                # The tiles of the same name are there for everybody, and empty.
                assert allowed or code == (200 if path == "" else 404)
        body = page("quality", as_("gis_editor"))
        assert body["numberMatched"] == wanted
        QualityFinding.objects.update(resolved_at=datetime(2026, 11, 4, tzinfo=UTC))
        assert ids("quality", as_("gis_editor")) == []
        assert len(ids("quality", as_("gis_editor"), state="resolved")) == wanted


def test_without_features_there_are_pages(city: City):
    for name in ("density", "hotspots", "indicators", "cases"):
        for form in ("json", "jsonfg", "csv", "html", "gpkg", "parquet"):
            assert Client().get(f"/ogc/collections/{name}/items?f={form}").status_code == 200, (name, form)  # fmt: skip
