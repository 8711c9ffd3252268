"""Moves a case along the table of moves."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.rules.viewer import Viewer
from cases.actions.routing import route_case
from cases.models import Case, CaseEvent, ResultCode
from cases.queries.visibility import visible_cases
from cases.rules.lifecycle import MOVES, State
from tiles.actions.versions import data_changed
from workflows.rules.transitions import MoveRefused


class ChangedMeanwhile(Exception):
    """Somebody else changed the case since it was read."""


def move_case(
    *,
    number: str,
    move: str,
    viewer: Viewer,
    version: int,
    now: datetime,
    note: str = "",
    result_code: str = "",
    parent: str = "",
) -> Case:
    """Makes one move. Raises PermissionDenied, ChangedMeanwhile or MoveRefused; then nothing happened."""
    with transaction.atomic():
        case = visible_cases(viewer).select_for_update(of=("self",)).filter(number=number).first()
        if case is None:
            raise PermissionDenied
        if case.version != version:
            raise ChangedMeanwhile(number)
        given = {
            k for k, v in (("note", note), ("result_code", result_code), ("parent", parent)) if v
        }
        held = viewer.permissions_at(case.organisation_id, case.department_id)
        step = MOVES.check(move, state=case.state, given=given, permissions=held)
        case.state, case.version, case.changed_at = State(step.target), case.version + 1, now
        if result_code:
            case.result_code = ResultCode.objects.get(code=result_code)
        if parent:
            # One level only: a duplicate of a duplicate would lead nowhere, or round in a circle.
            possible = visible_cases(viewer).exclude(pk=case.pk).filter(parent=None)
            case.parent = possible.get(number=parent)
        if case.state is State.RESOLVED:
            case.resolved_at = now
        if case.state in (State.CLOSED, State.CANCELLED, State.DUPLICATE):
            case.closed_at = now
        if case.state is State.REOPENED:
            # Open again: when and how it had ended stands in the events.
            case.resolved_at = case.closed_at = case.result_code = None
        case.save()
        CaseEvent.objects.create(
            case=case,
            kind=move,
            at=now,
            actor_id=viewer.user_id,
            state=case.state,
            note=note,
            data={"result_code": result_code} if result_code else {},
            public=move in ("accept", "start", "resolve", "close", "reopen"),
        )
        if move == "route" and not route_case(case=case, viewer=viewer, now=now):
            raise MoveRefused(move, ["no_rule_matched"])
        data_changed("cases")
    return case
