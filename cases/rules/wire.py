"""Moments as other systems read them."""

from datetime import UTC, datetime


def moment(at: datetime) -> str:
    """In UTC, such as 2026-03-31T09:00:00Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
