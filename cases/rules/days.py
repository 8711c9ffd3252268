"""Days as people send them, and where they begin."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from core.api.problems import InvalidInput

# What a calendar can count on from: at the ends of it a day has none before or after.
_FIRST, _LAST = date(1900, 1, 1), date(2999, 12, 31)


def day_of(text: str) -> date | None:
    """A day as YYYY-MM-DD; None for what is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if _FIRST <= day <= _LAST else None


def moment_of(text: str) -> datetime | None:
    """A day with its time, in local time where it names no zone; None for what is none."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    if found is None or not _FIRST <= found.date() <= _LAST:
        return None
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def needed_day(text: str | None, name: str) -> date:
    """The day that a field says: no other stands in for it. Raises InvalidInput."""
    if (day := day_of(text or "")) is None:
        raise InvalidInput({name: [_("This is not a day (write 2026-03-31).")]})
    return day


def midnight(day: date) -> datetime:
    """The moment at which a local day begins."""
    return timezone.make_aware(datetime.combine(day, time()))


def month_begin(day: date) -> date:
    """The first day of its month. The public is told the month of a case, never its day."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of its month."""
    return month_begin(month_begin(day) + timedelta(days=31)) - timedelta(days=1)
