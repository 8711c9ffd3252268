"""Figures for the front page."""

from datetime import timedelta

from django.core.cache import cache
from django.db.models import Count, Q
from django.utils import timezone

from cases.queries.visibility import public_cases
from cases.rules.lifecycle import OPEN, State


def open_and_closed() -> dict[str, int]:
    """Open now; opened and resolved in the last 30 days: of the public cases, as map and list show them
    to everybody. At most a minute old."""
    figures: dict[str, int] | None = cache.get("front-page-figures")
    if figures is None:
        since = timezone.now() - timedelta(days=30)
        figures = public_cases().aggregate(
            open=Count("pk", filter=Q(state__in=OPEN)),
            opened=Count("pk", filter=Q(opened_at__gte=since)),
            resolved=Count("pk", filter=Q(resolved_at__gte=since) & ~Q(state=State.CANCELLED)),
        )
        cache.set("front-page-figures", figures, 60)
    return figures
