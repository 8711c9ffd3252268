"""Which saved maps somebody finds: their own, and those shared with them."""

from django.db.models import Q, QuerySet

from accounts.rules.viewer import Viewer
from spatial_analytics.models import SavedMap
from spatial_analytics.queries.sharing import bodies_of, has_figures


def saved_maps(viewer: Viewer) -> QuerySet[SavedMap]:
    """In the order of their titles."""
    if not has_figures(viewer):
        return SavedMap.objects.none()
    shared = Q(shared=SavedMap.Shared.EVERYBODY) | Q(
        shared=SavedMap.Shared.ORGANISATION, organisation__in=bodies_of(viewer)
    )
    rows = SavedMap.objects.filter(Q(owner=viewer.user_id) | shared)
    return rows.select_related("owner", "organisation").order_by("title", "pk")
