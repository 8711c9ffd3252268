"""A role that may see little tries every door; figures about persons are told to few, and each look is kept."""

import random
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, User
from accounts.queries.viewers import viewer_of
from cases.models import CaseEvent
from core.api.problems import InvalidInput
from spatial_analytics.actions.rights import end_right, grant_right, sight_for
from spatial_analytics.models import FigureRight, PeopleLook
from spatial_analytics.queries.dashboards import ready as ready_dashboards
from spatial_analytics.queries.figures import NotForYou, answer
from spatial_analytics.queries.panels import Asker
from spatial_analytics.queries.reach import Counted, counted, sight
from spatial_analytics.queries.registry import indicators
from spatial_analytics.rules.dashboards import read_layout
from spatial_analytics.rules.question import read
from spatial_analytics.rules.rights import Persons, Right
from tests.factories import City, make_case, make_city
from tests.integration.spatial_analytics.test_figures import NOW, TODAY, live

pytestmark = pytest.mark.django_db
MAP_FILES = ("", "data.json", "table.csv", "table.xlsx", "areas.gpkg", "areas.parquet", "map.html")


@pytest.fixture
def city(db: None) -> City:
    return make_city()


def give(city: City, body: str | None, role: str, right: Right) -> FigureRight:
    boss = viewer_of(city.people["superuser"])
    where = city.bodies[body].pk if body else None
    return grant_right(organisation=where, role=role, right=right, viewer=boss, now=NOW)


def as_(city: City, who: str) -> Client:
    client = Client()
    client.force_login(city.people[who])
    return client


def ask_as(user: Any, **query: str) -> Any:
    question = read(query, today=TODAY)
    viewer = viewer_of(user)
    return answer(question, sight_for(question, viewer, now=NOW), now=NOW)


@pytest.mark.parametrize("who", ["coordinator", "manager"])
def test_who_may_see_little_sees_it_behind_no_door(city: City, who: str):
    live(city, random.Random(3), 60)
    give(city, None, "", Right(frozenset({"opened", "closed"}), "district"))
    client = as_(city, who)
    refused = [
        {"indicator": "hours_mean"},
        {"indicator": "opened", "by": "neighbourhood"},
        {"indicator": "opened", "by": "cell"},
        {"indicator": "opened", "by": "month", "neighbourhood": "1"},
        {"indicator": "closed", "street": "1"},
        {"indicator": "deeds", "by": "person"},
        {"indicator": "opened", "by": "neighbourhood", "compare": "year", "per": "residents"},
    ]
    for query in refused:
        found = client.get("/figures/data.json", query)
        assert found.status_code == 403 and set(found.json()) == {"status", "detail"}, query
    for level in ("neighbourhood", "street", "cell"):
        for name in MAP_FILES:
            for show in ("value", "primary", "bivariate", "difference"):
                query = {
                    "level": level,
                    "show": show,
                    "compare": "year" if show == "difference" else "",
                }
                found = client.get(f"/maps/choropleth/{name}", query)
                assert found.status_code == 403, (name, query)
    found = client.get("/maps/choropleth/data.json", {"level": "district", "indicator": "open"})
    assert found.status_code == 403
    assert client.get("/figures/people/").status_code == 403
    assert counted(viewer_of(city.people[who])) is Counted.PUBLIC
    allowed = client.get(
        "/figures/data.json", {"indicator": "opened", "by": "district", "days": "3000"}
    )
    assert allowed.status_code == 200 and allowed.json()["total"]["value"] > 0


def test_dashboards_and_the_list_of_indicators_tell_no_more(city: City):
    live(city, random.Random(3), 60)
    give(city, None, "", Right(frozenset({"opened", "closed"}), "district"))
    seen = sight(viewer_of(city.people["manager"]))
    told, refused = 0, 0
    for ready in ready_dashboards():
        tiles = [
            {name: v if isinstance(v, int | dict | list) else str(v) for name, v in tile.items()}
            for tile in ready.tiles
        ]
        layout = read_layout({"tiles": tiles, "bar": {}}, today=TODAY, indicators=indicators())
        for panel in Asker(seen, now=NOW, today=TODAY).panels(layout.tiles, layout.bar):
            if not panel.tile.indicators or panel.tile.kind in ("text", "map"):
                continue
            if set(panel.tile.indicators) <= {"opened", "closed"} and not panel.trouble:
                told += 1
            else:
                assert panel.trouble and not panel.series, (ready.slug, panel.tile)
                refused += 1
    assert told and refused > 10
    listed = as_(city, "manager").get("/figures/").content.decode()
    assert "indicator=opened" in listed and "hours_mean" not in listed


def test_a_right_ends_and_its_history_stays(city: City):
    row = give(city, "a", "COORDINATOR", Right(frozenset({"opened"})))
    again = give(city, "a", "COORDINATOR", Right(frozenset({"closed"})))
    row.refresh_from_db()
    assert row.ended_at == NOW
    with pytest.raises(NotForYou):
        ask_as(city.people["coordinator"], indicator="opened")
    end_right(again.pk, viewer=viewer_of(city.people["superuser"]), now=NOW)
    assert ask_as(city.people["coordinator"], indicator="opened").total.value == 0
    assert FigureRight.objects.count() == 2


def test_rights_of_two_roles_do_not_add_up(city: City):
    """One may see every figure of a department, the other few of everything: not every figure of everything."""
    live(city, random.Random(3), 60)
    user = city.people["coordinator"]
    before = ask_as(user, indicator="hours_mean", days="3000").total
    Membership.objects.create(user=user, organisation=city.bodies["a"], role="MANAGER")
    give(city, None, "MANAGER", Right(frozenset({"opened"}), "district"))
    assert ask_as(user, indicator="hours_mean", days="3000").total == before
    of_all = ask_as(city.people["superuser"], indicator="opened", days="3000").total.value
    assert ask_as(user, indicator="opened", days="3000").total.value == of_all > 0
    names = {sight(viewer_of(one)).audience for one in (user, city.people["manager"])}
    assert len(names) == 2


def test_persons_are_told_to_nobody_unless_granted_and_only_of_the_own_unit(city: City):
    people = {}
    for name, unit in (("own1", "a:temizlik"), ("own2", "a:temizlik"), ("other", "b:temizlik")):
        people[name] = User.objects.create_user(name, password="x")
        department = city.departments[unit]
        Membership.objects.create(
            user=people[name],
            organisation=department.organisation,
            department=department,
            role="CREW",
        )
    case = make_case(city, kind="cop", department="a:temizlik")
    for name in people:
        CaseEvent.objects.create(
            case=case, kind="accept", at=NOW, actor=people[name], state="ACCEPTED"
        )
    query = {"indicator": "accepted_deeds", "by": "person", "days": "3000"}
    for who in ("coordinator", "manager", "agent", "administrator"):
        with pytest.raises(NotForYou):
            ask_as(city.people[who], **query)
    assert not PeopleLook.objects.exists()
    give(city, "a", "COORDINATOR", Right(persons=Persons.OWN))
    found = ask_as(city.people["coordinator"], **query)
    assert {row.keys[0] for row in found.rows} == {people["own1"].pk, people["own2"].pk}
    assert found.total.value == 2
    look = PeopleLook.objects.get()
    assert look.user == city.people["coordinator"] and "by=person" in look.question
    with pytest.raises(NotForYou):  # without the look, by whichever way
        answer(read(query, today=TODAY), sight(viewer_of(city.people["coordinator"])), now=NOW)
    page = as_(city, "coordinator").get("/figures/people/?by=person&days=3000").content.decode()
    assert "own1" in page and "other" not in page
    assert PeopleLook.objects.count() == 2


def test_few_people_are_not_found_by_taking_a_sum_apart(city: City):
    """Two people, one and three: the one is hidden, and enough beside that no difference is theirs."""
    sizes = {"a:temizlik": 3, "a:fen": 1, "b:temizlik": 2}
    units = [key for key in sizes if key in city.departments]
    assert len(units) >= 2
    users = iter(User.objects.create_user(f"p{i}", password="x") for i in range(9))
    for key in units:
        case = make_case(city, kind="cop", department=key)
        for _ in range(sizes[key]):
            CaseEvent.objects.create(
                case=case, kind="accept", at=NOW, actor=next(users), state="ACCEPTED"
            )
    most = {"indicator": "accepted_deeds", "show": "primary", "days": "3000"}
    assert as_(city, "manager").get("/maps/choropleth/data.json", most).status_code == 200
    give(city, None, "MANAGER", Right(least=3))
    assert as_(city, "manager").get("/maps/choropleth/data.json", most).status_code == 403
    user = city.people["manager"]
    found = ask_as(user, indicator="accepted_deeds", by="department", days="3000")
    shown = {row.keys[0]: row.value for row in found.rows if not row.hidden}
    whole = ask_as(user, indicator="accepted_deeds", days="3000").total.value
    rest = sum(sizes[key] for key in units) - sum(shown.values())
    assert rest == 0 or rest >= 3
    assert found.hidden and whole == sum(sizes[key] for key in units)
    assert found.total.value == sum(shown.values())
    for key in units:
        if city.departments[key].pk not in shown:
            by_filter = ask_as(
                user,
                indicator="accepted_deeds",
                days="3000",
                department=str(city.departments[key].pk),
            )
            assert by_filter.total.value is None and by_filter.total.n == 0
    assert ask_as(user, indicator="deeds", by="department", days="3000").hidden


def test_administrators_of_an_organisation_rule_their_own(city: City):
    user = User.objects.create_user("admin-a", password="x")
    Membership.objects.create(user=user, organisation=city.bodies["a"], role="ORGANISATION_ADMIN")
    viewer, own = viewer_of(user), city.bodies["a"].pk
    row = grant_right(
        organisation=own, role="CREW", right=Right(persons=Persons.OWN), viewer=viewer, now=NOW
    )
    for where, right in (
        (None, Right()), (city.bodies["b"].pk, Right()), (own, Right(persons=Persons.ALL)),
    ):  # fmt: skip
        with pytest.raises(PermissionDenied):
            grant_right(organisation=where, role="CREW", right=right, viewer=viewer, now=NOW)
    other = give(city, "b", "CREW", Right(finest=""))
    with pytest.raises(FigureRight.DoesNotExist):
        end_right(other.pk, viewer=viewer, now=NOW)
    for right in (Right(frozenset({"rain"})), Right(finest="room"), Right(least=99)):
        with pytest.raises(InvalidInput):
            grant_right(organisation=own, role="CREW", right=right, viewer=viewer, now=NOW)
    client = Client()
    client.force_login(user)
    sent = {"do": "give", "organisation": str(own), "role": "CREW", "finest": "district", "least": "2",
            "persons": "NONE", "indicators": ["opened", "closed"]}  # fmt: skip
    assert client.post("/figures/rights/", sent).status_code == 302
    row.refresh_from_db()
    assert row.ended_at is not None
    now = FigureRight.objects.get(organisation=own, ended_at=None)
    assert (now.indicators, now.finest, now.least) == (["closed", "opened"], "district", 2)
    page = client.get("/figures/rights/").content.decode()
    assert page.count('name="right"') == 1
    assert client.post("/figures/rights/", {"do": "end", "right": now.pk}).status_code == 302
    assert not FigureRight.objects.filter(
        organisation=own, ended_at=None, granted_at__lt=timezone.now()
    ).exists()
