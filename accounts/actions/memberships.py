"""Who does what in a body: granted, changed and revoked, each time with a line in the log."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import MultiPolygon
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Department, Membership, MembershipEvent, User
from accounts.rules.roles import BEYOND_ORGANISATION, Permission
from accounts.rules.viewer import Viewer
from core.api.problems import InvalidInput

_LIMITED = (Membership.Role.NEIGHBOURHOOD_HEAD,)  # roles that mean nothing without an area


@dataclass(frozen=True)
class Terms:
    """What a membership says apart from whom and where: row ids, and a drawn area in EPSG:4326."""

    role: str
    department: int | None = None
    districts: tuple[int, ...] = ()
    neighbourhoods: tuple[int, ...] = ()
    area: MultiPolygon | None = None
    type_groups: tuple[int, ...] = ()
    types: tuple[int, ...] = ()
    sensitive: bool = False


def may_manage(viewer: Viewer, organisation: int) -> bool:
    """Whether this viewer says who does what in an organisation (its id)."""
    if _administers(viewer):
        return True
    return any(
        Permission.MANAGE_MEMBERS in g.permissions and g.organisation == organisation
        for g in viewer.grants
    )


def organisations_managed(viewer: Viewer) -> set[int] | None:
    """Ids of the organisations whose memberships this viewer manages; None: every one."""
    if _administers(viewer):
        return None
    return {
        g.organisation
        for g in viewer.grants
        if Permission.MANAGE_MEMBERS in g.permissions and g.organisation is not None
    }


@transaction.atomic
def grant(
    *, user: User, organisation: int, terms: Terms, viewer: Viewer, now: datetime
) -> Membership:
    """A new membership. Raises PermissionDenied, and InvalidInput with the fields that are wrong."""
    _check(viewer, organisation, user.pk, terms.role)
    _check_terms(organisation, terms)
    row = Membership(user=user, organisation_id=organisation, **_columns(terms))
    _save(row)
    _note(MembershipEvent.Kind.GRANTED, row, viewer, now, before={})
    return row


@transaction.atomic
def change(*, membership: int, terms: Terms, viewer: Viewer, now: datetime) -> Membership:
    """Other terms for a membership (its id). Raises DoesNotExist, and as `grant`."""
    row = Membership.objects.select_for_update(of=("self",)).get(pk=membership)
    _check(viewer, row.organisation_id, row.user_id, row.role)
    _check(viewer, row.organisation_id, row.user_id, terms.role)
    _check_terms(row.organisation_id, terms)
    before = facts_of(row)
    for name, value in _columns(terms).items():
        setattr(row, name, value)
    _save(row)
    if before != facts_of(row):
        _note(MembershipEvent.Kind.CHANGED, row, viewer, now, before=before)
    return row


@transaction.atomic
def revoke(*, membership: int, viewer: Viewer, now: datetime) -> None:
    """Ends a membership (its id) at once. Raises DoesNotExist and PermissionDenied."""
    row = Membership.objects.select_for_update(of=("self",)).get(pk=membership)
    _check(viewer, row.organisation_id, row.user_id, row.role)
    _note(MembershipEvent.Kind.REVOKED, row, viewer, now, before=facts_of(row), after={})
    row.delete()


def facts_of(row: Membership) -> dict[str, Any]:
    """A membership as the log holds it."""
    terms = Terms(
        role=row.role,
        department=row.department_id,
        districts=tuple(row.districts),
        neighbourhoods=tuple(row.neighbourhoods),
        type_groups=tuple(row.type_groups),
        types=tuple(row.types),
        sensitive=row.sensitive,
    )
    facts = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(terms).items()}
    return facts | {"area": row.area.ewkt if row.area else None}


def _administers(viewer: Viewer) -> bool:
    return viewer.may(Permission.ADMINISTER)


def _check(viewer: Viewer, organisation: int, user: int, role: str) -> None:
    """Nobody grants beyond their own reach, and nobody says what they themselves may do."""
    if not may_manage(viewer, organisation):
        raise PermissionDenied
    if role in BEYOND_ORGANISATION and not _administers(viewer):
        raise PermissionDenied
    if viewer.grants and viewer.user_id == user:
        raise InvalidInput({"user": [_("Somebody else must say what you may do.")]})


def _check_terms(organisation: int, terms: Terms) -> None:
    wrong: dict[str, list[str]] = {}
    if terms.role not in Membership.Role.values:
        wrong["role"] = [_("There is no such role.")]
    own = Department.objects.filter(pk=terms.department or 0, organisation=organisation)
    if terms.department is not None and not own.exists():
        wrong["department"] = [_("This department is not of the organisation.")]
    if terms.role in _LIMITED and not (terms.neighbourhoods or terms.districts or terms.area):
        wrong["neighbourhoods"] = [_("This role needs an area.")]
    if wrong:
        raise InvalidInput(wrong)


def _columns(terms: Terms) -> dict[str, Any]:
    return {
        "role": terms.role,
        "department_id": terms.department,
        "districts": sorted(terms.districts),
        "neighbourhoods": sorted(terms.neighbourhoods),
        "area": terms.area,
        "type_groups": sorted(terms.type_groups),
        "types": sorted(terms.types),
        "sensitive": terms.sensitive,
    }


def _save(row: Membership) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        again = _("This person has this role there already.")
        raise InvalidInput({"role": [again]}) from None


def _note(
    kind: str,
    row: Membership,
    viewer: Viewer,
    now: datetime,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any] | None = None,
) -> None:
    MembershipEvent.objects.create(
        kind=kind, at=now, by_id=viewer.user_id, user_id=row.user_id,
        organisation_id=row.organisation_id, before=dict(before),
        after=facts_of(row) if after is None else dict(after),
    )  # fmt: skip
