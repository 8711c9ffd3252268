"""Areas, types and sensitivity: the same in lists, tiles, counts and deeds."""

from datetime import timedelta

import mapbox_vector_tile
import pytest
from django.utils import timezone

from accounts.models import Membership
from accounts.queries.viewers import viewer_of
from accounts.rules.roles import Permission
from accounts.rules.viewer import ANONYMOUS
from cases.actions.open_case import open_case
from cases.models import Case, RequestType
from cases.queries.statistics import open_and_closed
from cases.queries.tiles import cases as case_tile
from cases.queries.visibility import permissions_on, visible_cases
from cases.rules.draft import Draft
from core.api.problems import InvalidInput
from spatial_analytics.queries.density import density_figures
from spatial_analytics.queries.reach import counted
from spatial_analytics.rules.density import DensityQuestion
from tests.factories import NOW, City, make_case
from tests.integration.access.people import EVERYBODY, add_narrowed
from tiles.layers import TileRequest
from tiles.rules.grid import TileAddress

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(city: City) -> City:
    return add_narrowed(city)


@pytest.fixture
def spread(people: City) -> list[Case]:
    """One of each kind in each neighbourhood and body, one of them sensitive, one without a type."""
    RequestType.objects.filter(code="budama").update(sensitive=True)
    rows = [
        make_case(
            people, kind=kind, department=department, at=at, opened_at=timezone.now(),
            neighbourhood=people.areas.neighbourhoods[letter],
            district=people.areas.neighbourhoods[letter].district, state="ROUTED",
        )
        for kind in ("cop", "cukur", "budama")
        for department in ("a:temizlik", "a:fen", "b:temizlik", None)
        for letter, at in (("A", (0.5, 0.5)), ("a", (1.5, 0.5)), ("B", (2.5, 0.5)))
    ]  # fmt: skip
    Case.objects.filter(pk=rows[0].pk).update(request_type=None)
    Case.objects.filter(pk=rows[1].pk).update(public=False)
    return rows


def viewer(city: City, who: str):
    return ANONYMOUS if who == "anonymous" else viewer_of(city.people[who])


@pytest.mark.parametrize("who", EVERYBODY)
def test_seeing_one_and_seeing_all_is_one_rule(people: City, spread, who: str):
    """`permissions_on`, in Python, says of each case what `visible_cases` says in SQL."""
    me = viewer(people, who)
    seen = set(visible_cases(me).values_list("pk", flat=True))
    by_grant = {
        c.pk
        for c in Case.objects.select_related("request_type")
        if Permission.SEE_CASES in permissions_on(c, me)
    }
    assert seen == by_grant


@pytest.mark.parametrize("who", EVERYBODY)
def test_tiles_hold_what_the_list_holds(people: City, spread, who: str):
    me = viewer(people, who)
    lon, lat = people.areas.at(1.5, 0.5)
    tile = _tile(12, lon, lat)
    found: list[dict] = []
    for x in (-1, 0, 1):
        for y in (-1, 0, 1):
            near = TileAddress(12, tile.x + x, tile.y + y)
            body = case_tile(TileRequest(near, me, {}))
            layers = mapbox_vector_tile.decode(body) if body else {}
            found += [f["properties"] for f in layers.get("cases", {}).get("features", [])]
    numbers = {p["number"] for p in found if "number" in p}
    if me.may(Permission.SEE_CASES):
        assert numbers == set(visible_cases(me).values_list("number", flat=True))
    else:
        assert numbers == set()
        assert found and all(
            set(p) <= {"type", "type_en", "open", "colour", "icon", "code", "month"} for p in found
        )
        assert "Budama" not in {p.get("type") for p in found}


def _tile(z: int, lon: float, lat: float) -> TileAddress:
    import math

    n = 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n
    return TileAddress(z, int((lon + 180) / 360 * n), int(y))


def test_the_public_tile_moves_houses_to_a_grid(people: City):
    here = {"department": "a:temizlik", "neighbourhood": people.areas.neighbourhoods["A"]}
    make_case(people, at=(0.5012, 0.5034), precision="DOOR", **here)
    make_case(people, at=(0.5014, 0.5035), precision="DOOR", **here)
    lon, lat = people.areas.at(0.5012, 0.5034)
    tile = _tile(16, lon, lat)

    def places(me):
        layers = mapbox_vector_tile.decode(case_tile(TileRequest(tile, me, {})))
        return {tuple(f["geometry"]["coordinates"]) for f in layers["cases"]["features"]}

    assert len(places(viewer(people, "superuser"))) == 2
    assert len(places(ANONYMOUS)) == 1


@pytest.mark.parametrize("who", EVERYBODY)
def test_counts_hold_what_is_sensitive_for_the_cleared_alone(people: City, spread, who: str):
    me = viewer(people, who)
    today = timezone.localdate()
    question = DensityQuestion(begin=today - timedelta(days=3650), end=today)
    total = sum(f.cases for f in density_figures(question, counted(me), resolution=8))
    sensitive = sum(c.request_type.code == "budama" for c in spread)
    everything = len(spread)
    if who == "superuser":
        assert total == everything
    elif who in ("agent", "administrator", "manager"):
        assert total == everything - sensitive
    else:  # the public, and whoever is narrowed
        assert total < everything - sensitive


def test_the_front_page_counts_what_everybody_may_see(people: City, spread):
    figures = open_and_closed()
    without_sensitive = sum(c.request_type.code != "budama" for c in spread)
    assert figures["open"] == without_sensitive - 1  # nor the one that is not public


def test_a_sensitive_number_is_not_told_to_whoever_types_it(people: City, spread, as_):
    hidden = next(c for c in spread if c.request_type.code == "budama")
    page = as_("anonymous").get("/track/", {"number": hidden.number}).content.decode()
    assert "Temizlik" not in page and 'class="tag' not in page


def test_a_head_opens_inside_the_own_neighbourhood_only(people: City):
    me = viewer(people, "head")
    inside, outside = people.areas.at(0.5, 0.5), people.areas.at(2.5, 0.5)

    def report(place):
        draft = Draft(
            description="Konteyner kırık", channel="call_centre", external_id=str(place),
            lon=place[0], lat=place[1],
        )  # fmt: skip
        return open_case(draft, viewer=me, now=NOW)

    assert report(inside).new
    with pytest.raises(InvalidInput) as wrong:
        report(outside)
    assert "place_text" in wrong.value.errors


def test_a_head_sees_public_facts_of_the_own_neighbourhood(people: City, spread, as_):
    page = as_("head").get("/neighbourhood/").content.decode()
    assert "Cop" in page and "Cukur" in page and "Budama" not in page
    assert "Bahçelievler" not in page and "Hasan Basri" in page
    for hidden in (c.number for c in spread):
        assert hidden not in page


def test_who_makes_it_sensitive_loses_sight_of_it(people: City, spread, as_):
    case = make_case(people, state="ROUTED")
    answer = as_("coordinator").post(
        f"/console/cases/{case.number}/type/", {"request_type": "budama", "version": case.version}
    )
    assert answer["Location"] == "/console/"
    case.refresh_from_db()
    assert case.request_type.code == "budama" and not case.public


def test_an_area_of_two_memberships_is_their_union(people: City, spread):
    user = people.people["area"]
    Membership.objects.create(
        user=user, organisation=people.bodies["a"], role="MANAGER",
        districts=[people.areas.districts["B"].pk], types=[people.types["cukur"].pk],
    )  # fmt: skip
    seen = visible_cases(viewer_of(user))
    for case in seen.select_related("request_type"):
        here = case.neighbourhood_id == people.areas.neighbourhoods["A"].pk
        there = case.request_type and case.request_type.code == "cukur"
        assert here or there
    # Work is allowed only where the coordinator's grant reaches.
    there = seen.exclude(neighbourhood=people.areas.neighbourhoods["A"]).first()
    assert Permission.WORK_CASE not in permissions_on(there, viewer_of(user))
