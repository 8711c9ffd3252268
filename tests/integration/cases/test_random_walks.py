"""Random moves of a family of cases: what must hold after each, whatever was tried."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import ANONYMOUS
from cases.actions.move import (
    close_resolved,
    give_up_unanswered,
    move_case,
    move_for_reporter,
)
from cases.actions.open_case import open_case
from cases.actions.recording import values
from cases.models import Case, CaseEvent, CaseReporter
from cases.rules.draft import Contact, Draft
from cases.rules.lifecycle import ENDED, MOVES, OPEN, State
from core.api.problems import InvalidInput
from tests.factories import NOW, City
from workflows.rules.transitions import MoveRefused

pytestmark = pytest.mark.django_db
PLACES = ("Atatürk Caddesi No 5", "10028 Sokak No 9")
# Those who get far are asked more often.
WHO = (
    *("superuser",) * 6,
    *("reporter",) * 3,
    "coordinator",
    "agent",
    "crew",
    "other_body",
    "clock",
)
STEP = st.tuples(
    st.sampled_from(WHO),
    st.integers(0, 99),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 5),
)


def opened(key: str, place: str, parent: str = "") -> Case:
    draft = Draft(
        description="Çöp alınmıyor", channel="web", external_id=key, place_text=place,
        request_type="cop", contact=Contact("Test", "+905321112233", f"{key}@example.com"),
    )  # fmt: skip
    return open_case(draft, viewer=ANONYMOUS, now=NOW, parent=parent).case


@pytest.fixture
def family(city: City) -> Iterator[list[int]]:
    """A parent with two parts, and another case that may be its duplicate or original."""
    parent = opened("p", PLACES[0])
    parts = [opened(f"c{i}", PLACES[1], parent=parent.number) for i in range(2)]
    yield [parent.pk, *(p.pk for p in parts), opened("o", PLACES[0]).pk]


def step(city: City, who: str, pick: int, case: Case, other: Case, full: int, now: Any) -> None:
    """Mostly a move that the table knows out of the state, with what it requires."""
    known = [m.name for m in MOVES.from_state(case.state)]
    known = known if known and pick % 10 else sorted(MOVES.moves)
    move = known[pick % len(known)]
    given: dict[str, Any] = {"note": "x", "result_code": "done"} if full else {}
    if full and move == "mark_duplicate":
        given["original"] = other.number
    if full and move in ("assign", "refer"):
        departments = list(city.departments.values())
        given["department"] = departments[(case.version + other.pk) % len(departments)].pk
    if who == "reporter":
        move_for_reporter(token=case.token, move=move, note=given.get("note", ""), now=now)
    elif who == "clock":
        give_up_unanswered(now=now + timedelta(days=15))
        close_resolved(now=now + timedelta(days=8))
    else:
        viewer = viewer_of(city.people[who])
        move_case(
            number=case.number, move=move, viewer=viewer, version=case.version, now=now, **given
        )


def told(case: Case) -> dict[str, Any]:
    """What the events say of the present values."""
    found: dict[str, Any] = {}
    for event in CaseEvent.objects.filter(case=case).order_by("pk"):
        found |= event.data["changed"]
        assert event.state == found["state"]
    return found


def check(case: Case) -> None:
    assert case.state in set(State)
    if case.state in OPEN:
        assert case.department_id or case.needs_review, "nobody's"
    assert (case.department_id is None) == (case.organisation_id is None)
    if case.department_id:
        assert case.department.organisation_id == case.organisation_id
    assert (case.state == State.DUPLICATE) == (case.duplicate_of_id is not None)
    if case.duplicate_of_id:
        assert case.duplicate_of.state != State.DUPLICATE
        reporters = set(CaseReporter.objects.filter(case=case).values_list("reporter", flat=True))
        there = CaseReporter.objects.filter(case=case.duplicate_of)
        assert reporters <= set(there.values_list("reporter", flat=True))
    else:
        assert not CaseReporter.objects.filter(merged_from=case).exists()
    if case.parent_id:
        assert case.parent.state in OPEN or case.state in ENDED
        assert case.parent.parent_id is None
    assert (case.closed_at is not None) == (case.state in ENDED - {State.RESOLVED}) or (
        # Asked to be reopened: it was closed, until somebody decides.
        case.state == State.REOPEN_REQUESTED
    )
    assert (case.answer_due_at is not None) == (case.state == State.WAITING_FOR_INFORMATION)
    detour = case.state in (State.WAITING_FOR_INFORMATION, State.DUPLICATE)
    assert bool(case.state_before) == detour
    assert told(case) == values(case)


class _Undo(Exception):
    pass


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEP, min_size=30, max_size=60))
def test_whatever_is_tried(city: City, family: list[int], steps: list[Any]):
    try:
        with transaction.atomic():
            now = NOW
            for who, pick, which, other, full in steps:
                now += timedelta(hours=7)
                case, target = (Case.objects.get(pk=family[i]) for i in (which, other))
                before = Case.objects.get(pk=case.pk)
                try:
                    with transaction.atomic():
                        step(city, who, pick, case, target, full, now)
                except (MoveRefused, PermissionDenied, Case.DoesNotExist):
                    after = Case.objects.get(pk=case.pk)
                    assert (after.version, values(after)) == (before.version, values(before))
                for pk in family:
                    check(Case.objects.get(pk=pk))
            raise _Undo
    except _Undo:
        pass


def test_no_state_is_out_of_reach():
    assert MOVES.unreachable(State.NEW) == set()
    reached = {State.NEW} | {State(m.target) for m in MOVES.moves.values() if m.target}
    assert reached == set(State)


def test_a_part_is_not_opened_under_what_has_ended_or_is_a_part(city: City, family: list[int]):
    part = Case.objects.get(pk=family[1])
    with pytest.raises(InvalidInput):
        opened("x", PLACES[0], parent=part.number)
    parent = Case.objects.get(pk=family[0])
    Case.objects.filter(pk=parent.pk).update(state="CLOSED")
    with pytest.raises(InvalidInput):
        opened("y", PLACES[0], parent=parent.number)
