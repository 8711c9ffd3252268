"""Puts a case at the right door, and teaches the geocoder what its words meant."""

from datetime import datetime

import h3
from django.contrib.gis.geos import Point
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from addresses.actions.aliases import teach
from addresses.queries.geocoding import geocode
from cases.actions.move import ChangedMeanwhile
from cases.actions.recording import changing
from cases.actions.routing import route_case
from cases.models import Case
from cases.queries.place import at_door
from cases.queries.visibility import permissions_on, visible_cases
from cases.rules.lifecycle import OPEN, State
from core.api.problems import InvalidInput
from core.rules.text import key

# Before somebody has accepted a case, the rules may send it elsewhere; afterwards a person must.
_UNTOUCHED = (State.ROUTED, State.RETURNED, State.REOPENED)
_MAY = {Permission.OPEN_CASE, Permission.WORK_CASE}


def may_correct(case: Case, viewer: Viewer) -> bool:
    """Whether this person, who sees the case, may say where it is."""
    return bool(_MAY & permissions_on(case, viewer))


@transaction.atomic
def correct_place(
    *, number: str, written: str, viewer: Viewer, version: int, now: datetime
) -> Case:
    """Moves the case to the door that `written` names beyond doubt. The words of its reporter mean
    that door from now on; if another area is responsible, the case is routed anew, or flagged once
    somebody has accepted it.

    Raises PermissionDenied, ChangedMeanwhile, and InvalidInput where no door is named.
    """
    case = visible_cases(viewer).select_for_update(of=("self",)).filter(number=number).first()
    if case is None or not may_correct(case, viewer):
        raise PermissionDenied
    if case.version != version:
        raise ChangedMeanwhile(number)
    answer = geocode(written)
    sure = answer.category in ("A", "B") and not answer.ambiguous
    if not sure or answer.best is None or answer.best.address_id is None:
        raise InvalidInput({"place": [_("Choose one door: street and number as suggested.")]})
    door = answer.best.address_id
    if case.place_text:
        teach(case.place_text, address_id=door, viewer=viewer, reference=number, now=now)
    with changing(case, "place_corrected", actor=viewer.user_id, now=now) as event:
        before, moved = case.place_label, move_to_door(case, door)
        routable = settle(case, moved)
        event.note = f"{before or '–'} → {case.place_label}"
    if moved and routable:
        route_case(case=case, viewer=viewer, now=now)
    return case


def settle(case: Case, moved: bool) -> bool:
    """Whether the rules may still send the case elsewhere. If not, and another area is responsible
    now, a person must look."""
    routable = case.state in _UNTOUCHED or (case.state == State.NEW and not case.channel.to_triage)
    case.needs_review = case.needs_review or (moved and case.state in OPEN and not routable)
    return routable


def move_to_door(case: Case, address_id: int) -> bool:
    """Sets the place; whether another area is responsible now. Raises InvalidInput for a door that is
    not in force."""
    before = (case.district_id, case.neighbourhood_id)
    place = at_door(address_id, text=case.place_text)
    assert place.lon is not None and place.lat is not None
    for name, value in place.as_case_fields().items():
        setattr(case, name, value)
    case.geom = Point(place.lon, place.lat, srid=4326)
    case.h3_10 = h3.str_to_int(h3.latlng_to_cell(place.lat, place.lon, 10))
    case.text_key = key(f"{case.number} {case.description} {case.place_label}")[:5000]
    return before != (case.district_id, case.neighbourhood_id)
