"""What a client used, from the table of days: for its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum

from accounts.conf import CONF
from accounts.models import ClientUsage

_METRICS = ("requests", "errors", "refused", "sent_bytes")


@dataclass(frozen=True)
class Used:
    """Counts of one day, or of one group of addresses; `day` or `group` says which."""

    requests: int = 0
    errors: int = 0
    refused: int = 0
    sent_bytes: int = 0
    day: date | None = None
    group: str = ""


def by_day(client: int, today: date, days: int = CONF.usage_days) -> list[Used]:
    """Each of the last days, oldest first; a day without use is there with zeros."""
    since = today - timedelta(days=days - 1)
    rows = (
        ClientUsage.objects.filter(client=client, day__gte=since, day__lte=today)
        .values("day")
        .annotate(**{m: Sum(m) for m in _METRICS})
    )
    found = {row["day"]: Used(**row) for row in rows}
    every = [since + timedelta(days=n) for n in range(days)]
    return [found.get(day, Used(day=day)) for day in every]


def by_group(client: int, today: date, days: int = CONF.usage_days) -> Sequence[Used]:
    """The groups of addresses that were used in the last days, the busiest first."""
    since = today - timedelta(days=days - 1)
    rows = (
        ClientUsage.objects.filter(client=client, day__gte=since, day__lte=today)
        .values("group")
        .annotate(**{m: Sum(m) for m in _METRICS})
        .order_by("-requests", "group")
    )
    return [Used(**row) for row in rows]
