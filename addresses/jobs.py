"""Recurring and long work of this room."""

from datetime import timedelta

from django.utils import timezone

from addresses.actions import extracts
from addresses.actions.publication import publish_due
from core.rules.handlers import Payload, Progress, job


@job(extracts.JOB, attempts=2)
def make_extract(payload: Payload, progress: Progress) -> Payload:
    """A large extract of the register, as a file."""
    return extracts.make(payload, progress)


@job("addresses.publish_due", every=timedelta(minutes=15), attempts=1)
def publish_what_is_due(payload: Payload, progress: Progress) -> Payload:
    """Change sets whose day has come."""
    return {"numbers": publish_due(now=timezone.now())}
