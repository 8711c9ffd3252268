"""Takes a table of request types: first what would change, then all of it or nothing."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.rules.viewer import Viewer
from cases.actions.request_types import may_edit_types, store_content
from cases.exchange.type_sheets import Fault, read_sheet
from cases.models import RequestType, RequestTypeGroup
from cases.queries.type_list import content_of
from cases.rules.request_type import BLANK, check_content, differences
from core.api.problems import InvalidInput


class OtherContent(Exception):
    """What is to be applied is not what was looked at: the file or the types are others by now."""


@dataclass(frozen=True)
class Planned:
    """One row that would change something. `kind` is added, changed, retired or revived."""

    row: int
    code: str
    kind: str
    changed: dict[str, tuple[Any, Any]]
    content: dict[str, Any]


@dataclass
class Plan:
    """What a table would do. `sign` stands for the file and the types that it was held against."""

    rows: int = 0
    changes: list[Planned] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    sign: str = ""


def plan_import(data: bytes) -> Plan:
    """What the table would change, and every fault with row and column. A row holds the fields that
    its columns name; types without a row stay as they are. Raises InvalidInput("file")."""
    rows, faults = read_sheet(data)
    present = {
        row.code: content_of(row)
        for row in RequestType.objects.select_related("group", "successor").order_by("pk")
    }
    groups = set(RequestTypeGroup.objects.values_list("code", flat=True))
    codes = set(present) | {str(content.get("code", "")) for _number, content in rows}
    plan = Plan(rows=len(rows), faults=faults)
    faulty, seen = {number for number, *_rest in faults}, set()
    for number, content in rows:
        code = str(content.get("code", ""))
        before = present.get(code)
        if code in seen:
            plan.faults.append((number, "code", f"{code}: 2×"))
            continue
        seen.add(code)
        try:
            checked = check_content(
                {**(before or BLANK), **content}, groups=groups, codes=codes
            )  # fmt: skip
        except InvalidInput as error:
            plan.faults += [(number, name, r) for name, rs in error.errors.items() for r in rs]
            continue
        if number not in faulty and (change := differences(before or BLANK, checked)):
            kind = "added" if before is None else _kind(before, checked)
            plan.changes.append(Planned(number, code, kind, change, checked))
    active = {code: content["active"] for code, content in present.items()}
    active |= {change.code: change.content["active"] for change in plan.changes}
    plan.faults += [
        (change.row, "successor", _("“%s” is itself not in use.") % name)
        for change in plan.changes
        if (name := change.content["successor"]) and not active.get(name, True)
    ]
    plan.faults.sort()
    versions = RequestType.objects.order_by("pk").values_list("code", "version")
    plan.sign = hashlib.sha256(data + repr(list(versions)).encode()).hexdigest()
    return plan


def _kind(before: dict[str, Any], after: dict[str, Any]) -> str:
    if before["active"] == after["active"]:
        return "changed"
    return "revived" if after["active"] else "retired"


@transaction.atomic
def apply_import(data: bytes, *, sign: str, viewer: Viewer, now: datetime) -> Plan:
    """Does what `plan_import` told under this sign, all or nothing. Applied again, it does nothing.

    Raises PermissionDenied, OtherContent, and InvalidInput where the table has faults.
    """
    if not may_edit_types(viewer):
        raise PermissionDenied
    held = RequestType.objects.select_for_update(of=("self",)).select_related("group", "successor")
    rows = {row.code: row for row in held.order_by("pk")}
    plan = plan_import(data)
    if plan.sign != sign:
        raise OtherContent
    if plan.faults:
        raise InvalidInput({"file": [f"{n}, {column}: {why}" for n, column, why in plan.faults]})
    # New ones first, without successors, which may stand further below.
    for change in [c for c in plan.changes if c.kind == "added"]:
        first = {**change.content, "successor": ""}
        rows[change.code] = store_content(None, first, by=viewer.user_id, now=now)
    for change in plan.changes:
        store_content(rows[change.code], change.content, by=viewer.user_id, now=now)
    return plan
