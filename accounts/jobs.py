"""Recurring work of this room."""

from datetime import timedelta

from django.utils import timezone

from accounts.actions.usage import write_down
from core.rules.handlers import Payload, Progress, job


@job("accounts.count_usage", every=timedelta(minutes=1), attempts=1)
def count_usage(payload: Payload, progress: Progress) -> Payload:
    """What clients used, from the counter into the table of days."""
    return {"rows": write_down(now=timezone.now())}
