"""A large draft is checked by a worker: the request does not wait, the result comes by itself."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from addresses.actions import checking
from addresses.models import ChangeSet
from core.actions.jobs import run_due
from tests.factories import City, join_register

pytestmark = pytest.mark.django_db
BASE = "/api/v1/register"


@pytest.fixture
def client(city: City, as_: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    join_register(city, city_editor="GIS_EDITOR", reviewer="GIS_REVIEWER")
    monkeypatch.setattr(checking, "CONF", replace(checking.CONF, checked_at_once=1))
    return as_("city_editor")


def send(client: Client, path: str, body: Any = None) -> Any:
    return client.post(f"{BASE}/{path}", body or {}, content_type="application/json")


def change(client: Client, city: City, uid: str, *names: str, postcode: str = "10010") -> None:
    changes = [
        {"entity": "address", "operation": "UPDATE", "uid": str(city.doors[n].uid),
         "values": {"postcode": postcode}}
        for n in names
    ]  # fmt: skip
    assert send(client, f"drafts/{uid}/changes", {"changes": changes}).status_code == 200


@pytest.fixture
def draft(city: City, client: Client) -> ChangeSet:
    uid = send(client, "drafts", {"title": "Test"}).json()["uid"]
    change(client, city, uid, "a5", "a9")
    return ChangeSet.objects.get(uid=uid)


def test_a_worker_looks_at_it_and_the_draft_has_the_report(client: Client, draft: ChangeSet):
    answer = send(client, f"drafts/{draft.uid}/check")
    assert (answer.status_code, answer["Retry-After"]) == (202, "5")
    assert (answer.json()["checking"], answer.json()["state"]) == (True, "DRAFT")
    page = client.get(f"/register/changes/{draft.pk}/")
    assert page["Refresh"] == "5" and "Denetleniyor" in page.content.decode()
    assert run_due(now=timezone.now()) >= 1
    body = client.get(f"{BASE}/drafts/{draft.uid}").json()
    assert (body["checking"], body["state"]) == (False, "CHECKED")
    assert body["report"]["counts"]["address"]["updated"] == 2
    assert "Refresh" not in client.get(f"/register/changes/{draft.pk}/").headers
    # Once more, in the same version: the register may have changed.
    assert send(client, f"drafts/{draft.uid}/check").json()["checking"]


def test_what_is_edited_meanwhile_stays_unchecked(client: Client, city: City, draft: ChangeSet):
    send(client, f"drafts/{draft.uid}/check")
    change(client, city, str(draft.uid), "a5", postcode="10020")
    run_due(now=timezone.now())
    draft.refresh_from_db()
    assert (draft.state, draft.report) == ("DRAFT", {})


def test_a_small_one_is_checked_at_once(client: Client, city: City):
    uid = send(client, "drafts", {"title": "Test"}).json()["uid"]
    change(client, city, uid, "a5")
    answer = send(client, f"drafts/{uid}/check")
    assert (answer.status_code, answer.json()["state"]) == (200, "CHECKED")


def test_who_may_not_check_orders_nothing(client: Client, as_: Any, draft: ChangeSet):
    for who in ("agent", "crew", "anonymous"):
        assert send(as_(who), f"drafts/{draft.uid}/check").status_code in (401, 403, 404)
    assert not client.get(f"{BASE}/drafts/{draft.uid}").json()["checking"]
