"""One act on many cases: each by itself, with its own rights, version and transaction."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.queries.viewers import viewer_of
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from cases.actions.looking import looked_at
from cases.actions.move import ChangedMeanwhile, move_case
from cases.actions.retyping import retype
from cases.actions.work import give_to
from cases.conf import CONF
from cases.models import BulkAct, BulkRow
from cases.queries.visibility import visible_cases
from core.actions.jobs import enqueue
from core.api.problems import InvalidInput
from workflows.rules.transitions import MoveRefused

JOB = "cases.bulk"
_MOVES = ("accept", "return", "route", "assign", "refer", "cancel", "mark_duplicate")
ACTS = (*_MOVES, "give", "retype", "looked_at")
#: What an act needs beside the cases; `give` takes one of its two.
NEEDS = {
    "return": ("note",),
    "assign": ("department",),
    "refer": ("department", "note"),
    "cancel": ("note",),
    "mark_duplicate": ("original",),
    "retype": ("request_type",),
}


def start_bulk(
    *,
    key: uuid.UUID,
    act: str,
    given: Mapping[str, Any],
    chosen: Sequence[tuple[str, int]],
    viewer: Viewer,
    now: datetime,
) -> BulkAct:
    """Does an act to the chosen cases (number and version), or leaves it to a job where they are many.

    `given` may have note, department, crew, assignee (row ids), request_type (code) and original (a
    number). Cases that the viewer does not see are left out. The same key again is the same act,
    whatever else is sent. Raises InvalidInput, and PermissionDenied for a key of somebody else.
    """
    if viewer.user_id is None or not viewer.may(Permission.SEE_CASES):
        raise PermissionDenied
    if known := BulkAct.objects.filter(key=key).first():
        if known.by_id != viewer.user_id:
            raise PermissionDenied
        return known
    _check(act, given, chosen)
    versions = dict(chosen)
    with transaction.atomic():
        made, new = BulkAct.objects.get_or_create(
            key=key, defaults={"by_id": viewer.user_id, "act": act, "given": dict(given), "at": now}
        )
        if not new:
            return made
        seen = dict(visible_cases(viewer).filter(number__in=versions).values_list("number", "pk"))
        BulkRow.objects.bulk_create(
            BulkRow(act=made, case_id=seen[n], version=v) for n, v in versions.items() if n in seen
        )
        if len(seen) > CONF.bulk_at_once:
            made.job = enqueue(name=JOB, payload={"act": made.pk}, key=f"bulk:{key}")
            made.save(update_fields=["job"])
    if made.job_id is None:
        run_bulk(made.pk, now=now, progress=lambda done, message="": None)
    return made


def _check(act: str, given: Mapping[str, Any], chosen: Sequence[tuple[str, int]]) -> None:
    faults: dict[str, list[str]] = {}
    if act not in ACTS:
        faults["act"] = [_("Choose what is to be done.")]
    if not chosen:
        faults["rows"] = [_("Choose at least one request.")]
    if len(chosen) > CONF.bulk_most:
        faults["rows"] = [_("At most %(n)d requests at once.") % {"n": CONF.bulk_most}]
    words = {
        "note": _("a note is needed"),
        "department": _("a department must be chosen"),
        "original": _("the number of the original is needed"),
        "request_type": _("a type must be chosen"),
    }
    for name in NEEDS.get(act, ()):
        if not given.get(name):
            faults[name] = [words[name]]
    if act == "give" and not (given.get("crew") or given.get("assignee")):
        faults["crew"] = [_("a crew or a person must be chosen")]
    if faults:
        raise InvalidInput(faults)


def run_bulk(act: int, *, now: datetime, progress: Callable[..., None]) -> dict[str, int]:
    """Does what is left of an act; run again after a break, no row is done twice."""
    row = BulkAct.objects.select_related("by").get(pk=act)
    viewer = viewer_of(row.by)
    waiting = list(row.rows.filter(done=None).order_by("pk").values_list("pk", flat=True))
    for i, pk in enumerate(waiting, 1):
        with transaction.atomic():
            one = (
                BulkRow.objects.select_for_update(of=("self",)).select_related("case")
                .filter(pk=pk, done=None).first()
            )  # fmt: skip
            if one is not None:
                one.reasons = _try(row, one, viewer, now)
                one.done = not one.reasons
                one.save(update_fields=["done", "reasons"])
        progress(i / len(waiting), f"{i} / {len(waiting)}")
    BulkAct.objects.filter(pk=act).update(ended_at=now)
    done = row.rows.filter(done=True).count()
    return {"done": done, "refused": row.rows.filter(done=False).count()}


def _try(row: BulkAct, one: BulkRow, viewer: Viewer, now: datetime) -> list[str]:
    """Does the act to one case; why not, by name."""
    try:
        with transaction.atomic():
            _do(row, one, viewer, now)
    except MoveRefused as refused:
        return list(refused.reasons)
    except ChangedMeanwhile:
        return ["changed_meanwhile"]
    except PermissionDenied:
        return ["not_permitted"]
    except (ObjectDoesNotExist, InvalidInput):
        return ["unknown_choice"]
    return []


def _do(row: BulkAct, one: BulkRow, viewer: Viewer, now: datetime) -> None:
    given = row.given
    common: dict[str, Any] = {
        "number": one.case.number, "viewer": viewer, "version": one.version, "now": now,
    }  # fmt: skip
    if row.act == "give":
        give_to(crew=given.get("crew"), assignee=given.get("assignee"), **common)
    elif row.act == "retype":
        retype(request_type=given.get("request_type", ""), **common)
    elif row.act == "looked_at":
        looked_at(note=given.get("note", ""), **common)
    else:
        if row.act == "mark_duplicate" and given["original"] == one.case.number:
            raise MoveRefused(row.act, ["is_original"])
        wanted = {k: given[k] for k in ("note", "department", "original") if given.get(k)}
        move_case(move=row.act, **common, **wanted)
