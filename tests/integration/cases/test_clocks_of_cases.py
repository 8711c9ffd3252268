"""Clocks of cases: wound by every change that they go by, escalated, and wound anew by a policy."""

import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import ANONYMOUS
from cases.actions.clocks import escalate, rewind
from cases.actions.move import move_case
from cases.actions.open_case import open_case
from cases.models import Case, EscalationStep, Target, WorkCalendar
from cases.queries.clocks import clocks
from cases.rules.draft import Draft
from notifications.models import Message
from tests.factories import City

pytestmark = pytest.mark.django_db
WEEK = "mon-fri 08:00-12:00 13:00-17:00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Istanbul"))


MONDAY = at("2026-11-23 09:00")


@pytest.fixture(autouse=True)
def fresh_policy():
    clocks.cache_clear()  # type: ignore[attr-defined]
    yield
    clocks.cache_clear()  # type: ignore[attr-defined]


def office(city: City, **more) -> None:
    WorkCalendar.objects.create(
        organisation=city.bodies["a"], week=WEEK, pauses=["WAITING_FOR_INFORMATION"], **more
    )
    clocks.cache_clear()  # type: ignore[attr-defined]


def opened(key: str = "k", now: datetime = MONDAY) -> Case:
    draft = Draft(
        description="Çöp alınmıyor", channel="web", external_id=key,
        place_text="Atatürk Caddesi No 5", request_type="cop",
    )  # fmt: skip
    return Case.objects.get(pk=open_case(draft, viewer=ANONYMOUS, now=now).case.pk)


def move(city: City, case: Case, name: str, now: datetime, **given) -> Case:
    case = Case.objects.get(pk=case.pk)
    viewer = viewer_of(city.people["superuser"])
    move_case(number=case.number, move=name, viewer=viewer, version=case.version, now=now, **given)
    return Case.objects.get(pk=case.pk)


def test_without_a_calendar_every_hour_counts(city: City):
    case = opened()
    assert case.due_at == MONDAY + timedelta(hours=city.types["cop"].target_hours)


def test_the_body_that_is_responsible_has_its_own_hours_and_targets(city: City):
    office(city)
    Target.objects.create(organisation=city.bodies["a"], group=city.types["cop"].group, hours=10)
    Target.objects.create(request_type=city.types["cop"], hours=99)
    clocks.cache_clear()  # type: ignore[attr-defined]
    assert opened().due_at == at("2026-11-24 11:00")


def test_a_question_stops_the_clock_and_the_answer_starts_it(city: City):
    office(city)
    Target.objects.create(request_type=city.types["cop"], hours=10)
    clocks.cache_clear()  # type: ignore[attr-defined]
    case = move(city, opened(), "ask", at("2026-11-23 10:00"), note="?")
    assert (case.due_at, case.legal_due_at is not None) == (None, True)
    case = move(city, case, "answer", at("2026-11-25 10:00"), note="!")
    assert case.due_at == at("2026-11-26 11:00")


def test_reopened_it_goes_on_where_it_stood(city: City):
    office(city)
    Target.objects.create(request_type=city.types["cop"], hours=10)
    clocks.cache_clear()  # type: ignore[attr-defined]
    case = move(city, opened(), "accept", at("2026-11-23 09:30"))
    case = move(city, case, "resolve", at("2026-11-23 10:00"), note="x", result_code="done")
    assert case.due_at == at("2026-11-24 11:00")  # how it was held against its target
    case = move(city, case, "ask_to_reopen", at("2026-11-24 10:00"), note="x")
    case = move(city, case, "reopen", at("2026-11-25 10:00"))
    assert case.due_at == at("2026-11-26 11:00")


def test_escalation_by_level_and_again(city: City):
    office(city)
    Target.objects.create(request_type=city.types["cop"], hours=10)
    person = city.people["coordinator"]
    person.email = "sorumlu@example.com"
    person.save()
    for level, share, repeat in ((1, 0.5, None), (2, 1.0, None), (3, 2.0, 24)):
        EscalationStep.objects.create(
            level=level, share=share, role="COORDINATOR", repeat_hours=repeat
        )
    clocks.cache_clear()  # type: ignore[attr-defined]
    case = opened()
    assert case.next_escalation_at == at("2026-11-23 15:00")
    assert escalate(now=at("2026-11-23 14:59")) == 0
    assert escalate(now=at("2026-11-23 15:00")) == 1
    assert escalate(now=at("2026-11-23 15:00")) == 0
    case.refresh_from_db()
    assert (case.escalation, case.next_escalation_at) == (1, at("2026-11-24 11:00"))
    for now in ("2026-11-24 11:00", "2026-11-25 13:00", "2026-11-26 13:00", "2026-11-27 13:00"):
        assert escalate(now=at(now) + timedelta(hours=1)) == 1
    case.refresh_from_db()
    events = case.events.filter(kind="escalated").order_by("pk")
    assert [(e.data["level"], e.data["repeated"]) for e in events] == [
        (1, False), (2, False), (3, False), (3, True), (3, True)
    ]  # fmt: skip
    assert Message.objects.filter(key__startswith="escalation:").count() == 5
    move(city, case, "accept", at("2026-11-28 13:00"))
    case = move(city, case, "resolve", at("2026-11-28 13:00"), note="x", result_code="done")
    assert case.next_escalation_at is None


def test_a_new_policy_is_looked_at_and_then_stored(city: City):
    cases = [opened(f"k{i}") for i in range(3)]
    move(city, cases[0], "ask", MONDAY + timedelta(hours=1), note="?")
    case = move(city, cases[0], "answer", MONDAY + timedelta(hours=3), note="!")
    office(city)
    Target.objects.create(organisation=city.bodies["a"], request_type=city.types["cop"], hours=2)
    clocks.cache_clear()  # type: ignore[attr-defined]
    now = at("2026-11-23 12:30")
    looked = rewind(now=now)
    assert (looked.looked_at, looked.earlier, looked.later, looked.newly_late) == (3, 3, 0, 2)
    assert Case.objects.get(pk=case.pk).due_at == case.due_at
    assert rewind(now=now, apply=True) == looked
    due = set(Case.objects.exclude(pk=case.pk).values_list("due_at", flat=True))
    assert due == {at("2026-11-23 11:00")}
    # One hour was used up before the question, the other one begins with the answer at noon.
    assert Case.objects.get(pk=case.pk).due_at == at("2026-11-23 14:00")
    assert rewind(now=now, apply=True).earlier == 0
    assert Case.objects.get(pk=case.pk).events.filter(kind="clock_changed").count() == 1


def test_the_command_says_what_would_change(city: City):
    opened()
    out = io.StringIO()
    call_command("recompute_due", stdout=out)
    assert "open cases: 1; due earlier: 0" in out.getvalue() and "--apply" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("recompute_due", organisation="nowhere")


@pytest.mark.parametrize("week", ["", "monday", "mon 08:00-07:00", "mon-fri 8-17"])
def test_hours_that_cannot_be_read_are_refused(city: City, week: str):
    with pytest.raises(ValidationError):
        WorkCalendar(organisation=city.bodies["a"], week=week).full_clean()
