"""Work orders: planned by coordinators, worked by crews. Every deed moves the case along its table."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Crew, User
from accounts.queries.viewers import viewer_of
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from cases.actions.keeping import keep_photos
from cases.actions.move import ChangedMeanwhile, Given, make_move
from cases.actions.recording import changing, places
from cases.actions.relations import lock_family, obstacles
from cases.conf import CONF
from cases.models import Case, Material, Photo, ResultCode, WorkOrder, WorkReport
from cases.photos import CleanPhoto
from cases.queries.visibility import permissions_on, visible_cases
from cases.queries.work import visible_orders
from cases.rules.lifecycle import MOVES, State
from cases.rules.work import OPEN_ORDERS, ORDER_MOVES, OrderState, Used, when
from core.api.problems import InvalidInput
from tiles.actions.versions import data_changed
from workflows.rules.transitions import MoveRefused


class OrderChanged(ChangedMeanwhile):
    """Somebody changed the order since it was read. `order` is what it is now."""

    def __init__(self, order: WorkOrder) -> None:
        super().__init__(str(order.pk))
        self.order = order


@dataclass(frozen=True)
class Deed:
    """What a crew did: `name` is start, done or not_done; `at` the time on the phone.

    With a result code, done resolves the case; without one, the coordinator is asked to look.
    `hand_out`: what could not be done waits for an outside party.
    """

    name: str
    client_id: uuid.UUID
    version: int
    at: datetime | None = None
    note: str = ""
    result_code: str = ""
    hand_out: bool = False
    minutes: int | None = None
    materials: Sequence[Used] = ()
    before: Sequence[CleanPhoto] = ()
    after: Sequence[CleanPhoto] = ()
    names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        given = ("note", "result_code")
        object.__setattr__(self, "names", frozenset(n for n in given if getattr(self, n)))


def _held(case: Case, viewer: Viewer) -> frozenset[Permission]:
    return permissions_on(case, viewer)


def _crew(case: Case, crew: int, move: str) -> Crew:
    found = Crew.objects.filter(pk=crew, active=True, department=case.department_id).first()
    if found is None:
        raise MoveRefused(move, ["other_crew"])
    return found


def _in_reach(day: date, now: datetime, move: str) -> None:
    today = timezone.localdate(now)
    if day < today:
        raise MoveRefused(move, ["day_passed"])
    if day > today + timedelta(days=CONF.plan_days_max):
        raise MoveRefused(move, ["day_far"])


def _last(crew: Crew, day: date) -> int:
    rows = WorkOrder.objects.filter(crew=crew, planned_day=day)
    return (rows.aggregate(n=Max("position"))["n"] or 0) + 1


@transaction.atomic
def plan_work(
    *,
    number: str,
    crew: int,
    day: date,
    viewer: Viewer,
    version: int,
    now: datetime,
    task: str = "",
) -> WorkOrder:
    """Plans a case for a crew of its department; what was not accepted yet is accepted by it.

    Raises PermissionDenied, ChangedMeanwhile and MoveRefused; then nothing happened.
    """
    seen = visible_cases(viewer).filter(number=number).only("pk").first()
    if seen is None:
        raise PermissionDenied
    case = lock_family(seen.pk)
    held: set[str] = set(_held(case, viewer))
    if Permission.PLAN_WORK not in held:
        raise PermissionDenied
    if case.version != version:
        raise ChangedMeanwhile(number)
    _in_reach(day, now, "plan")
    team = _crew(case, crew, "plan")
    if case.work_orders.filter(state__in=OPEN_ORDERS).exists():
        raise MoveRefused("plan", ["planned_already"])
    if case.state in MOVES.moves["accept"].sources:
        make_move(case, "accept", Given(), held, viewer, now)
    data = {"crew": team.name, "day": day.isoformat()}
    make_move(case, "plan", Given(note=task, crew=team.pk), held, viewer, now, data=data)
    return WorkOrder.objects.create(
        case=case, crew=team, planned_day=day, position=_last(team, day), task=task,
        planned_by_id=viewer.user_id, created_at=now,
    )  # fmt: skip


def _locked(order: int, viewer: Viewer) -> WorkOrder:
    """The order with its case's family and its own row locked. Raises PermissionDenied."""
    seen = visible_orders(viewer).filter(pk=order).values_list("case_id", flat=True).first()
    if seen is None:
        raise PermissionDenied
    case = lock_family(seen)
    found = WorkOrder.objects.select_related("crew").select_for_update(of=("self",)).get(pk=order)
    found.case = case
    if not visible_orders(viewer).filter(pk=order).exists():
        raise PermissionDenied
    return found


def _planned(order: int, move: str, viewer: Viewer, version: int, **given: Any) -> WorkOrder:
    found = _locked(order, viewer)
    held = _held(found.case, viewer)
    if Permission.PLAN_WORK not in held:
        raise PermissionDenied
    if found.version != version:
        raise OrderChanged(found)
    names = {n for n, value in given.items() if value}
    ORDER_MOVES.check(move, state=found.state, given=names, permissions=held)
    return found


@transaction.atomic
def move_work(
    *, order: int, crew: int, day: date, viewer: Viewer, version: int, now: datetime
) -> WorkOrder:
    """To another crew of the department, or another day, at its end. Raises PermissionDenied,
    OrderChanged and MoveRefused."""
    found = _planned(order, "move", viewer, version)
    if (found.crew_id, found.planned_day) == (crew, day):
        return found
    _in_reach(day, now, "move")
    team = _crew(found.case, crew, "move")
    with changing(found.case, "work_moved", actor=viewer.user_id, now=now) as event:
        found.case.crew = team
        event.note = f"{found.crew.name}, {found.planned_day} → {team.name}, {day}"
        event.data = {"order": found.pk}
    found.position = _last(team, day)
    found.crew, found.planned_day, found.version = team, day, found.version + 1
    found.save()
    return found


@transaction.atomic
def cancel_work(*, order: int, note: str, viewer: Viewer, version: int, now: datetime) -> WorkOrder:
    """Takes an order off the plan: its case is among the accepted again. Raises as `move_work`."""
    found = _planned(order, "cancel", viewer, version, note=note)
    case = found.case
    held: set[str] = set(_held(case, viewer))
    if case.state in MOVES.moves["put_back"].sources:
        make_move(case, "put_back", Given(note=note), held, viewer, now, data={"order": order})
        found.refresh_from_db()
        return found
    with changing(case, "work_moved", actor=viewer.user_id, now=now, note=note):
        pass
    found.state, found.ended_at, found.version = OrderState.CANCELLED, now, found.version + 1
    found.save()
    return found


@transaction.atomic
def order_day(*, crew: int, day: date, orders: Sequence[int], viewer: Viewer) -> None:
    """Sets the order of a crew's open work of one day. Raises PermissionDenied, and ChangedMeanwhile
    where `orders` are not exactly the open ones that the viewer sees; others keep their places."""
    team = Crew.objects.select_related("department").filter(pk=crew).first()
    if team is None:
        raise PermissionDenied
    held = viewer.permissions_at(team.department.organisation_id, team.department_id)
    if Permission.PLAN_WORK not in held:
        raise PermissionDenied
    rows = visible_orders(viewer).select_for_update(of=("self",)).order_by("pk")
    found = {o.pk: o for o in rows.filter(crew=crew, planned_day=day, state__in=OPEN_ORDERS)}
    if sorted(found) != sorted(orders):
        raise ChangedMeanwhile(team.name)
    for position, pk in enumerate(orders, 1):
        found[pk].position = position
    WorkOrder.objects.bulk_update(found.values(), ["position"])


@transaction.atomic
def report_work(*, order: int, deed: Deed, viewer: Viewer, now: datetime) -> WorkOrder:
    """Does what a crew's phone reports, once for each client id: sent again, it changes nothing.

    Raises PermissionDenied for whoever is neither of the crew nor its planner, OrderChanged,
    MoveRefused, and InvalidInput for a result code that does not fit or a key used before.
    """
    # Before anything else: what was done may have been given to another crew since.
    if known := _known(order, deed, viewer):
        return known
    found = _locked(order, viewer)
    if _known(order, deed, viewer):
        return found
    if viewer.user_id is None:
        raise PermissionDenied
    held: set[str] = set(_held(found.case, viewer))
    if found.version != deed.version:
        raise OrderChanged(found)
    move = ORDER_MOVES.moves.get(deed.name)
    if move is None or move.permission != Permission.WORK_CASE:
        raise MoveRefused(deed.name, ["unknown_move"])
    step = ORDER_MOVES.check(deed.name, state=found.state, given=deed.names, permissions=held)
    at = when(deed.at, now)
    found.state, found.version = OrderState(step.target), found.version + 1
    if deed.name == "start":
        found.started_at = at
        _forward(found.case, "start", held, viewer, now, found)
    else:
        _end(found, deed, at)
        _settle(found, deed, held, viewer, now)
    found.save()
    # A case that waits for its reporter does not move with its order.
    data_changed("cases", where=places(found.case.geom))
    WorkReport.objects.create(
        client_id=deed.client_id, order=found, deed=deed.name, by_id=viewer.user_id, at=at,
        received_at=now,
    )  # fmt: skip
    keep_photos(found.case, Photo.Moment.BEFORE, deed.before, order=found)
    keep_photos(found.case, Photo.Moment.AFTER, deed.after, order=found)
    return found


def _known(order: int, deed: Deed, viewer: Viewer) -> WorkOrder | None:
    """The order, where this very report has arrived before."""
    rows = WorkReport.objects.select_related("order__crew", "order__case__request_type")
    known = rows.filter(client_id=deed.client_id).first()
    if known is None:
        return None
    if (known.order_id, known.deed, known.by_id) != (order, deed.name, viewer.user_id):
        raise InvalidInput({"client_id": [_("This key was used before for something else.")]})
    return known.order


def _end(order: WorkOrder, deed: Deed, at: datetime) -> None:
    if deed.result_code:
        code = ResultCode.objects.filter(code=deed.result_code).first()
        if code is None or code.done != (deed.name == "done"):
            raise InvalidInput({"result_code": [_("Choose one of the results offered.")]})
        order.result_code = code
    order.note, order.minutes, order.ended_at = deed.note, deed.minutes, at
    # Before the case moves: it would call off what is open.
    order.save()
    Material.objects.bulk_create(
        Material(order=order, name=m.name, quantity=m.quantity, unit=m.unit) for m in deed.materials
    )


def _settle(order: WorkOrder, deed: Deed, held: set[str], viewer: Viewer, now: datetime) -> None:
    """What the end of an order does to its case."""
    case, done = order.case, deed.name == "done"
    said = " · ".join(x for x in (str(order.result_code or ""), deed.note) if x)
    data = {"order": order.pk, "minutes": deed.minutes}
    if done:
        if case.state == State.PLANNED:
            _forward(case, "start", held, viewer, now, order)
        move = "resolve"
    else:
        move = "hand_out" if deed.hand_out else "put_back"
    moves = case.state in MOVES.moves[move].sources and not obstacles(case, move)
    if moves and (deed.result_code or not done):
        code = deed.result_code if done else ""
        given = Given(note=said or "–", result_code=code)
        make_move(case, move, given, held, viewer, now, data=data)
        return
    kind = "work_done" if done else "work_not_done"
    with changing(case, kind, actor=viewer.user_id, now=now, note=said) as event:
        case.needs_review = True
        event.data = data


def _forward(
    case: Case, move: str, held: set[str], viewer: Viewer, now: datetime, order: WorkOrder
) -> None:
    """Moves the case unless it is there already, or waits for its reporter."""
    if case.state in MOVES.moves[move].sources:
        make_move(case, move, Given(), held, viewer, now, data={"order": order.pk})


@transaction.atomic
def give_to(
    *,
    number: str,
    crew: int | None,
    assignee: int | None,
    viewer: Viewer,
    version: int,
    now: datetime,
) -> Case:
    """Gives a case to a crew of its department and to a person who works there, or to nobody.

    Raises PermissionDenied, ChangedMeanwhile, and MoveRefused for a crew or a person of elsewhere,
    and while an order is open: that is moved instead.
    """
    seen = visible_cases(viewer).filter(number=number).only("pk").first()
    if seen is None:
        raise PermissionDenied
    case = lock_family(seen.pk)
    if Permission.PLAN_WORK not in _held(case, viewer):
        raise PermissionDenied
    if case.version != version:
        raise ChangedMeanwhile(number)
    team = _crew(case, crew, "give") if crew else None
    person = _person(case, assignee) if assignee else None
    if case.crew_id != crew and case.work_orders.filter(state__in=OPEN_ORDERS).exists():
        raise MoveRefused("give", ["planned_already"])
    with changing(case, "shared", actor=viewer.user_id, now=now) as event:
        case.crew, case.assignee = team, person
        event.note = " · ".join(str(x) for x in (team, person and person.get_full_name()) if x)
    return case


def _person(case: Case, user: int) -> User:
    """Whoever works for this department."""
    found = User.objects.filter(pk=user, is_active=True).first()
    if found is None or Permission.WORK_CASE not in _held(case, viewer_of(found)):
        raise MoveRefused("give", ["other_person"])
    return found
