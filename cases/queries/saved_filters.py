"""Which saved lists somebody finds: their own, and those shared with where they work."""

from django.db.models import Q, QuerySet

from accounts.rules.viewer import Viewer
from cases.models import SavedFilter


def saved_filters(viewer: Viewer) -> QuerySet[SavedFilter]:
    here = Q(department__in=viewer.departments) | Q(
        department__organisation__in=viewer.organisations
    )
    rows = SavedFilter.objects.filter(Q(owner=viewer.user_id) | here)
    return rows.select_related("owner", "department__organisation").order_by("name", "pk")


def default_filter(viewer: Viewer) -> str | None:
    """The query string that somebody's console begins with, if they chose one."""
    return (
        SavedFilter.objects.filter(owner=viewer.user_id, default=True)
        .values_list("query", flat=True).first()
    )  # fmt: skip
