"""When what people asked for by e-mail is sent."""

from datetime import datetime, timedelta

from django.utils import timezone

from spatial_analytics.models import ReportSchedule

SENT_AT = 7  # o'clock, in the city's own time


def next_morning(every: str, now: datetime) -> datetime:
    """The next morning, Monday morning, or morning of the first of a month."""
    local = timezone.localtime(now)
    at = local.replace(hour=SENT_AT, minute=0, second=0, microsecond=0)
    if at <= local:
        at += timedelta(days=1)
    if every == ReportSchedule.Every.WEEK:
        at += timedelta(days=-at.weekday() % 7)
    if every == ReportSchedule.Every.MONTH and at.day != 1:
        at = (at.replace(day=1) + timedelta(days=32)).replace(day=1)
    return at
