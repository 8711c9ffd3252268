"""Which saved maps somebody finds: their own, and those shared with them."""

from django.db.models import Q, QuerySet

from accounts.models import Department
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from spatial_analytics.models import SavedMap


def may_keep_maps(viewer: Viewer) -> bool:
    """Whoever has figures of a body keeps maps."""
    return viewer.user_id is not None and (
        viewer.may(Permission.SEE_ANALYTICS) or viewer.may(Permission.SEE_CASES)
    )


def saved_maps(viewer: Viewer) -> QuerySet[SavedMap]:
    """In the order of their titles."""
    if not may_keep_maps(viewer):
        return SavedMap.objects.none()
    shared = Q(shared=SavedMap.Shared.EVERYBODY) | Q(
        shared=SavedMap.Shared.ORGANISATION, organisation__in=organisations(viewer)
    )
    rows = SavedMap.objects.filter(Q(owner=viewer.user_id) | shared)
    return rows.select_related("owner", "organisation").order_by("title", "pk")


def organisations(viewer: Viewer) -> list[int]:
    """Bodies that a viewer belongs to, as a whole or by a department."""
    by_department = Department.objects.filter(pk__in=viewer.departments)
    return [*viewer.organisations, *by_department.values_list("organisation", flat=True)]
