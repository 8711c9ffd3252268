"""Subscriptions to the change feed: made, ended, told."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.rules.viewer import Viewer
from addresses.models import FeedSubscription
from addresses.queries.feed import latest
from notifications.actions.webhooks import (
    AddressRefused,
    NotDelivered,
    check_address,
    deliver,
    new_secret,
)

log = logging.getLogger(__name__)

MOST = 20  # of one person
_AT_MOST = 100  # are told by one run
_AT_ONCE = 10
_CLAIMED = timedelta(minutes=10)


class TooMany(Exception):
    """This person has as many subscriptions as one may have."""


@transaction.atomic
def subscribe(*, viewer: Viewer, url: str, now: datetime) -> FeedSubscription:
    """A new subscription, or the one that there is for this address, with a new secret.

    It is told from the next change on. Raises AddressRefused and TooMany.
    """
    assert viewer.user_id is not None
    check_address(url)
    own = FeedSubscription.objects.filter(owner_id=viewer.user_id)
    if own.exclude(url=url).count() >= MOST:
        raise TooMany
    found, _new = own.update_or_create(
        url=url,
        defaults={
            "owner_id": viewer.user_id,
            "secret": new_secret(),
            "active": True,
            "failures": 0,
            "last_error": "",
            "told": latest(),
            "next_at": now,
        },
    )
    return found


def tell_subscribers(*, now: datetime) -> dict[str, int]:
    """Tells every subscription that is behind the last number; counts of told and failed.

    A receiver may be told the same number twice (a worker can die after the delivery), never none:
    the message's id is the same then. Several are told at once, and no row is locked meanwhile.
    """
    number = latest()
    counts = {"told": 0, "failed": 0}
    ours = _claim(number, now)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        told = pool.map(lambda one: _tell(one, number, now), ours)
        for one, error in zip(ours, told, strict=True):
            counts["failed" if error else "told"] += 1
            _note(one, number, error, now)
    return counts


def _claim(number: int, now: datetime) -> list[FeedSubscription]:
    """The subscriptions that are due; other workers leave them alone for as long as it may take."""
    with transaction.atomic():
        due = FeedSubscription.objects.select_for_update(skip_locked=True).filter(
            active=True, told__lt=number, next_at__lte=now
        )
        ours = list(due.order_by("next_at")[:_AT_MOST])
        FeedSubscription.objects.filter(pk__in=[one.pk for one in ours]).update(
            next_at=now + _CLAIMED
        )
    return ours


def _tell(one: FeedSubscription, number: int, now: datetime) -> str:
    """Why it was not delivered, or "". Touches no database: it runs in a thread of its own."""
    body = {"type": "register.advanced", "timestamp": now.isoformat(), "data": {"number": number}}
    try:
        deliver(
            url=one.url,
            secret=one.secret,
            message_id=f"register-{one.pk}-{number}",
            body=body,
            now=now,
        )
    except Exception as error:  # whatever one address does, the others are told
        if not isinstance(error, NotDelivered | AddressRefused):
            log.exception("subscription %s", one.pk)
        return str(error) or type(error).__name__
    return ""


def _note(one: FeedSubscription, number: int, error: str, now: datetime) -> None:
    """What came of it; a subscription that was ended meanwhile stays ended."""
    values: dict[str, Any] = {"told": number, "failures": 0, "last_error": "", "next_at": now}
    if error:
        failures = one.failures + 1
        wait = min(timedelta(days=1), timedelta(seconds=30 * 2**failures))
        values = {"failures": failures, "last_error": error[:200], "next_at": now + wait}
        values["active"] = failures < FeedSubscription.FAILURES_MAX
    FeedSubscription.objects.filter(pk=one.pk).update(**values)
