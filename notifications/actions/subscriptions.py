"""Webhooks: subscribed to, changed, ended, their secret rotated, messages told again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.api.problems import InvalidInput
from notifications.actions.webhooks import AddressRefused, check_address, new_secret
from notifications.conf import CONF
from notifications.models import WebhookDelivery, WebhookSubscription
from notifications.queries.followers import Follower, own
from notifications.rules.topics import TOPICS, topic_of


@dataclass(frozen=True)
class Made:
    """A subscription, and the secret that is shown this once."""

    row: WebhookSubscription
    secret: str


@transaction.atomic
def subscribe(*, follower: Follower, url: str, kinds: Sequence[str], now: datetime) -> Made:
    """A new subscription, or the one that there is for this address, with a new secret.

    It is told from the next event on. Raises InvalidInput with the fields that are wrong.
    """
    chosen = _kinds(follower, kinds)
    _check_url(url)
    every = WebhookSubscription.objects.filter(user=follower.user, client=follower.client)
    if every.filter(url=url).exists() and not own(follower).filter(url=url).exists():
        words = _("There is a subscription of this address that follows more than you may.")
        raise InvalidInput({"url": [words]})
    if every.exclude(url=url).count() >= CONF.subscriptions_most:
        raise InvalidInput({"url": [_("There are too many subscriptions.")]})
    secret = new_secret()
    row, _new = own(follower).update_or_create(
        url=url,
        defaults={
            "user_id": follower.user, "client_id": follower.client,
            "kinds": chosen, "secret": secret, "former_secret": "", "former_until": None,
            "active": True, "told": _present(chosen), "last_success": now,
        },
    )  # fmt: skip
    return Made(row, secret)


@transaction.atomic
def change(
    *, subscription: WebhookSubscription, follower: Follower, kinds: Sequence[str] | None = None,
    active: bool | None = None, now: datetime,
) -> WebhookSubscription:  # fmt: skip
    """Other kinds, paused, or going on: from where it was, as far as the feed goes back. Raises
    InvalidInput."""
    row = WebhookSubscription.objects.select_for_update().get(pk=subscription.pk)
    if kinds is not None:
        # A topic that was not followed so far begins at its present number.
        followed = {n: row.told[n] for n in _present(row.kinds) if n in row.told}
        row.kinds = _kinds(follower, kinds)
        present = _present(row.kinds)
        row.told = present | {n: at for n, at in followed.items() if n in present}
    if active is not None:
        if active and not row.active:
            row.last_success = now
        row.active = active
    row.save()
    return row


@transaction.atomic
def rotate_secret(*, subscription: WebhookSubscription, overlap: timedelta, now: datetime) -> str:
    """A new secret, shown this once; for the overlap messages bear both signatures. Raises
    InvalidInput."""
    if not timedelta(0) <= overlap <= CONF.overlap_most:
        words = _("Hours from 0 to %s.") % int(CONF.overlap_most.total_seconds() // 3600)
        raise InvalidInput({"overlap_hours": [words]})
    row = WebhookSubscription.objects.select_for_update().get(pk=subscription.pk)
    row.former_secret, row.former_until = row.secret, now + overlap
    if not overlap:
        row.former_secret, row.former_until = "", None
    secret = row.secret = new_secret()
    row.save(update_fields=["secret", "former_secret", "former_until"])
    return secret


@transaction.atomic
def replay(*, subscription: WebhookSubscription, topic: str, after: int, now: datetime) -> int:
    """Tells everything behind a number again, under the same ids; the number it goes on from. Raises
    InvalidInput for a topic that is not followed and a number that the feed does not hold."""
    row = WebhookSubscription.objects.select_for_update().get(pk=subscription.pk)
    feed = TOPICS.get(topic)
    if feed is None or not set(feed.kinds) & set(row.kinds):
        raise InvalidInput({"topic": [_("This subscription does not follow this topic.")]})
    oldest, latest = feed.oldest(now), feed.latest()
    lowest = max(oldest, latest - CONF.replay_most)
    if not lowest <= after <= latest:
        words = _("A whole number from %(low)s to %(high)s.") % {"low": lowest, "high": latest}
        raise InvalidInput({"after": [words]})
    again = row.deliveries.filter(topic=topic, number__gt=after)
    again.update(state=WebhookDelivery.State.WAITING, attempts=0, next_at=now, error="")
    row.told = row.told | {topic: min(after, row.told.get(topic, latest))}
    row.save(update_fields=["told"])
    return after


def resend(*, delivery: WebhookDelivery, now: datetime) -> None:
    """One message once more, at once, with all its tries; also a dead one."""
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        state=WebhookDelivery.State.WAITING, attempts=0, next_at=now, error=""
    )


def _kinds(follower: Follower, kinds: Sequence[str]) -> list[str]:
    chosen = sorted(set(kinds))
    wrong = [k for k in chosen if not _open(follower, k)]
    if wrong or not chosen:
        open_ = [k for t in TOPICS.values() for k in t.kinds if _open(follower, k)]
        raise InvalidInput({"kinds": [_("One or more of: %s.") % ", ".join(sorted(open_))]})
    return chosen


def _open(follower: Follower, kind: str) -> bool:
    found = topic_of(kind)
    return found is not None and follower.may(found)


def _check_url(url: str) -> None:
    try:
        check_address(url)
    except AddressRefused as error:
        raise InvalidInput({"url": [_("This address cannot be used: %s.") % error]}) from None


def _present(kinds: Sequence[str]) -> dict[str, Any]:
    """Topics of these kinds at their present number."""
    return {t.name: t.latest() for t in TOPICS.values() if set(t.kinds) & set(kinds)}
