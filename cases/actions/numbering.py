"""Tasks for those who number doors: filed with a case, and what the case learns when they end."""

from datetime import datetime

from django.db import transaction

from accounts.rules.viewer import ANONYMOUS, Viewer
from addresses.actions.change_requests import submit
from addresses.rules.outcomes import Outcome
from cases.actions.placing import move_to_door, settle
from cases.actions.recording import changing
from cases.actions.routing import route_case
from cases.models import Case
from cases.queries.place import Location


def file_task(*, case: Case, location: Location, now: datetime) -> None:
    """Asks for the address that was written and that the register lacks; nothing if it lacks none.

    The task holds the written place, the point and the case's number, and no person. In the
    caller's transaction; the case's number is its key, so that it is filed once.
    """
    if not location.lacking or case.sensitive:  # whoever numbers doors need not know of the latter
        return
    known = location.lon is not None and location.lat is not None
    submit(
        kind="MISSING_ADDRESS",
        source="CASE",
        text=location.lacking,
        entity="address" if location.missing_door else "",
        values=location.missing_door,
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
    kind = "no_such_address"
    if outcome.processed:
        kind = "address_found" if outcome.address_id is not None else "register_changed"
    with changing(case, kind, actor=outcome.actor_id, now=outcome.now) as event:
        moved = move_to_door(case, outcome.address_id) if outcome.address_id is not None else False
        routable = settle(case, moved)
        place = case.place_label if outcome.processed and case.address_id else ""
        event.note = "\n".join(w for w in (place, outcome.answer) if w)
    if moved and routable:
        viewer = Viewer(user_id=outcome.actor_id) if outcome.actor_id else ANONYMOUS
        route_case(case=case, viewer=viewer, now=outcome.now)
