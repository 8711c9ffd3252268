"""Values that several kinds of entries share: identity, status, dates, small counts."""

import re
from datetime import date
from uuid import UUID

from addresses.exchange.cleaning import whole
from addresses.models.entity import Status

_DATE = re.compile(r"^(\d{4}-\d{2}-\d{2})")
_SMALL = 32_767  # what a small integer of the database holds


def uid(raw: str | None) -> str | None:
    """A uuid in its usual form, else None: an identity is taken over whole or not at all."""
    try:
        return str(UUID(raw)) if raw else None
    except ValueError:
        return None


def status(raw: str | None) -> str | None:
    """One of the register's statuses, else None."""
    return raw if raw in Status.values else None


def day(raw: str | None) -> str | None:
    """The date that a text begins with (ISO 8601), else None."""
    match = _DATE.match(raw or "")
    try:
        return date.fromisoformat(match[1]).isoformat() if match else None
    except ValueError:
        return None


def small(raw: str | None) -> int | None:
    """A whole number that a count of floors or flats can be, else None."""
    number = whole(raw)
    return number if number is not None and number <= _SMALL else None
