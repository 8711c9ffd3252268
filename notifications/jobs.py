"""Machine work of this room."""

from datetime import timedelta

from django.utils import timezone

from core.rules.handlers import Payload, Progress, job
from notifications.actions import deliveries
from notifications.actions.expiry import tell_of_expiry
from notifications.actions.outbox import send_waiting


@job("send_messages", every=timedelta(seconds=30))
def send_messages(payload: Payload, progress: Progress) -> Payload:
    return {"sent": send_waiting(now=timezone.now())}


@job("notifications.send_webhooks", every=timedelta(seconds=10), attempts=1)
def send_webhooks(payload: Payload, progress: Progress) -> Payload:
    """Messages that webhooks are behind with, and those that wait for another try."""
    now = timezone.now()
    return {"written": deliveries.gather(now=now)} | deliveries.send_due(now=now)


@job("notifications.forget_webhooks", every=timedelta(days=1), attempts=2)
def forget_webhooks(payload: Payload, progress: Progress) -> Payload:
    return {"forgotten": deliveries.forget_old(now=timezone.now())}


@job("notifications.tell_of_expiry", every=timedelta(hours=6), attempts=2)
def tell_of_expiring_keys(payload: Payload, progress: Progress) -> Payload:
    """Mails about keys of clients that expire soon."""
    return {"keys": tell_of_expiry(now=timezone.now())}
