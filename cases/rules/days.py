"""Days as people send them, and where they begin."""

from datetime import date, datetime, time

from django.utils import timezone

# What a calendar can count on from: at the ends of it a day has none before or after.
_FIRST, _LAST = date(1900, 1, 1), date(2999, 12, 31)


def day_of(text: str) -> date | None:
    """A day as YYYY-MM-DD; None for what is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if _FIRST <= day <= _LAST else None


def midnight(day: date) -> datetime:
    """The moment at which a local day begins."""
    return timezone.make_aware(datetime.combine(day, time()))
