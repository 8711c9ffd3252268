"""Two at the same row at the same moment, each in a transaction of their own: nobody waits, and
nobody's work ends in a fault of the server."""

import threading
import time
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts.models import User
from accounts.queries.viewers import viewer_of
from addresses.actions import publication
from addresses.actions.change_sets import publish
from addresses.actions.drafting import Stale, open_draft, propose
from addresses.actions.publication import check
from addresses.models import Address, ChangeSet
from notifications.actions import deliveries
from notifications.actions.deliveries import gather, send_due
from notifications.actions.subscriptions import subscribe
from notifications.actions.webhooks import deliver
from notifications.models import WebhookSubscription
from notifications.queries.followers import Follower
from tests.receiver import receiving

from .test_feed import build, everything

pytestmark = pytest.mark.django_db(transaction=True)


def waiting() -> bool:
    """Whether a session of this database waits for another one's lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


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


def test_no_row_is_locked_while_it_is_told(settings: Any, monkeypatch: pytest.MonkeyPatch):
    """Its owner can end it at that moment; another worker does not tell it too."""
    settings.WEBHOOK_PRIVATE = True
    now, user = timezone.now(), User.objects.create_user("owner", password="x")
    outcome: list[Any] = []

    def other() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
            outcome.append(send_due(now=now))
            outcome.append(WebhookSubscription.objects.all().delete()[0])
        except Exception as error:
            outcome.append(error)
        finally:
            connections.close_all()

    def meanwhile(**sent: Any) -> int:
        beside = threading.Thread(target=other)
        beside.start()
        beside.join(20)
        return deliver(**sent)

    with receiving() as receiver:
        follower = Follower(viewer_of(user), user=user.pk)
        subscribe(follower=follower, url=receiver.url, kinds=["register.advanced"], now=now)
        publish(ChangeSet.objects.create(kind="EDIT", title="x"), now=now)
        gather(now=now)
        monkeypatch.setattr(deliveries, "deliver", meanwhile)
        assert send_due(now=now) == {"sent": 1, "failed": 0}
    assert outcome == [{"sent": 0, "failed": 0}, 2]  # with its message
    assert not WebhookSubscription.objects.exists()
