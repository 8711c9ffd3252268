"""Subscriptions to the change feed: made, ended, told."""

import logging
from datetime import datetime, timedelta

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
    the message's id is the same then.
    """
    number = latest()
    due = FeedSubscription.objects.filter(active=True, told__lt=number, next_at__lte=now)
    counts = {"told": 0, "failed": 0}
    for pk in due.order_by("next_at").values_list("pk", flat=True)[:100]:
        with transaction.atomic():
            one = FeedSubscription.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
            if one is not None and one.active and one.told < number:
                counts["told" if _tell(one, number, now) else "failed"] += 1
    return counts


def _tell(one: FeedSubscription, number: int, now: datetime) -> bool:
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
        one.failures += 1
        one.last_error = (str(error) or type(error).__name__)[:200]
        one.next_at = now + min(timedelta(days=1), timedelta(seconds=30 * 2**one.failures))
        one.active = one.failures < FeedSubscription.FAILURES_MAX
        one.save()
        return False
    one.told, one.failures, one.last_error = number, 0, ""
    one.save()
    return True
