"""Webhooks on their way: written with the number they tell, sent, tried again, given up, forgotten.

A message and the number that it brings a subscription to are stored in one transaction; sending
follows. A worker that dies in between leaves messages that the next one sends: each comes once or
more often, always under the same id, and none is lost.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from notifications.actions.webhooks import AddressRefused, NotDelivered, deliver
from notifications.conf import CONF
from notifications.models import WebhookDelivery, WebhookSubscription
from notifications.queries.followers import Follower, follower_of
from notifications.rules.topics import TOPICS, Topic, wait_after

log = logging.getLogger(__name__)
_State = WebhookDelivery.State


def gather(*, now: datetime) -> int:
    """Writes the messages that subscriptions are behind with; how many."""
    latest = {name: topic.latest() for name, topic in TOPICS.items()}
    written = 0
    for row in WebhookSubscription.objects.filter(active=True):
        behind = [
            topic for name, topic in TOPICS.items()
            if set(topic.kinds) & set(row.kinds) and row.told.get(name, 0) < latest[name]
        ]  # fmt: skip
        if behind and (follower := follower_of(row)) is not None:
            written += _gather(row.pk, follower, behind, now)
    return written


@transaction.atomic
def _gather(subscription: int, follower: Follower, topics: Sequence[Topic], now: datetime) -> int:
    """Of one subscription; another worker that does so meanwhile is left alone."""
    locked = WebhookSubscription.objects.select_for_update(skip_locked=True)
    row = locked.filter(pk=subscription, active=True).first()
    if row is None:
        return 0
    written = 0
    for topic in topics:
        after = row.told.get(topic.name, 0)
        if not follower.may(topic):
            # A right that was taken: what happens without it is never told.
            row.told[topic.name] = topic.latest()
            continue
        letters, reached = topic.since(follower.viewer, after, CONF.gathered)
        wanted = [letter for letter in letters if letter.kind in row.kinds]
        WebhookDelivery.objects.bulk_create(
            [
                WebhookDelivery(
                    subscription=row, topic=topic.name, number=letter.number, kind=letter.kind,
                    data=letter.data, happened_at=letter.at, created_at=now, next_at=now,
                )
                for letter in wanted
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        row.told[topic.name] = reached
        written += len(wanted)
    row.save(update_fields=["told"])
    return written


@dataclass(frozen=True)
class _Outcome:
    delivery: WebhookDelivery
    answer: int | None
    error: str


def send_due(*, now: datetime) -> dict[str, int]:
    """Sends what is due; counts of sent and failed. Several at once, and no row is locked meanwhile."""
    counts = {"sent": 0, "failed": 0}
    ours = _claim(now)
    with ThreadPoolExecutor(CONF.at_once) as pool:
        for outcome in pool.map(lambda one: _send(one, now), ours):
            counts["failed" if outcome.error else "sent"] += 1
            _note(outcome, now)
    return counts


def forget_old(*, now: datetime) -> int:
    """Deletes messages that have been kept long enough, whatever became of them."""
    old = WebhookDelivery.objects.filter(created_at__lt=now - CONF.kept)
    return old.delete()[0]


def _claim(now: datetime) -> list[WebhookDelivery]:
    """What is due; other workers leave it alone for as long as it may take. One address that is slow
    holds up no other: only some of each are taken."""
    with transaction.atomic():
        due = (
            WebhookDelivery.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(state=_State.WAITING, next_at__lte=now, subscription__active=True)
            .select_related("subscription")
            .order_by("next_at", "pk")
        )
        taken: Counter[int] = Counter()
        ours: list[WebhookDelivery] = []
        for one in due[: CONF.sent * 5]:
            if taken[one.subscription_id] < CONF.sent_of_one and len(ours) < CONF.sent:
                taken[one.subscription_id] += 1
                ours.append(one)
        WebhookDelivery.objects.filter(pk__in=[one.pk for one in ours]).update(
            next_at=now + CONF.claimed
        )
    return ours


def _send(one: WebhookDelivery, now: datetime) -> _Outcome:
    """Touches no database: it runs in a thread of its own."""
    to = one.subscription
    secrets = [to.secret]
    if to.former_secret and to.former_until and to.former_until > now:
        secrets.append(to.former_secret)
    body: dict[str, Any] = {
        "type": one.kind, "timestamp": one.happened_at.isoformat(), "data": one.data,
    }  # fmt: skip
    try:
        answer = deliver(url=to.url, secrets=secrets, message_id=one.message_id, body=body, now=now)
    except Exception as error:  # whatever one address does, the others are told
        if not isinstance(error, NotDelivered | AddressRefused):
            log.exception("webhook %s", one.pk)
        status = getattr(error, "status", None)
        return _Outcome(one, status, (str(error) or type(error).__name__)[:200])
    return _Outcome(one, answer, "")


def _note(outcome: _Outcome, now: datetime) -> None:
    """What came of it; a subscription that was ended or changed meanwhile stays so."""
    one = outcome.delivery
    values: dict[str, Any] = {"attempts": one.attempts + 1, "answer": outcome.answer}
    if not outcome.error:
        values |= {"state": _State.SENT, "sent_at": now, "error": ""}
        WebhookSubscription.objects.filter(pk=one.subscription_id).update(last_success=now)
    else:
        wait = wait_after(one.attempts + 1, CONF.first_wait, CONF.longest_wait)
        values |= {"error": outcome.error, "next_at": now + wait}
        if one.attempts + 1 >= CONF.tries:
            values["state"] = _State.DEAD
    WebhookDelivery.objects.filter(pk=one.pk, state=_State.WAITING).update(**values)
    if values.get("state") == _State.DEAD:
        silent = WebhookSubscription.objects.filter(
            pk=one.subscription_id, last_success__lt=now - CONF.silent
        )
        silent.update(active=False)
