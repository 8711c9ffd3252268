"""Everything that happened to a case, in one line of time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.models import Case, ContactLook
from notifications.models import Message

_MOST_LOOKS = 50


@dataclass(frozen=True)
class Entry:
    """`what` is event, notice, photo or look; `row` the row that tells it. Photos of one moment are
    one entry with all of them."""

    at: datetime
    what: str
    row: Any


def timeline(case: Case, *, looks: bool) -> list[Entry]:
    """Oldest first. `looks` at contact data only for those who may see them; four queries at most."""
    found = [Entry(e.at, "event", e) for e in case.events.select_related("actor")]
    sent = Message.objects.filter(key__startswith=f"case:{case.pk}:").only(
        "created_at", "sent_at", "transport", "state", "subject"
    )
    found += [Entry(m.created_at, "notice", m) for m in sent]
    photos: dict[tuple[str, int | None, int], list[Any]] = {}
    for photo in sorted(case.photos.all(), key=lambda one: one.pk):
        minute = int(photo.created_at.timestamp() // 60)
        photos.setdefault((photo.moment, photo.work_order_id, minute), []).append(photo)
    found += [Entry(group[0].created_at, "photo", group) for group in photos.values()]
    if looks:
        rows = ContactLook.objects.filter(case=case).select_related("user")
        found += [Entry(look.at, "look", look) for look in rows.order_by("-pk")[:_MOST_LOOKS]]
    # An event explains what it brought with it: it stands first among what has its moment.
    return sorted(found, key=lambda e: (e.at, e.what != "event"))
