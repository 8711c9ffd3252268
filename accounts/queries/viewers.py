"""From a signed-in user to a viewer."""

from typing import Any

from accounts.models import Department, Membership
from accounts.rules.roles import ROLE_PERMISSIONS, Permission
from accounts.rules.viewer import ANONYMOUS, Viewer


def viewer_of(user: Any) -> Viewer:
    """What this user (or Django's anonymous one) may see and do. Two queries at most."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return ANONYMOUS
    if user.is_superuser:
        return Viewer(user_id=user.pk, permissions=frozenset(Permission))
    organisations: set[int] = set()
    departments: set[int] = set()
    permissions: set[Permission] = set()
    for membership in Membership.objects.filter(user=user, organisation__active=True):
        granted = ROLE_PERMISSIONS[membership.role]
        permissions |= granted
        if Permission.SEE_CASES not in granted:
            # A role that sees no cases opens no body, even beside another role that does.
            continue
        if membership.department_id is None:
            organisations.add(membership.organisation_id)
        else:
            departments.add(membership.department_id)
    return Viewer(
        user_id=user.pk,
        permissions=frozenset(permissions),
        organisations=frozenset(organisations),
        departments=frozenset(_with_children(departments)),
    )


def _with_children(departments: set[int]) -> set[int]:
    if not departments:
        return departments
    children: dict[int | None, list[int]] = {}
    for pk, parent in Department.objects.values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    reached, queue = set(departments), list(departments)
    while queue:
        new = [c for c in children.get(queue.pop(), []) if c not in reached]
        reached.update(new)
        queue.extend(new)
    return reached
