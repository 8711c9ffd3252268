"""Lists that people keep for themselves, or share with a department whose work they plan."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from cases.models import SavedFilter
from cases.queries.work import departments_planned
from cases.rules.listing import ListFilter
from core.api.problems import InvalidInput

_MOST = 50


@transaction.atomic
def save_filter(
    *,
    name: str,
    wanted: ListFilter,
    viewer: Viewer,
    department: int | None = None,
    default: bool = False,
) -> SavedFilter:
    """Keeps a list under a name; the same name again replaces it. `department` (a row id) shares it.

    Raises PermissionDenied for a department whose work the viewer does not plan, and InvalidInput.
    """
    if viewer.user_id is None or not viewer.may(Permission.SEE_CASES):
        raise PermissionDenied
    if not name:
        raise InvalidInput({"name": [_("Give it a name.")]})
    if department and not departments_planned(viewer).filter(pk=department).exists():
        raise PermissionDenied
    own = SavedFilter.objects.select_for_update().filter(owner=viewer.user_id)
    if len(own) >= _MOST and not own.filter(name=name).exists():
        raise InvalidInput({"name": [_("At most %(n)d saved filters.") % {"n": _MOST}]})
    if default:
        own.update(default=False)
    values = {"query": wanted.encoded(), "department_id": department, "default": default}
    return SavedFilter.objects.update_or_create(
        owner_id=viewer.user_id, name=name[:80], defaults=values
    )[0]


def forget_filter(*, saved: int, viewer: Viewer) -> None:
    """Removes one of one's own. Raises DoesNotExist."""
    SavedFilter.objects.get(pk=saved, owner=viewer.user_id).delete()
