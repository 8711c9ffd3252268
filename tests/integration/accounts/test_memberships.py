"""Who may grant what to whom, and that each grant leaves a line."""

import json

import pytest
from django.core.exceptions import PermissionDenied

from accounts.actions.memberships import Terms, change, grant, revoke
from accounts.models import Membership, MembershipEvent, User
from accounts.queries.viewers import viewer_of
from core.api.problems import InvalidInput
from tests.factories import NOW, City
from tests.integration.access.people import add_narrowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(city: City) -> City:
    city = add_narrowed(city)
    city.people["new"] = User.objects.create_user("new", password="x")
    return city


def give(city: City, by: str, role: str = "CREW", body: str = "a", to: str = "new", **more):
    return grant(
        user=city.people[to], organisation=city.bodies[body].pk, terms=Terms(role=role, **more),
        viewer=viewer_of(city.people[by]), now=NOW,
    )  # fmt: skip


def test_every_grant_change_and_end_is_written_down(people: City):
    boss = viewer_of(people.people["people"])
    row = give(people, "people", department=people.departments["a:fen"].pk)
    change(membership=row.pk, terms=Terms(role="CREW", sensitive=True), viewer=boss, now=NOW)
    change(membership=row.pk, terms=Terms(role="CREW", sensitive=True), viewer=boss, now=NOW)
    revoke(membership=row.pk, viewer=boss, now=NOW)
    log = list(MembershipEvent.objects.filter(user=people.people["new"]).order_by("pk"))
    assert [e.kind for e in log] == ["GRANTED", "CHANGED", "REVOKED"]
    assert all(e.by == people.people["people"] for e in log)
    assert log[0].before == {} and log[0].after["department"] == people.departments["a:fen"].pk
    assert (log[1].before["sensitive"], log[1].after["sensitive"]) == (False, True)
    assert log[2].after == {}
    json.dumps(log[1].before)


def test_nobody_grants_beyond_the_own_organisation(people: City):
    with pytest.raises(PermissionDenied):
        give(people, "people", body="b")
    for role in ("AGENT", "ADMINISTRATOR", "DATA_PROTECTION", "GIS_PUBLISHER"):
        with pytest.raises(PermissionDenied):
            give(people, "people", role=role)
    for who in ("coordinator", "manager", "crew", "head", "agent", "privacy"):
        with pytest.raises(PermissionDenied):
            give(people, who)
    assert give(people, "administrator", role="AGENT", body="b").pk
    assert not Membership.objects.filter(user=people.people["new"], organisation=people.bodies["a"])


def test_nobody_says_what_they_may_do_themselves(people: City):
    with pytest.raises(InvalidInput):
        give(people, "people", role="COORDINATOR", to="people")
    own = Membership.objects.get(user=people.people["people"])
    with pytest.raises(InvalidInput):
        revoke(membership=own.pk, viewer=viewer_of(people.people["people"]), now=NOW)


def test_terms_that_cannot_be(people: City):
    for terms, field in (
        ({"role": "NEIGHBOURHOOD_HEAD"}, "neighbourhoods"),
        ({"role": "KING"}, "role"),
        ({"department": people.departments["b:fen"].pk}, "department"),
    ):
        with pytest.raises(InvalidInput) as wrong:
            give(people, "people", **terms)
        assert field in wrong.value.errors
    give(people, "people")
    with pytest.raises(InvalidInput):
        give(people, "people")
    assert MembershipEvent.objects.count() == 1


def test_the_page_grants_narrows_and_revokes(people: City, as_):
    client, body = as_("people"), people.bodies["a"].pk
    answer = client.post("/console/members/", {
        "do": "grant", "organisation": body, "user": "new", "role": "COORDINATOR",
        "districts": [people.areas.districts["B"].pk], "type_groups": [people.groups["yol"].pk],
        "neighbourhoods": "Altıeylül/Bahçelievler", "types": "cop", "sensitive": "1",
    })  # fmt: skip
    assert answer.status_code == 302
    row = Membership.objects.get(user=people.people["new"])
    assert row.neighbourhoods == [people.areas.neighbourhoods["a"].pk] and row.sensitive
    assert row.types == [people.types["cop"].pk]
    page = client.get(f"/console/members/?edit={row.pk}").content.decode()
    assert "Altıeylül/Bahçelievler" in page and "Yol" in page
    for field, value in (
        ("neighbourhoods", "Nirgendwo"), ("area", "{}"), ("types", "x"), ("user", "nobody"),
        ("districts", "999999"),
    ):  # fmt: skip
        sent = {"do": "grant", "organisation": body, "user": "new", "role": "CREW", field: value}
        answer = client.post("/console/members/", sent)
        assert answer.status_code == 422, field
    client.post("/console/members/", {"do": "revoke", "organisation": body, "membership": row.pk})
    assert not Membership.objects.filter(pk=row.pk).exists()
    other = Membership.objects.get(user=people.people["other_body"])
    answer = client.post(
        "/console/members/", {"do": "revoke", "organisation": body, "membership": other.pk}
    )
    assert answer.status_code == 422 and Membership.objects.filter(pk=other.pk).exists()
    assert "Granted" in client.get("/console/members/").content.decode() or "Verildi" in (
        client.get("/console/members/").content.decode()
    )


def test_the_admin_shows_memberships_and_changes_none(people: City, as_):
    user = people.people["crew"]
    page = as_("superuser").get(f"/admin/accounts/user/{user.pk}/change/").content.decode()
    assert "memberships-0-DELETE" not in page and 'name="memberships-0-role"' not in page
