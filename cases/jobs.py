"""Machine work of this room."""

from datetime import timedelta

from django.utils import timezone

from cases.actions.move import close_resolved, give_up_unanswered
from core.rules.handlers import Payload, Progress, job


@job("cases.end_what_waits", every=timedelta(minutes=15))
def end_what_waits(payload: Payload, progress: Progress) -> Payload:
    """Questions that nobody answered, results that nobody objected to."""
    now = timezone.now()
    return {"unanswered": give_up_unanswered(now=now), "lapsed": close_resolved(now=now)}
