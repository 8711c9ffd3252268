"""What a draft says of itself, changed over HTTP."""

import json
from typing import Any

import pytest
from django.test import Client

from addresses.models import ChangeSet
from addresses.queries import drafts
from tests.conftest import ROLES

from .test_editing_api import BASE, SEE, draft, post, register

__all__ = ["draft", "register"]  # fixtures
pytestmark = pytest.mark.django_db


def patch(client: Client, uid: str, body: Any, **headers: str) -> Any:
    return client.patch(
        f"{BASE}/drafts/{uid}", json.dumps(body), content_type="application/json",
        headers={"Accept-Language": "en", **headers},
    )  # fmt: skip


class TestWhatADraftSaysOfItself:
    @pytest.mark.parametrize("who", ROLES)
    def test_who_changes_somebody_elses(self, register, as_, draft, who):
        hidden = 403 if who in SEE or who == "anonymous" else 404
        mine = who in ("administrator", "superuser")
        status = patch(as_(who), draft, {"title": "New"}).status_code
        assert status == (200 if mine else hidden)
        assert ChangeSet.objects.get(uid=draft).title == ("New" if mine else "Test")

    def test_words_leave_the_check_and_a_day_undoes_it(self, register, as_, draft):
        client = as_("city_editor")
        version = post(client, f"drafts/{draft}/check").json()["version"]
        said = {"title": "Better", "reason": "Council", "legal_basis": "2026/114"}
        body = patch(client, draft, said, **{"If-Match": f'"{version}"'}).json()
        assert {name: body[name] for name in said} == said
        assert (body["state"], body["version"], body["effective_from"]) == (
            "CHECKED", version + 1, None,
        )  # fmt: skip
        assert patch(client, draft, said).json()["version"] == version + 1  # nothing new
        stale = patch(client, draft, {"title": "Mine"}, **{"If-Match": f'"{version}"'})
        assert stale.status_code == 409
        body = patch(client, draft, {"effective_from": "2026-12-01", "kind": "CORRECTION"}).json()
        assert (body["state"], body["effective_from"], body["kind"], body["title"]) == (
            "DRAFT", "2026-12-01", "CORRECTION", "Better",
        )  # fmt: skip
        assert patch(client, draft, {"effective_from": None}).json()["effective_from"] is None

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"title": ""}, "title"), ({"title": "x" * 201}, "title"), ({"kind": "IMPORT"}, "kind"),
            ({"effective_from": "0200-01-01"}, "effective_from"), ({"reason": None}, "reason"),
        ],
    )  # fmt: skip
    def test_what_it_cannot_say(self, register, as_, draft, said, field):
        answer = patch(as_("city_editor"), draft, said)
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == [field]

    def test_marks_that_turn_the_writing_round_are_left_out(self, register, as_, draft):
        body = patch(as_("city_editor"), draft, {"title": "Gül \u202eSokak"}).json()
        assert body["title"] == "Gül Sokak"

    def test_a_reviewed_one_and_a_kind_that_nobody_chose(self, register, as_, draft):
        client, row = as_("city_editor"), ChangeSet.objects.filter(uid=draft)
        row.update(kind="IMPORT")
        assert patch(client, draft, {"kind": "EDIT"}).status_code == 400
        assert patch(client, draft, {"title": "Import of May"}).status_code == 200
        row.update(state="REVIEWED")
        assert patch(client, draft, {"title": "Later"}).status_code == 409


def test_an_import_is_among_the_drafts_as_long_as_its_changes_are_told(
    register, as_, draft, monkeypatch: pytest.MonkeyPatch
):
    ChangeSet.objects.filter(uid=draft).update(kind="IMPORT", author=None)
    client = as_("reviewer")

    def listed() -> list[str]:
        return [d["uid"] for d in client.get(f"{BASE}/drafts").json()["drafts"]]

    assert draft in listed()
    monkeypatch.setattr(drafts, "_MOST", 0)
    assert draft not in listed()


def test_forms_say_what_a_new_record_gets(register, as_):
    fields = {
        f["name"]: f for f in as_("reviewer").get(f"{BASE}/forms").json()["address"]["fields"]
    }
    assert fields["status"]["default"] == "ACTIVE"
    assert fields["suffix"]["default"] == ""
