"""How the outbox stands."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Min

from notifications.models import Message


class Standing(NamedTuple):
    """Of one transport: messages by state, since when the oldest waits, and the newest error."""

    counts: dict[str, int]
    waiting_since: datetime | None
    error: str


def standing(transport: str) -> Standing:
    rows = Message.objects.filter(transport=transport)
    counts = dict(rows.order_by("state").values_list("state").annotate(Count("pk")))
    oldest = rows.filter(state=Message.State.WAITING).aggregate(at=Min("created_at"))["at"]
    newest = rows.exclude(error="").order_by("-pk").values_list("error", flat=True).first()
    return Standing(counts, oldest, newest or "")
