"""From a request to its draft in one step, and to its answer when the draft is published."""

from typing import Any

import pytest
from django.test import Client

from accounts.queries.viewers import viewer_of
from addresses.actions.change_requests import submit
from addresses.actions.drafting import open_draft
from addresses.models import Address, ChangeRequest, ChangeSet, RegisterPolicy
from tests.factories import NOW, City, join_register

pytestmark = pytest.mark.django_db


@pytest.fixture
def register(city: City) -> City:
    RegisterPolicy.objects.create(four_eyes=False)
    return join_register(city, reviewer="GIS_REVIEWER")


def asked(city: City, **more: Any) -> ChangeRequest:
    lon, lat = city.areas.at(0.51, 0.49)
    door = city.doors["a5"]
    values = {
        "kind": "WRONG_POSITION", "source": "CREW", "text": "Levha köşede", "entity": "address",
        "uid": door.uid, "point": (lon, lat), "now": NOW, "reference": "",
        "values": {"geometry": {"type": "Point", "coordinates": [lon, lat]}, "number": 7},
    }  # fmt: skip
    return submit(**values | more)


def put(client: Client, one: ChangeRequest, **form: str) -> Any:
    answer = client.post(f"/register/requests/{one.pk}/draft", form, follow=True)
    one.refresh_from_db()
    return answer


def publish(client: Client, draft: ChangeSet) -> None:
    for move in ("check", "review", "publish"):
        client.post(f"/register/changes/{draft.pk}/{move}")
    draft.refresh_from_db()
    assert draft.state == "PUBLISHED", draft.report


def test_the_page_shows_record_and_proposal_side_by_side(as_: Any, register: City):
    one = asked(register)
    page = as_("reviewer").get(f"/register/requests/{one.pk}/")
    html, door = page.content.decode(), register.doors["a5"]
    assert "Atatürk Caddesi 5" in html and f"record={door.uid}" in html
    assert page.context["shapes"]["present"]["coordinates"] == pytest.approx(door.geom.coords)
    assert page.context["shapes"]["proposed"] == one.values["geometry"]
    assert page.context["metres"] == pytest.approx(15, abs=3)
    assert [(r["field"], r["present"], r["value"]) for r in page.context["proposed"]] == [
        ("number", 5, 7)
    ]


def test_one_click_makes_the_change_and_publication_answers(as_: Any, register: City):
    client, one = as_("superuser"), asked(register)
    put(client, one)
    draft = one.change_set
    assert draft is not None and one.state == "IN_REVIEW" and one.answer == ""
    assert one.assignee == register.people["superuser"]
    (change,) = draft.changes.all()
    assert change.operation == "UPDATE" and change.values == one.values
    assert "Levha" not in draft.title and "Atatürk Caddesi 5" in draft.title
    page = client.get(f"/register/requests/{one.pk}/").content.decode()
    assert f"draft={draft.uid}" in page and "/draft" not in page.split('id="answer"')[1]
    publish(client, draft)
    one.refresh_from_db()
    assert (one.state, one.address_uid) == ("PROCESSED", register.doors["a5"].uid)
    door = Address.objects.get(pk=register.doors["a5"].pk)
    assert door.number == 7


def test_into_an_open_draft_of_ones_own(as_: Any, register: City):
    viewer = viewer_of(register.people["reviewer"])
    mine = open_draft(viewer=viewer, kind="EDIT", title="Mahalle turu", reason="", now=NOW)
    one = asked(register)
    put(as_("reviewer"), one, draft=str(mine.uid))
    assert one.change_set == mine and mine.changes.count() == 1


def test_not_into_the_draft_of_somebody_else(as_: Any, register: City):
    viewer = viewer_of(register.people["superuser"])
    other = open_draft(viewer=viewer, kind="EDIT", title="Başkasının", reason="", now=NOW)
    one = asked(register)
    put(as_("reviewer"), one, draft=str(other.uid))
    assert one.change_set is None and other.changes.count() == 0


def test_once_only_until_the_draft_is_given_up(as_: Any, register: City):
    client, one = as_("reviewer"), asked(register)
    put(client, one)
    first = one.change_set
    assert b"notice bad" in put(client, one).content
    assert one.change_set == first and ChangeSet.objects.filter(number=None).count() == 2
    client.post(f"/register/changes/{first.pk}/reject", {"reason": "yanlış"})
    put(client, one)
    assert one.change_set != first and one.change_set.changes.count() == 1


def test_a_missing_door_gets_side_and_number(as_: Any, register: City):
    lon, lat = register.areas.at(0.52, 0.495)
    one = asked(
        register, kind="MISSING_ADDRESS", uid=None, point=(lon, lat),
        values={"geometry": {"type": "Point", "coordinates": [lon, lat]}},
    )  # fmt: skip
    put(as_("superuser"), one)
    (change,) = one.change_set.changes.all()
    assert (change.operation, change.values["side"]) == (
        "CREATE", str(register.doors["a5"].side.uid),
    )  # fmt: skip
    assert change.values["number"] == 7  # between 5 and 9, on the odd hand
    publish(as_("superuser"), one.change_set)
    one.refresh_from_db()
    assert Address.objects.get(uid=one.address_uid).number == 7


def test_what_is_no_longer_there_is_retired(as_: Any, register: City):
    one = asked(register, kind="OBSOLETE", values={})
    put(as_("superuser"), one)
    assert one.change_set.changes.get().operation == "RETIRE"


@pytest.mark.parametrize("at", [(0.5, 0.1), None])
def test_where_nothing_can_be_drawn_the_draft_is_empty_and_tied(as_: Any, register: City, at: Any):
    point = register.areas.at(*at) if at else None
    values = {"geometry": {"type": "Point", "coordinates": list(point)}} if point else {}
    one = asked(register, kind="MISSING_ADDRESS", uid=None, values=values, point=point)
    page = put(as_("superuser"), one)
    assert one.change_set is not None and one.change_set.changes.count() == 0
    assert b"notice good" in page.content


def test_who_may_only_look_puts_nothing(as_: Any, register: City):
    one = asked(register)
    assert b'/draft"' not in as_("manager").get(f"/register/requests/{one.pk}/").content
    put(as_("manager"), one)
    assert one.change_set is None


def test_a_declined_one_leaves_its_draft(as_: Any, register: City):
    client, one = as_("superuser"), asked(register)
    put(client, one)
    draft = one.change_set
    client.post(f"/register/requests/{one.pk}/decline", {"answer": "Değil"})
    publish(client, draft)
    one.refresh_from_db()
    assert (one.state, one.change_set) == ("REJECTED", None)
