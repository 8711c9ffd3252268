"""From a signed-in user to a viewer."""

import hashlib
from typing import Any

from accounts.models import Department, Membership
from accounts.rules.clients import ClientPrincipal
from accounts.rules.roles import ROLE_PERMISSIONS, Permission
from accounts.rules.viewer import ANONYMOUS, Grant, Reach, Viewer


def viewer_of(user: Any) -> Viewer:
    """What this user (or Django's anonymous one, or a client) may see and do; a query or two."""
    if isinstance(user, ClientPrincipal):
        return user.viewer
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return ANONYMOUS
    if user.is_superuser:
        return Viewer(user_id=user.pk, permissions=frozenset(Permission))
    grants = tuple(
        Grant(
            permissions=ROLE_PERMISSIONS[m.role],
            organisation=m.organisation_id if m.department_id is None else None,
            departments=frozenset(_with_children({m.department_id} if m.department_id else set())),
            reach=_reach(m),
            role=m.role,
            held_in=m.organisation_id,
        )
        for m in Membership.objects.filter(user=user, organisation__active=True)
    )
    # A role that sees no cases opens no body, even beside another role that does.
    seeing = [g for g in grants if Permission.SEE_CASES in g.permissions]
    return Viewer(
        user_id=user.pk,
        permissions=frozenset().union(*(g.permissions for g in grants)),
        organisations=frozenset(g.organisation for g in seeing if g.organisation is not None),
        departments=frozenset().union(*(g.departments for g in seeing)),
        grants=grants,
    )


def _reach(row: Membership) -> Reach:
    drawing = drawing_of(row.area)
    return Reach(
        districts=frozenset(row.districts),
        neighbourhoods=frozenset(row.neighbourhoods),
        drawn=row.pk if row.area else None,
        drawing=drawing,
        groups=frozenset(row.type_groups),
        types=frozenset(row.types),
        sensitive=row.sensitive,
    )


def drawing_of(area: Any) -> str:
    """A name that changes with a drawn outline; "" without one."""
    return hashlib.sha256(bytes(area.wkb)).hexdigest()[:12] if area else ""


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
