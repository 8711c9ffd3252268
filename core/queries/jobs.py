"""How far machine work is behind."""

from datetime import datetime

from django.db.models import Min

from core.models import Job


def lateness(*, now: datetime) -> float:
    """Seconds for which the longest waiting job has been due; 0 where none is."""
    waiting = Job.objects.filter(state=Job.State.WAITING, due_at__lte=now)
    first = waiting.aggregate(first=Min("due_at"))["first"]
    return (now - first).total_seconds() if first else 0.0
