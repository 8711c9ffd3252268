"""Two people at one draft at the same moment: nobody's work ends in a fault of the server."""

import threading
import time
from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from django.test import Client
from django.utils import timezone

from addresses.actions import publication
from addresses.actions.drafting import Stale, open_draft, propose
from addresses.actions.publication import check
from addresses.models import Address, ChangeSet
from tests.factories import City, join_register

from .test_feed import build, everything


def waiting() -> bool:
    """Whether a session of this database waits for another one's lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_who_edits_does_not_wait_for_a_check_nor_stop_it(monkeypatch: pytest.MonkeyPatch):
    build()
    viewer, door = everything(), Address.objects.order_by("pk").first()
    assert door is not None
    draft = open_draft(viewer=viewer, kind="EDIT", title="x", reason="x", now=timezone.now())

    def number(value: int) -> None:
        propose(
            ChangeSet.objects.get(pk=draft.pk), viewer=viewer, entity="address",
            operation="UPDATE", uid=door.uid, values={"number": value},
        )  # fmt: skip

    number(901)
    outcome: list[Any] = []

    def edit() -> None:
        try:
            number(903)
            outcome.append("edited")
        except Exception as error:
            outcome.append(error)
        finally:
            connections.close_all()

    def meanwhile(change_set: ChangeSet) -> Any:
        """The check has written everything when the other one begins."""
        done = as_ever(change_set)
        other.start()
        until = time.monotonic() + 10
        while not outcome and not waiting() and time.monotonic() < until:
            time.sleep(0.02)
        seen.extend(outcome)
        return done

    as_ever, seen, other = publication.apply, list[Any](), threading.Thread(target=edit)
    monkeypatch.setattr(publication, "apply", meanwhile)
    with pytest.raises(Stale):
        check(draft, viewer=viewer, now=timezone.now())
    other.join(10)
    assert outcome == seen == ["edited"]
    assert draft.changes.get().values == {"number": 903}
    assert Address.objects.get(pk=door.pk).number == door.number


def deadlock(*_args: Any, **_options: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01'; END $$")


@pytest.mark.django_db
def test_a_deadlock_is_a_conflict_and_no_fault_of_the_server(
    city: City, as_: Any, monkeypatch: pytest.MonkeyPatch
):
    join_register(city, city_editor="GIS_EDITOR")
    client: Client = as_("city_editor")
    opened = client.post(
        "/api/v1/register/drafts", {"title": "Test"}, content_type="application/json"
    ).json()
    draft = ChangeSet.objects.get(uid=opened["uid"])
    monkeypatch.setattr(publication, "apply", deadlock)
    answer = client.post(f"/api/v1/register/drafts/{draft.uid}/check")
    assert (answer.status_code, answer["Retry-After"]) == (409, "1")
    page = client.post(f"/register/changes/{draft.pk}/check")
    assert page.status_code == 302
    shown = client.get(page["Location"]).content.decode()
    assert "yeniden deneyin" in shown


@pytest.mark.django_db
def test_a_server_that_is_gone_is_not_called_a_conflict(
    city: City, people: Any, draft: Any, monkeypatch: pytest.MonkeyPatch
):
    def gone(*_args: Any) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(publication, "apply", gone)
    with pytest.raises(OperationalError):
        check(draft(), viewer=people["city_editor"], now=timezone.now())
