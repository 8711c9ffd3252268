"""Types of request are data of administrators: every change is a version with its author."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from cases.models import RequestType, RequestTypeGroup, TypeVersion
from cases.queries.type_list import content_of
from cases.rules.request_type import check_content
from core.api.problems import InvalidInput
from tiles.actions.versions import data_changed

#: What `save_type` leaves alone: `retire_type` and `revive_type` are for that.
_LIFE = ("active", "successor")


class TypeChangedMeanwhile(Exception):
    """Somebody else has stored the type since it was read."""


def may_edit_types(viewer: Viewer) -> bool:
    return viewer.may(Permission.ADMINISTER)


@transaction.atomic
def save_type(
    *, code: str | None, content: Mapping[str, Any], viewer: Viewer, version: int, now: datetime
) -> RequestType:
    """Changes the type `code`, or makes a new one (None); a code stays for ever. Nothing is stored
    where nothing differs.

    Raises PermissionDenied, InvalidInput by field, TypeChangedMeanwhile, RequestType.DoesNotExist.
    """
    row = _held(code, viewer, version) if code is not None else None
    if row is None:
        _allowed(viewer)
        if RequestType.objects.filter(code=content.get("code")).exists():
            raise InvalidInput({"code": [_("There is a type with this code already.")]})
        content = {**content, "active": True, "successor": ""}
    else:
        now_stands = content_of(row)
        content = {**content, "code": row.code, **{name: now_stands[name] for name in _LIFE}}
    return store_content(row, content, by=viewer.user_id, now=now)


@transaction.atomic
def retire_type(
    *, code: str, successor: str, viewer: Viewer, version: int, now: datetime
) -> RequestType:
    """Forms and suggestions no longer offer it; its cases keep it. A successor, if there is one, is
    named to whoever still asks for it. Raises as `save_type` does."""
    row = _held(code, viewer, version)
    if successor and not RequestType.objects.filter(code=successor, active=True).exists():
        raise InvalidInput(
            {"successor": [_("There is no other type with the code “%s”.") % successor]}
        )
    content = content_of(row) | {"active": False, "successor": successor}
    return store_content(row, content, by=viewer.user_id, now=now)


@transaction.atomic
def revive_type(*, code: str, viewer: Viewer, version: int, now: datetime) -> RequestType:
    """Offers a retired type again."""
    row = _held(code, viewer, version)
    content = content_of(row) | {"active": True, "successor": ""}
    return store_content(row, content, by=viewer.user_id, now=now)


def _allowed(viewer: Viewer) -> None:
    if not may_edit_types(viewer):
        raise PermissionDenied


def _held(code: str, viewer: Viewer, version: int) -> RequestType:
    _allowed(viewer)
    row = RequestType.objects.select_for_update(of=("self",)).select_related("group").get(code=code)
    if row.version != version:
        raise TypeChangedMeanwhile(code)
    return row


def store_content(
    row: RequestType | None, content: Mapping[str, Any], *, by: int | None, now: datetime
) -> RequestType:
    """Writes a checked content as the next version of a row that the caller holds, or as a new row.
    Raises InvalidInput by field."""
    groups = dict(RequestTypeGroup.objects.values_list("code", "pk"))
    types = dict(RequestType.objects.values_list("code", "pk"))
    checked = check_content(content, groups=groups, codes=types)
    if row is not None and content_of(row) == checked:
        return row
    if row is None:
        row = RequestType(version=0)
    else:
        version_of(row)  # what stood before stays readable
    fields = {k: v for k, v in checked.items() if k not in ("group", "successor")}
    for name, value in fields.items():
        setattr(row, name, value)
    row.group_id = groups[checked["group"]]
    row.successor_id = types.get(checked["successor"])
    row.version += 1
    row.save()
    TypeVersion.objects.create(
        request_type=row, number=row.version, at=now, by_id=by, content=checked
    )
    data_changed("catalogue")
    return row


def version_of(row: RequestType) -> TypeVersion:
    """The version in which the type stands now; made where nobody has changed it yet."""
    found, _made = TypeVersion.objects.get_or_create(
        request_type_id=row.pk, number=row.version, defaults={"content": content_of(row)}
    )
    return found
