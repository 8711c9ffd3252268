"""Dashboards: whose they are, who sees them, and whose figures they show."""

import json
import re
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone, translation

from accounts.models import Membership
from accounts.queries.viewers import viewer_of
from cases.models import RequestType
from core.api.problems import InvalidInput
from fixtures.city.outside import make_indicators
from spatial_analytics.actions.dashboards import (
    Changed,
    Terms,
    arrange_dashboard,
    make_dashboard,
    name_dashboard,
    remove_dashboard,
)
from spatial_analytics.models import Dashboard
from spatial_analytics.queries.dashboards import bar_of, dashboard, ready, shared_with
from spatial_analytics.queries.panels import Asker, Panel, percent, said
from spatial_analytics.queries.reach import sight
from spatial_analytics.rules.dashboards import Layout, Tile
from spatial_analytics.rules.ready_dashboards import READY
from tests.factories import City, make_case, make_city

pytestmark = pytest.mark.django_db
BARS = {"kind": "bar", "question": {"indicator": "opened", "by": "group"}, "width": 6, "height": 2}


@pytest.fixture
def city() -> City:
    """Two cases of cleaning and one of roads in A, three in B, one of a sensitive type in A."""
    city = make_city()
    RequestType.objects.filter(code="yardim").update(sensitive=True)
    at = timezone.now() - timedelta(days=3)
    areas = city.areas.neighbourhoods
    here = {"neighbourhood": areas["A"], "district": areas["A"].district}
    there = {"neighbourhood": areas["B"], "district": areas["B"].district}
    for _ in range(2):
        make_case(city, opened_at=at, department="a:temizlik", **here)
    make_case(city, kind="cukur", opened_at=at, department="a:fen", **here)
    for _ in range(3):
        make_case(city, opened_at=at, department="b:temizlik", **there)
    make_case(city, kind="yardim", opened_at=at, department="a:temizlik", **here)
    return city


def viewer(city: City, name: str) -> Any:
    return viewer_of(city.people[name])


def now() -> datetime:
    return timezone.now()


def made(city: City, name: str = "manager", **terms: Any) -> Dashboard:
    row = make_dashboard(title="Haftalık toplantı", viewer=viewer(city, name), now=now())
    if terms:
        row = name_dashboard(
            slug=row.slug, version=row.version, terms=Terms(title=row.title, **terms),
            viewer=viewer(city, name), now=now(),
        )  # fmt: skip
    return row


def seen(city: City, name: str) -> set[str]:
    return set(shared_with(viewer(city, name)).values_list("slug", flat=True))


def panel(city: City, name: str, tile: Tile, **bar: str) -> Panel:
    asker = Asker(sight(viewer(city, name)), now=now(), today=timezone.localdate())
    return asker.panels([tile], bar)[0]


def totals(city: City, name: str, **bar: str) -> float | None:
    one = panel(city, name, Tile("figure", question={"indicator": "opened"}), **bar)
    return one.series[0].whole


# ── Whose they are ───────────────────────────────────────────────────────────────────────────────


def test_only_those_with_whom_it_is_shared_see_it(city):
    row = made(city)
    assert seen(city, "manager") == {row.slug}
    for name in ("superuser", "administrator", "coordinator", "other_body"):
        assert seen(city, name) == set()
    body = city.bodies["a"].pk
    row = name_dashboard(
        slug=row.slug, version=row.version, viewer=viewer(city, "manager"), now=now(),
        terms=Terms("Haftalık", shared="ORGANISATION", organisation=body),
    )  # fmt: skip
    assert seen(city, "coordinator") == seen(city, "crew") == {row.slug}
    assert seen(city, "other_body") == seen(city, "agent") == set()
    name_dashboard(
        slug=row.slug, version=row.version, viewer=viewer(city, "manager"), now=now(),
        terms=Terms("Haftalık", shared="EVERYBODY"),
    )  # fmt: skip
    assert seen(city, "other_body") == seen(city, "agent") == {row.slug}
    with pytest.raises(PermissionDenied):
        seen(city, "gis_editor")  # sees no figures of cases


def test_it_is_shared_with_ones_own_organisations_alone(city):
    row = made(city)
    foreign = Terms("x", shared="ORGANISATION", organisation=city.bodies["b"].pk)
    for terms in (foreign, Terms("x", shared="ORGANISATION"), Terms("x", shared="ALL"), Terms(" ")):
        with pytest.raises(InvalidInput):
            name_dashboard(
                slug=row.slug, version=1, terms=terms, viewer=viewer(city, "manager"), now=now()
            )
    assert Dashboard.objects.get().version == 1


def test_nobody_but_the_owner_changes_it(city):
    row = made(city, shared="EVERYBODY")
    for name in ("superuser", "administrator", "coordinator"):
        who = viewer(city, name)
        with pytest.raises(PermissionDenied):
            arrange_dashboard(
                slug=row.slug, version=row.version, layout={"tiles": []}, viewer=who, now=now()
            )
        with pytest.raises(PermissionDenied):
            remove_dashboard(slug=row.slug, viewer=who)
    hidden = made(city, "coordinator")
    with pytest.raises(Dashboard.DoesNotExist):
        remove_dashboard(slug=hidden.slug, viewer=viewer(city, "manager"))
    remove_dashboard(slug=row.slug, viewer=viewer(city, "manager"))
    assert not Dashboard.objects.filter(slug=row.slug).exists()


def test_who_read_an_older_version_is_told(city):
    row = made(city)
    who = viewer(city, "manager")
    layout = {"tiles": [BARS]}
    row = arrange_dashboard(slug=row.slug, version=1, layout=layout, viewer=who, now=now())
    assert row.version == 2
    with pytest.raises(Changed) as found:
        arrange_dashboard(slug=row.slug, version=1, layout={"tiles": []}, viewer=who, now=now())
    assert found.value.version == 2
    assert len(Dashboard.objects.get().layout["tiles"]) == 1


def test_a_copy_is_ones_own_and_keeps_what_it_was_made_of(city):
    who = viewer(city, "coordinator")
    row = make_dashboard(title="Müdürlük", viewer=who, now=now(), copied="department")
    shown = dashboard(row.slug, who, today=timezone.localdate())
    ready = dashboard("department", who, today=timezone.localdate())
    assert shown.mine
    assert [(t.kind, t.question) for t in shown.layout.tiles] == [
        (t.kind, t.question) for t in ready.layout.tiles
    ]
    assert shown.layout.bar == {"organisation": str(city.bodies["a"].pk)}
    hidden = made(city)
    with pytest.raises(Dashboard.DoesNotExist):
        make_dashboard(title="x", viewer=who, now=now(), copied=hidden.slug)
    assert make_dashboard(title="Müdürlük", viewer=who, now=now()).slug == "mudurluk-2"
    assert make_dashboard(title="Mayor", viewer=who, now=now()).slug == "mayor-2"


# ── Whose figures they show ──────────────────────────────────────────────────────────────────────


def test_one_dashboard_shows_everybody_the_figures_that_are_theirs(city):
    assert totals(city, "superuser") == 7
    assert totals(city, "agent") == 6  # all but what is sensitive
    assert totals(city, "coordinator") == 2  # of the own department
    assert totals(city, "other_body") == 3
    row = made(city, "superuser", shared="EVERYBODY")
    arrange_dashboard(
        slug=row.slug, version=row.version, layout={"tiles": [BARS]},
        viewer=viewer(city, "superuser"), now=now(),
    )  # fmt: skip
    wholes = {}
    for name in ("superuser", "agent", "coordinator", "other_body"):
        client = Client()
        client.force_login(city.people[name])
        page = client.get(f"/dashboards/{row.slug}/").content.decode()
        tile = page[page.index('id="tile-0"') :]
        wholes[name] = re.findall(r'<tfoot>.*?data-value="(\d*)"', tile, re.S)[0]
        assert ("Sosyal" in page[page.index('id="table-0"') :]) == (name == "superuser")
        part = client.get(f"/dashboards/{row.slug}/tiles.html").content.decode()
        assert re.findall(r'<tfoot>.*?data-value="(\d*)"', part, re.S)[0] == wholes[name]
    assert wholes == {"superuser": "7", "agent": "6", "coordinator": "2", "other_body": "3"}


def test_the_bar_filters_all_tiles_and_what_is_chosen_is_marked(city):
    group = str(city.groups["yol"].pk)
    tile = Tile("bar", question={"indicator": "opened", "by": "group"})
    one = panel(city, "agent", tile, group=group)
    assert {c.label: c.chosen for c in one.categories} == {
        city.groups["yol"].name: True,
        city.groups["temizlik"].name: False,
    }
    links = {c.chosen: c.link for c in one.categories}
    assert links == {True: {"group": ""}, False: {"group": str(city.groups["temizlik"].pk)}}
    assert totals(city, "agent", group=group) == 1
    by_type = Tile("bar", question={"indicator": "opened", "by": "type"})
    assert [one.values for one in panel(city, "agent", by_type, group=group).series] == [[1.0]]


def test_a_figure_that_is_not_for_somebody_is_not_told(city):
    Membership.objects.filter(user=city.people["coordinator"]).delete()
    with pytest.raises(PermissionDenied):
        seen(city, "coordinator")
    one = panel(city, "coordinator", Tile("figure", question={"indicator": "late"}))
    assert one.trouble
    assert one.series == ()


def test_columns_of_a_second_dimension_add_up_to_the_first(city):
    tile = Tile("stacked", question={"indicator": "opened", "by": "district,group"})
    one = panel(city, "superuser", tile)
    sums = [
        sum(v or 0 for v in column) for column in zip(*(s.values for s in one.series), strict=True)
    ]
    assert sorted(sums) == [3, 4]
    flat = panel(city, "superuser", Tile("bar", question={"indicator": "opened", "by": "district"}))
    assert sorted(flat.series[0].values) == sorted(sums)
    drawing = one.drawing()
    assert [len(s["values"]) for s in drawing["series"]] == [2] * len(one.series)
    json.dumps(drawing)


def test_what_was_before_stands_beside_what_is(city):
    make_case(city, opened_at=timezone.now() - timedelta(days=12), department="a:temizlik")
    tile = Tile("table", question={"indicator": "opened", "by": "group"})
    with translation.override("en"):
        one = panel(city, "agent", tile, days="7", compare="previous")
        (whole,) = one.wholes
        assert (whole.value, whole.before) == (6, 1)
        assert (whole.change.words, whole.change.mood) == ("+500.0%", "bad")
        assert one.before.end + timedelta(days=1) == one.period.begin
        still = panel(city, "agent", Tile("pie", question=tile.question), days="7", compare="year")
        assert still.before is None  # a ring has no room for it


def test_every_ready_dashboard_opens(city):
    named = {one.slug for one in ready()}
    assert READY.keys() - named == {"budget", "income-and-expense", "water-use"}
    client = Client()
    client.force_login(city.people["agent"])
    assert client.get("/dashboards/budget/").status_code == 404
    make_indicators(defaultdict(lambda: city.bodies["a"]))
    assert {one.slug for one in ready()} == READY.keys()
    for slug, one in READY.items():
        answer = client.get(f"/dashboards/{slug}/?days=30")
        assert answer.status_code == 200
        page = answer.content.decode()
        with translation.override("tr"):
            assert str(one.title) in page
        assert 'class="notice warn"' not in page, slug


# ── The page ─────────────────────────────────────────────────────────────────────────────────────


def test_the_address_wins_over_what_the_layout_says_first():
    layout = Layout((), {"organisation": "3", "period": "year"})
    assert bar_of({}, layout) == {"organisation": "3", "period": "year"}
    assert bar_of({"organisation": "", "days": "30"}, layout) == {"days": "30"}
    assert bar_of({"group": "2", "page": "9"}, layout) == {
        "group": "2", "organisation": "3", "period": "year",
    }  # fmt: skip


def test_a_bar_that_cannot_be_used_is_answered_with_its_name(city):
    client = Client()
    client.force_login(city.people["agent"])
    for name, value in (("group", "x"), ("state", "ASLEEP"), ("kind", "NOISE")):
        for path in ("/dashboards/mayor/tiles.html", "/dashboards/mayor/"):
            answer = client.get(path, {name: value})
            assert answer.status_code == 400
            assert name in answer.content.decode()


def test_arranging_over_http(city):
    row = made(city)
    client = Client()
    client.force_login(city.people["manager"])
    path = f"/dashboards/{row.slug}/layout.json"

    def send(body: Any) -> Any:
        return client.post(path, json.dumps(body), content_type="application/json")

    answer = send({"version": 1, "layout": {"tiles": [BARS]}})
    assert (answer.status_code, answer.json()) == (200, {"version": 2})
    stale = send({"version": 1, "layout": {"tiles": []}})
    assert (stale.status_code, stale.json()["version"]) == (409, 2)
    wrong = send({"version": 2, "layout": {"tiles": [BARS | {"width": 99}]}})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["tiles.0.width"])
    for nonsense in ([], {"version": "2", "layout": {}}, {"layout": {}}):
        assert send(nonsense).status_code == 400
    assert len(Dashboard.objects.get().layout["tiles"]) == 1


def test_what_people_write_is_shown_as_text(city):
    row = made(city)
    bad = "</script><script>alert(1)</script>"
    arrange_dashboard(
        slug=row.slug, version=1, viewer=viewer(city, "manager"), now=now(),
        layout={"tiles": [BARS | {"title": bad}, {"kind": "text", "text": bad}]},
    )  # fmt: skip
    client = Client()
    client.force_login(city.people["manager"])
    assert "<script>alert" not in client.get(f"/dashboards/{row.slug}/").content.decode()


def test_numbers_are_said_as_the_language_says_them():
    with translation.override("tr"):
        assert said(12345.678, "", 0) == "12.346"
        assert said(83.14, "%", 1) == "%83,1"
        assert percent(-5.26, 1, sign=True) == "−%5,3"
        assert said(None, "h", 1) == "–"
        assert said(7.5, "h", 1) == "7,5 sa"
    with translation.override("en"):
        assert said(83.14, "%", 1) == "83.1%"
        assert said(12345.678, "", 0) == "12,346"
