"""Machine work of this room."""

from datetime import timedelta

from django.utils import timezone

from core.rules.handlers import Payload, Progress, job
from notifications.actions.outbox import send_waiting


@job("send_messages", every=timedelta(seconds=30))
def send_messages(payload: Payload, progress: Progress) -> Payload:
    return {"sent": send_waiting(now=timezone.now())}
