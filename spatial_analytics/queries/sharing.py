"""With whom what people keep is shared: saved maps and dashboards alike."""

from django.db.models import QuerySet

from accounts.models import Membership, Organisation
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer


def has_figures(viewer: Viewer) -> bool:
    """Who sees figures of a body, or of all; they keep maps and see dashboards."""
    return viewer.user_id is not None and (
        viewer.may(Permission.SEE_ANALYTICS) or viewer.may(Permission.SEE_CASES)
    )


def bodies_of(viewer: Viewer) -> QuerySet[Organisation]:
    """The bodies in which somebody has a role, by name."""
    own = Membership.objects.filter(user=viewer.user_id, organisation__active=True)
    return Organisation.objects.filter(pk__in=own.values("organisation")).order_by("name")
