"""Planned works and alerts as features: to each what their pages show them."""

from datetime import date

import pytest
from django.contrib.gis.geos import Polygon

from accounts.models import Membership, User
from accounts.queries.viewers import viewer_of
from cases.queries.planned_works import visible_works
from cases.rules.planned_works import WorkState
from spatial_analytics.models import Alert
from spatial_analytics.queries.alerts import visible_alerts
from tests.conftest import ROLES
from tests.factories import City
from tests.integration.tiles.features.asking import page
from tests.works import make_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(city: City) -> City:
    for name, role in (("planner", "WORKS_PLANNER"), ("office", "WORKS_OFFICE")):
        user = User.objects.create_user(name, password="x", full_name=name)
        city.people[name] = user
        Membership.objects.create(user=user, organisation=city.bodies["b"], role=role)
    for state in WorkState:
        make_work(city, body="a", state=state, title=f"Kazı {state}")
    return city


@pytest.mark.parametrize("who", [*ROLES, "planner", "office"])
def test_works_as_their_list_shows_them(town: City, as_, who: str):
    seen = visible_works(viewer_of(town.people.get(who)))
    body = page("planned_works", as_(who))
    assert body["numberMatched"] == seen.count()
    assert {f["id"] for f in body["features"]} == {str(w.uid) for w in seen}


def test_works_are_filtered_by_what_they_say(town: City, client):
    def titles(**asked):
        return {
            f["properties"]["title"] for f in page("planned_works", client, **asked)["features"]
        }

    assert titles(filter="state = 'UNDER_WAY'") == {"Kazı UNDER_WAY"}
    assert titles(state="SUBMITTED") == set()
    assert titles(datetime="2026-12-05T00:00:00Z") == titles()
    assert titles(datetime="2027-12-05T00:00:00Z/..") == set()
    assert (
        titles(filter="begin < DATE('2026-12-02') AND S_INTERSECTS(geometry, BBOX(20,30,30,45))")
        == titles()
    )


@pytest.mark.parametrize("who", ROLES)
def test_alerts_as_their_inbox_shows_them(city: City, as_, who: str):
    for body, sensitive in (("a", False), ("b", False), ("a", True)):
        Alert.objects.create(
            level="CELL", name=f"{body} {sensitive}", units=[], first_day=date(2026, 11, 1),
            geom=Polygon(((27.9, 39.6), (27.91, 39.6), (27.91, 39.61), (27.9, 39.6)), srid=4326),
            last_day=date(2026, 11, 3), raised_on=date(2026, 11, 4), observed=5, expected=0.5,
            recurrence_days=100.0, organisation_id=city.bodies[body].pk,
            department_id=city.departments[f"{body}:temizlik"].pk, sensitive=sensitive,
        )  # fmt: skip
    seen = visible_alerts(viewer_of(city.people.get(who)))
    client = as_(who)
    if not seen.exists():
        assert client.get("/ogc/collections/alerts/items").status_code in (200, 404)
        if client.get("/ogc/collections/alerts/items").status_code == 200:
            assert page("alerts", client)["features"] == []
        return
    names = {f["properties"]["name"] for f in page("alerts", client)["features"]}
    assert names == set(seen.values_list("name", flat=True))
