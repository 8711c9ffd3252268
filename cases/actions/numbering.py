"""Tasks for those who number doors: filed with a case, and what the case learns when they end."""

from datetime import datetime

import h3
from django.contrib.gis.geos import Point
from django.db import transaction

from accounts.rules.viewer import ANONYMOUS, Viewer
from addresses.actions.change_requests import submit
from addresses.rules.outcomes import Outcome
from cases.actions.routing import route_case
from cases.models import Case, CaseEvent
from cases.queries.place import Location, at_door
from cases.rules.lifecycle import OPEN, State
from core.rules.text import key
from tiles.actions.versions import data_changed

# Before somebody has accepted a case, the rules may send it elsewhere; afterwards a person must.
_UNTOUCHED = (State.ROUTED, State.RETURNED, State.REOPENED)


def file_task(*, case: Case, location: Location, now: datetime) -> None:
    """Asks for the address that was written and that the register lacks; nothing if it lacks none.

    The task holds the written place, the point and the case's number, and no person. In the
    caller's transaction; the case's number is its key, so that it is filed once.
    """
    if not location.lacking:
        return
    known = location.lon is not None and location.lat is not None
    submit(
        kind="MISSING_ADDRESS",
        source="CASE",
        text=location.lacking,
        point=(location.lon, location.lat) if known else None,  # type: ignore[arg-type]
        reference=case.number,
        neighbourhood_id=location.neighbourhood,
        key=case.number,
        now=now,
    )


@transaction.atomic
def task_ended(outcome: Outcome) -> None:
    """Writes down how the task ended, and moves the case to the door that was found.

    Raises InvalidInput if that door is not in force: then the task does not end either.
    """
    case = Case.objects.select_for_update().filter(number=outcome.reference).first()
    if case is None:
        return
    moved = _move_to(case, outcome.address_id) if outcome.address_id is not None else False
    case.changed_at, case.version = outcome.now, case.version + 1
    kind, words = "no_such_address", outcome.answer
    if outcome.processed:
        kind = "address_found" if outcome.address_id is not None else "register_changed"
        words = "\n".join(w for w in (case.place_label if case.address_id else "", words) if w)
    routable = case.state in _UNTOUCHED or (case.state == State.NEW and not case.channel.to_triage)
    case.needs_review = case.needs_review or (moved and case.state in OPEN and not routable)
    case.save()
    CaseEvent.objects.create(
        case=case,
        kind=kind,
        at=outcome.now,
        actor_id=outcome.actor_id,
        state=case.state,
        note=words,
        data={"address": outcome.address_id} if outcome.address_id is not None else {},
    )
    if moved and routable:
        viewer = Viewer(user_id=outcome.actor_id) if outcome.actor_id else ANONYMOUS
        route_case(case=case, viewer=viewer, now=outcome.now)
    data_changed("cases")


def _move_to(case: Case, address_id: int) -> bool:
    """Sets the place; whether another area is responsible now."""
    before = (case.district_id, case.neighbourhood_id)
    place = at_door(address_id, text=case.place_text)
    assert place.lon is not None and place.lat is not None
    for name, value in place.as_case_fields().items():
        setattr(case, name, value)
    case.geom = Point(place.lon, place.lat, srid=4326)
    case.h3_10 = h3.str_to_int(h3.latlng_to_cell(place.lat, place.lon, 10))
    case.text_key = key(f"{case.number} {case.description} {case.place_label}")[:5000]
    return before != (case.district_id, case.neighbourhood_id)
