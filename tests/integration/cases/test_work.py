"""Work orders and the cases that they are for: planned, worked, shared, and never at odds."""

import io
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from accounts.models import Crew, Department
from accounts.queries.viewers import viewer_of
from cases.actions.move import ChangedMeanwhile, move_case
from cases.actions.recording import values
from cases.actions.work import (
    Deed,
    OrderChanged,
    cancel_work,
    give_to,
    move_work,
    order_day,
    plan_work,
    report_work,
)
from cases.models import Case, CaseEvent, WorkOrder, WorkReport
from cases.photos import clean_photo
from cases.queries.work import departments_planned, visible_orders
from cases.rules.lifecycle import HOLDS_ORDER, MOVES, State
from cases.rules.work import OPEN_ORDERS, Used
from core.api.problems import InvalidInput
from tests.factories import NOW, City, make_case
from workflows.rules.transitions import MoveRefused

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 4)
REFUSED = (MoveRefused, PermissionDenied, Case.DoesNotExist, ChangedMeanwhile, InvalidInput)


@pytest.fixture
def crews(city: City) -> list[Crew]:
    """Two of the cleaning department, the first with its worker; one of another department."""
    found = [
        Crew.objects.create(department=city.departments[d], name=name)
        for d, name in (("a:temizlik", "1"), ("a:temizlik", "2"), ("a:fen", "3"))
    ]
    found[0].members.add(city.people["crew"])
    return found


def plan(city: City, case: Case, crew: Crew, who: str = "coordinator", **more: Any) -> WorkOrder:
    sent = {"day": DAY, "version": case.version, "now": NOW} | more
    return plan_work(number=case.number, crew=crew.pk, viewer=viewer_of(city.people[who]), **sent)


def report(city: City, order: WorkOrder, name: str, who: str = "crew", **more: Any) -> WorkOrder:
    deed = Deed(
        name, more.pop("client_id", uuid.uuid4()), more.pop("version", order.version), **more
    )
    return report_work(order=order.pk, deed=deed, viewer=viewer_of(city.people[who]), now=NOW)


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def picture(colour: str) -> Any:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    return clean_photo(io.BytesIO(out.getvalue()), name="x.jpg", size=out.tell())


class TestADay:
    def test_from_plan_to_result(self, city: City, crews: list[Crew]):
        case = make_case(city)
        order = plan(city, case, crews[0], task="Arka sokak")
        case = fresh(case)
        assert (case.state, case.crew_id) == (State.PLANNED, crews[0].pk)
        order = report(city, order, "start")
        assert fresh(case).state == State.IN_PROGRESS
        used = (Used("Çuval", 3, "adet"),)  # type: ignore[arg-type]
        order = report(
            city, order, "done", result_code="done", note="Alındı", minutes=25, materials=used,
            before=[picture("red")], after=[picture("green")],
        )  # fmt: skip
        case = fresh(case)
        assert (case.state, case.result_code.code) == (State.RESOLVED, "done")
        assert [e.kind for e in case.events.order_by("pk")] == [
            "accept",
            "plan",
            "start",
            "resolve",
        ]
        assert [(p.moment, p.work_order_id) for p in case.photos.order_by("pk")] == [
            ("BEFORE", order.pk), ("AFTER", order.pk),
        ]  # fmt: skip
        assert (order.minutes, order.materials.get().name) == (25, "Çuval")

    def test_done_without_a_code_asks_the_coordinator(self, city: City, crews: list[Crew]):
        case = make_case(city)
        report(city, plan(city, case, crews[0]), "done")
        case = fresh(case)
        assert (case.state, case.needs_review) == (State.IN_PROGRESS, True)
        assert case.events.latest("pk").kind == "work_done"

    def test_done_while_parts_are_open_only_proposes(self, city: City, crews: list[Crew]):
        case = make_case(city)
        make_case(city, parent=case)
        report(city, plan(city, case, crews[0]), "done", result_code="done")
        assert (fresh(case).state, fresh(case).needs_review) == (State.IN_PROGRESS, True)

    @pytest.mark.parametrize(
        "hand_out, state", [(False, State.ACCEPTED), (True, State.WITH_EXTERNAL_PARTY)]
    )
    def test_what_could_not_be_done_goes_back(self, city: City, crews: list[Crew], hand_out, state):
        case = make_case(city)
        order = plan(city, case, crews[0])
        with pytest.raises(MoveRefused):
            report(city, order, "not_done", note="Kapı kilitli")
        with pytest.raises(InvalidInput):
            report(city, order, "not_done", note="Kapı kilitli", result_code="done")
        report(
            city,
            order,
            "not_done",
            note="Kapı kilitli",
            result_code="not_possible",
            hand_out=hand_out,
        )
        case = fresh(case)
        assert case.state == state
        assert case.result_code is None
        assert "Kapı kilitli" in case.events.latest("pk").note
        plan(city, case, crews[1]) if not hand_out else None

    def test_sent_twice_is_done_once(self, city: City, crews: list[Crew]):
        order, key = plan(city, make_case(city), crews[0]), uuid.uuid4()
        first = report(city, order, "start", client_id=key)
        again = report(city, order, "start", client_id=key)
        assert (again.version, WorkReport.objects.count()) == (first.version, 1)
        WorkOrder.objects.update(crew=crews[1])  # also when it is somebody else's by now
        assert report(city, order, "start", client_id=key).version == first.version
        WorkOrder.objects.update(crew=crews[0])
        with pytest.raises(InvalidInput):
            report(city, first, "done", client_id=key)

    def test_who_read_an_older_order_is_told_what_it_is_now(self, city: City, crews: list[Crew]):
        order = plan(city, make_case(city), crews[0])
        viewer = viewer_of(city.people["coordinator"])
        move_work(
            order=order.pk,
            crew=crews[0].pk,
            day=DAY + timedelta(1),
            viewer=viewer,
            version=1,
            now=NOW,
        )
        with pytest.raises(OrderChanged) as changed:
            report(city, order, "start")
        assert changed.value.order.planned_day == DAY + timedelta(1)

    def test_moving_cancelling_and_ordering(self, city: City, crews: list[Crew]):
        viewer = viewer_of(city.people["coordinator"])
        cases = [make_case(city) for _ in range(3)]
        orders = [plan(city, c, crews[0]) for c in cases]
        assert [o.position for o in orders] == [1, 2, 3]
        turned = [o.pk for o in reversed(orders)]
        order_day(crew=crews[0].pk, day=DAY, orders=turned, viewer=viewer)
        assert [o.pk for o in WorkOrder.objects.filter(crew=crews[0])] == turned
        with pytest.raises(ChangedMeanwhile):
            order_day(crew=crews[0].pk, day=DAY, orders=turned[:2], viewer=viewer)
        moved = move_work(
            order=turned[0], crew=crews[1].pk, day=DAY, viewer=viewer, version=1, now=NOW
        )
        assert (moved.crew, moved.version, fresh(cases[2]).crew) == (crews[1], 2, crews[1])
        cancel_work(order=turned[0], note="Gerek kalmadı", viewer=viewer, version=2, now=NOW)
        assert fresh(cases[2]).state == State.ACCEPTED
        with pytest.raises(MoveRefused, match="other_crew"):
            move_work(order=turned[1], crew=crews[2].pk, day=DAY, viewer=viewer, version=1, now=NOW)
        with pytest.raises(MoveRefused, match="day_passed"):
            move_work(
                order=turned[1],
                crew=crews[1].pk,
                day=date(2026, 11, 2),
                viewer=viewer,
                version=1,
                now=NOW,
            )

    def test_what_a_crew_works_on_is_not_planned_by_hand(self, city: City, crews: list[Crew]):
        case, viewer = make_case(city), viewer_of(city.people["coordinator"])
        report(city, plan(city, case, crews[0]), "start")
        version = fresh(case).version
        with pytest.raises(MoveRefused, match="crew_at_work"):
            move_case(number=case.number, move="plan", viewer=viewer, version=version, now=NOW)

    def test_another_department_takes_nothing_of_the_plan(self, city: City, crews: list[Crew]):
        case = make_case(city)
        order = plan(city, case, crews[0])
        order = report(city, order, "start")
        case = fresh(case)
        move_case(
            number=case.number, move="refer", viewer=viewer_of(city.people["coordinator"]),
            version=case.version, now=NOW, note="Su", department=city.departments["baski:kanal"].pk,
        )  # fmt: skip
        order.refresh_from_db()
        assert (order.state, fresh(case).crew, order.version) == ("CANCELLED", None, 3)
        with pytest.raises(PermissionDenied):
            report(city, order, "done")


class TestSharing:
    def accept(self, city: City, minute: int) -> Case:
        case = make_case(city)
        viewer = viewer_of(city.people["coordinator"])
        return move_case(
            number=case.number,
            move="accept",
            viewer=viewer,
            version=1,
            now=NOW + timedelta(minutes=minute),
        )

    @pytest.mark.parametrize(
        "sharing, given",
        [("BY_HAND", [None] * 4), ("ROUND_ROBIN", [0, 1, 0, 1]), ("LEAST_LOAD", [1, 1, 0, 1])],
    )
    def test_by_the_policy_of_the_department(self, city: City, crews: list[Crew], sharing, given):
        Department.objects.filter(pk=city.departments["a:temizlik"].pk).update(sharing=sharing)
        for _ in range(2):
            make_case(city, state="IN_PROGRESS", crew=crews[0])
        found = [self.accept(city, minute).crew for minute in range(len(given))]
        assert found == [None if i is None else crews[i] for i in given]

    def test_by_hand_to_a_crew_and_a_person(self, city: City, crews: list[Crew]):
        case, viewer = make_case(city), viewer_of(city.people["coordinator"])
        person = city.people["crew"]
        case = give_to(
            number=case.number,
            crew=crews[1].pk,
            assignee=person.pk,
            viewer=viewer,
            version=1,
            now=NOW,
        )
        assert (case.crew, case.assignee) == (crews[1], person)
        for crew, who in ((crews[2].pk, None), (None, city.people["other_body"].pk)):
            with pytest.raises(MoveRefused):
                give_to(
                    number=case.number, crew=crew, assignee=who, viewer=viewer, version=2, now=NOW
                )


class TestWhoMay:
    @pytest.mark.parametrize(
        "who, plans, works",
        [
            ("coordinator", True, True),
            ("crew", False, True),
            ("roads", False, False),
            ("other_body", False, False),
            ("agent", False, False),
            ("manager", False, False),
            ("gis_editor", False, False),
            ("administrator", True, True),
            ("superuser", True, True),
        ],
    )
    def test_a_coordinator_plans_and_the_crew_works(self, city, crews, who, plans, works):
        viewer = viewer_of(city.people[who])
        case = make_case(city)
        if plans:
            assert plan(city, case, crews[0], who)
        else:
            with pytest.raises(PermissionDenied):
                plan(city, case, crews[0], who)
            plan(city, case, crews[0])
        order = WorkOrder.objects.get(case=case)
        assert visible_orders(viewer).filter(pk=order.pk).exists() == works
        if works:
            assert report(city, order, "start", who).state == "UNDER_WAY"
        else:
            with pytest.raises(PermissionDenied):
                report(city, order, "start", who)
        assert departments_planned(viewer).filter(pk=case.department_id).exists() == plans

    def test_not_the_work_of_another_crew(self, city: City, crews: list[Crew]):
        order = plan(city, make_case(city), crews[1])
        with pytest.raises(PermissionDenied):
            report(city, order, "start")


STEP = st.tuples(
    st.sampled_from(("coordinator", "crew", "superuser", "agent")),
    st.integers(0, 99),
    st.integers(0, 1),
    st.booleans(),
)


def step(
    city: City, crews: list[Crew], who: str, pick: int, case: Case, full: bool, now: Any
) -> None:
    """A deed of an open order or a plan, or a move of the case that the table knows."""
    viewer = viewer_of(city.people[who])
    order = WorkOrder.objects.filter(case=case, state__in=OPEN_ORDERS).first()
    said = {"note": "x", "result_code": "done"} if full else {}
    if pick < 25:
        plan_work(
            number=case.number,
            crew=crews[pick % 3].pk,
            day=DAY + timedelta(60),
            viewer=viewer,
            version=case.version,
            now=now,
        )
    elif pick < 65 and order:
        name = ("start", "done", "not_done", "move", "cancel")[pick % 5]
        if name == "move":
            move_work(
                order=order.pk,
                crew=crews[pick % 2].pk,
                day=DAY + timedelta(61),
                viewer=viewer,
                version=order.version,
                now=now,
            )
        elif name == "cancel":
            cancel_work(order=order.pk, note="x", viewer=viewer, version=order.version, now=now)
        else:
            if name == "not_done" and full:
                said["result_code"] = "not_possible"
            deed = Deed(name, uuid.uuid4(), order.version, hand_out=pick % 2 == 0, **said)
            report_work(order=order.pk, deed=deed, viewer=viewer, now=now)
    else:
        known = [m.name for m in MOVES.from_state(case.state) if m.name != "mark_duplicate"]
        if not known:
            return
        given: dict[str, Any] = dict(said)
        if full:
            given["department"] = list(city.departments.values())[pick % 4].pk
        move_case(
            number=case.number,
            move=known[pick % len(known)],
            viewer=viewer,
            version=case.version,
            now=now,
            **given,
        )


def check(case: Case, crews: list[Crew]) -> None:
    told: dict[str, Any] = {}
    for event in CaseEvent.objects.filter(case=case).order_by("pk"):
        told |= event.data["changed"]
    assert told.items() <= values(case).items()
    if case.crew_id:
        assert case.crew.department_id == case.department_id
    open_ = list(case.work_orders.filter(state__in=OPEN_ORDERS))
    assert len(open_) <= 1
    for order in open_:
        assert case.state in HOLDS_ORDER
        assert order.crew.department_id == case.department_id
        assert order.crew_id == case.crew_id
        assert order.state == "PLANNED" or case.state != State.PLANNED
    for order in case.work_orders.exclude(state__in=OPEN_ORDERS):
        assert order.ended_at is not None
        assert (order.result_code is None) or order.result_code.done == (order.state == "DONE")


class _Undo(Exception):
    pass


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEP, min_size=30, max_size=60))
def test_orders_and_cases_are_never_at_odds(city: City, crews: list[Crew], steps: list[Any]):
    try:
        with transaction.atomic():
            pair = [make_case(city).pk, make_case(city, state="ACCEPTED").pk]
            now = NOW
            for who, pick, which, full in steps:
                now += timedelta(hours=5)
                case = Case.objects.get(pk=pair[which])
                before = (values(case), list(case.work_orders.order_by("pk").values()))
                try:
                    with transaction.atomic():
                        step(city, crews, who, pick, case, full, now)
                except REFUSED:
                    case = Case.objects.get(pk=case.pk)
                    assert before == (values(case), list(case.work_orders.order_by("pk").values()))
                for pk in pair:
                    check(Case.objects.get(pk=pk), crews)
            raise _Undo
    except _Undo:
        pass
