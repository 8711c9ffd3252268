"""Figures for the front page."""

from datetime import timedelta

from django.core.cache import cache
from django.utils import timezone

from cases.queries.visibility import public_cases
from cases.rules.lifecycle import OPEN, State


def open_and_closed() -> dict[str, int]:
    """Open now; opened and resolved in the last 30 days: of the public cases, as map and list show them
    to everybody. At most a minute old."""
    figures: dict[str, int] | None = cache.get("front-page-figures")
    if figures is None:
        since = timezone.now() - timedelta(days=30)
        public = public_cases()
        # Three walks along an index each; one statement for all would read every case there is. What was
        # resolved since then was changed since then.
        figures = {
            "open": public.filter(state__in=sorted(OPEN)).count(),
            "opened": public.filter(opened_at__gte=since).count(),
            "resolved": public.filter(changed_at__gte=since, resolved_at__gte=since)
            .exclude(state=State.CANCELLED)
            .count(),
        }
        cache.set("front-page-figures", figures, 60)
    return figures
