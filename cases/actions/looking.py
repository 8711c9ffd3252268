"""Says that a person has looked at a case that asked for one."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from cases.actions.move import ChangedMeanwhile
from cases.actions.recording import changing
from cases.actions.relations import lock_family
from cases.models import Case
from cases.queries.visibility import permissions_on, visible_cases
from workflows.rules.transitions import MoveRefused

_MAY = {Permission.TRIAGE_CASE, Permission.WORK_CASE}


def may_look(case: Case, viewer: Viewer) -> bool:
    """Whether this person, who sees the case, may say that it was looked at."""
    return case.needs_review and bool(_MAY & permissions_on(case, viewer))


@transaction.atomic
def looked_at(*, number: str, viewer: Viewer, version: int, now: datetime, note: str = "") -> Case:
    """Takes the mark "a person must look" away. Raises PermissionDenied, ChangedMeanwhile, and
    MoveRefused where nobody has to look."""
    seen = visible_cases(viewer).filter(number=number).only("pk").first()
    if seen is None:
        raise PermissionDenied
    case = lock_family(seen.pk)
    if not _MAY & permissions_on(case, viewer):
        raise PermissionDenied
    if case.version != version:
        raise ChangedMeanwhile(number)
    if not case.needs_review:
        raise MoveRefused("looked_at", ["nothing_to_look_at"])
    with changing(case, "looked_at", actor=viewer.user_id, now=now, note=note):
        case.needs_review = False
    return case
