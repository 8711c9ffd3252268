"""Parents and children, duplicates and their originals: one level each, and never at odds."""

import secrets
from collections.abc import Callable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.actions.recording import changing
from cases.models import Case, CaseReporter
from cases.rules.lifecycle import (
    CHILDREN_OPEN,
    CREW_AT_WORK,
    ENDED,
    HAS_CHILDREN,
    HAS_DUPLICATES,
    MOVES,
    OPEN,
    PARENT_ENDED,
)
from cases.rules.work import OrderState
from core.api.problems import InvalidInput


def lock_family(pk: int, *others: Case | None) -> Case:
    """The case with its row, its parent's and those of `others` locked, in one order for all."""
    parent = Case.objects.filter(pk=pk).values("parent")
    wanted = Q(pk=pk) | Q(pk__in=parent) | Q(pk__in=[o.pk for o in others if o is not None])
    rows = Case.objects.select_for_update(of=("self",)).filter(wanted).order_by("pk")
    return next(row for row in list(rows) if row.pk == pk)


def obstacles(case: Case, move: str) -> set[str]:
    """What stands against a move, of what the table guards it with. Asks only for that."""
    step = MOVES.moves.get(move)
    guards = step.guards if step else frozenset()
    tests: dict[str, Callable[[], bool]] = {
        CHILDREN_OPEN: lambda: case.children.filter(state__in=OPEN).exists(),
        HAS_CHILDREN: lambda: case.children.exists(),
        HAS_DUPLICATES: lambda: case.duplicates.exists(),
        CREW_AT_WORK: lambda: case.work_orders.filter(state=OrderState.UNDER_WAY).exists(),
        PARENT_ENDED: lambda: case.parent is not None and case.parent.state in ENDED,
    }
    return {guard for guard in guards if tests[guard]()}


def become_child(case: Case, parent_number: str) -> None:
    """Puts a case that is just being made under a parent, which is locked until the end. Raises
    InvalidInput for a parent that is not open, or is a child or a duplicate itself."""
    parent = Case.objects.select_for_update(of=("self",)).filter(number=parent_number).first()
    if parent is None or parent.state not in OPEN:
        raise InvalidInput({"parent": [_("There is no such open request.")]})
    if parent.parent_id is not None or parent.duplicate_of_id is not None:
        raise InvalidInput({"parent": [_("A part cannot have parts of its own.")]})
    case.parent = parent


def children_ended(parent_id: int | None, *, actor: int | None, now: datetime) -> None:
    """When the last child of a case has ended, somebody is asked to end it too."""
    if parent_id is None:
        return
    parent = Case.objects.select_for_update(of=("self",)).get(pk=parent_id)
    states = set(parent.children.values_list("state", flat=True))
    if parent.state in OPEN and states and not states & OPEN:
        with changing(parent, "children_ended", actor=actor, now=now):
            parent.needs_review = True


def take_reporters(duplicate: Case, original: Case) -> None:
    """Those who reported the duplicate are told of the original from now on."""
    known = CaseReporter.objects.filter(case=original).values("reporter")
    CaseReporter.objects.bulk_create(
        CaseReporter(
            case=original,
            reporter_id=link.reporter_id,
            merged_from=duplicate,
            follows=link.follows,
            token=secrets.token_urlsafe(16) if link.follows else None,
            confirmed_at=link.confirmed_at,
        )
        for link in CaseReporter.objects.filter(case=duplicate).exclude(reporter__in=known)
    )


def give_back_reporters(case: Case) -> None:
    """Those who were taken over from it hear from it alone again."""
    CaseReporter.objects.filter(merged_from=case).delete()
