"""Says what a case is and how urgent. The rules are asked again: another type may be another body's."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from cases.actions.move import ChangedMeanwhile
from cases.actions.placing import settle
from cases.actions.recording import changing
from cases.actions.routing import route_case
from cases.models import Case
from cases.queries.catalogue import request_types
from cases.queries.visibility import permissions_on, visible_cases
from cases.rules.lifecycle import OPEN
from cases.rules.questions import URGENCIES
from cases.rules.urgency import PERSON
from core.api.problems import InvalidInput


def may_retype(case: Case, viewer: Viewer) -> bool:
    """Whether this person, who sees the case, may say what it is."""
    return case.state in OPEN and Permission.TRIAGE_CASE in permissions_on(case, viewer)


@transaction.atomic
def retype(*, number: str, request_type: str, viewer: Viewer, version: int, now: datetime) -> Case:
    """Gives an open case another type (its code). It is routed anew, or flagged once somebody has
    accepted it; its clocks go by the new type.

    Raises PermissionDenied, ChangedMeanwhile, and InvalidInput where there is no such type.
    """
    case = _locked(number, viewer, version)
    kind = request_types().get(request_type)
    if kind is None:
        raise InvalidInput({"request_type": [_("There is no such request type.")]})
    other = case.request_type_id != kind.pk
    with changing(case, "retyped", actor=viewer.user_id, now=now) as event:
        event.note = f"{case.request_type.name if case.request_type else '–'} → {kind.name}"
        case.request_type, case.type_source = kind, "CHOSEN"
        case.public = kind.may_be_public
        routable = settle(case, other)
    if other and routable:
        route_case(case=case, viewer=viewer, now=now)
    return case


@transaction.atomic
def correct_urgency(
    *, number: str, urgency: str, viewer: Viewer, version: int, now: datetime
) -> Case:
    """Says how urgent an open case is; what people say is what a model learns from.

    Raises PermissionDenied, ChangedMeanwhile, and InvalidInput where there is no such urgency.
    """
    case = _locked(number, viewer, version)
    if urgency not in URGENCIES:
        raise InvalidInput({"urgency": [_("There is no such urgency.")]})
    with changing(case, "urgency_corrected", actor=viewer.user_id, now=now) as event:
        event.note = f"{case.urgency} → {urgency}"
        event.data = {"was": {"urgency": case.urgency, "source": case.urgency_source,
                              "words": case.urgency_words}}  # fmt: skip
        case.urgency, case.urgency_source, case.urgency_words = urgency, PERSON, []
    return case


def _locked(number: str, viewer: Viewer, version: int) -> Case:
    """The case that this person corrects. Who was slower is told that before the right is asked for: what
    somebody else did meanwhile may have ended it. Raises PermissionDenied, ChangedMeanwhile."""
    rows = visible_cases(viewer).select_for_update(of=("self",))
    case = rows.select_related("request_type__group", "channel").filter(number=number).first()
    if case is None:
        raise PermissionDenied
    if case.version != version:
        raise ChangedMeanwhile(number)
    if not may_retype(case, viewer):
        raise PermissionDenied
    return case
