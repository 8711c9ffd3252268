"""The feed of cases: every event once, in the order of commits, to whom it concerns and to nobody else."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.queries.viewers import viewer_of
from accounts.rules.clients import CASES_READ
from cases.actions.feed import forget_bodies, forget_numbers, number_events
from cases.actions.recording import changing, happened
from cases.models import Case, CaseEvent, FeedCounter, FeedEvent, FeedPending, Referral
from cases.queries.feed import TooOld, events, latest, letters
from cases.queries.visibility import visible_cases
from tests.clients import make_client, program
from tests.factories import City, make_case

pytestmark = pytest.mark.django_db
EVENTS = "/api/v1/cases/feed/events"


def touch(case: Case, kind: str = "note", **values: Any) -> None:
    """Changes a case as actions do, with its event."""
    now = timezone.now()
    with transaction.atomic(), changing(case, kind, actor=None, now=now, public=True):
        for name, value in values.items():
            setattr(case, name, value)


def opened(city: City, **more: Any) -> Case:
    case = make_case(city, opened_at=timezone.now(), **more)
    happened(case, "opened", actor=None, now=timezone.now())
    return case


def lines(key: str, after: int = 0, **query: Any) -> tuple[list[dict[str, Any]], int]:
    answer = program(key).get(EVENTS, {"after": after} | query)
    assert answer.status_code == 200, answer.content
    text = b"".join(answer.streaming_content).decode()
    *found, end = [json.loads(line) for line in text.splitlines()]
    return found, end["end"]["number"]


def told(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(e["case"], e["operation"]) for e in found]


def test_a_client_follows_its_cases_and_hears_when_they_leave(city: City) -> None:
    _row, key = make_client(city, scopes=(CASES_READ,))
    own, other = opened(city), opened(city, department="b:temizlik", at=(2.5, 0.5))
    assert number_events(now=timezone.now()) == 2
    found, at = lines(key)
    assert told(found) == [(own.number, "I")] and at == latest() == 2
    assert found[0]["body"]["state"] == "ROUTED" and "description" not in found[0]["body"]
    assert own.description not in json.dumps(found)
    # To another body: gone, and then nothing more of it.
    department = city.departments["b:temizlik"]
    touch(own, department=department, organisation=department.organisation)
    touch(own, state="ACCEPTED")
    number_events(now=timezone.now())
    found, at = lines(key, at)
    assert found == [{"number": 3, "case": own.number, "at": found[0]["at"], "operation": "D"}]
    # And into sight.
    Referral.objects.create(case=other, to_department=city.departments["a:fen"], reason="x")
    touch(other, "refer", state="RETURNED")
    number_events(now=timezone.now())
    found, at = lines(key, at)
    assert told(found) == [(other.number, "I")]
    assert lines(key, at) == ([], at)


def test_a_case_that_left_before_it_had_a_number_is_gone_too(city: City) -> None:
    """The reader has it from the list; the feed knows the past only from its events."""
    _row, key = make_client(city, scopes=(CASES_READ,))
    case = make_case(city)
    department = city.departments["b:temizlik"]
    with transaction.atomic():
        event = CaseEvent(
            case=case, kind="routed", at=timezone.now() - timedelta(days=30), state="ROUTED"
        )
        event.data = {"changed": {"organisation_id": city.bodies["a"].pk}}
        event.save()
    touch(case, department=department, organisation=department.organisation)
    number_events(now=timezone.now())
    assert told(lines(key)[0]) == [(case.number, "D")]


def test_the_feed_adds_up_to_what_each_sees(city: City) -> None:
    """Whoever follows from the beginning has in the end exactly the cases of their list."""
    areas = city.areas.neighbourhoods
    city.types["budama"].sensitive = True
    city.types["budama"].save()
    placed = [("A", (0.5, 0.5)), ("B", (2.5, 0.5))]
    cases = [
        opened(
            city, kind=kind, department=department, at=at, neighbourhood=areas[letter],
            district=areas[letter].district,
        )
        for letter, at in placed
        for department in ("a:temizlik", "a:fen", "b:temizlik")
        for kind in ("cop", "budama")
    ]  # fmt: skip
    for i, case in enumerate(cases):
        if i % 3 == 0:
            department = city.departments[("b:fen", "a:fen")[i % 2]]
            touch(case, department=department, organisation=department.organisation)
    number_events(now=timezone.now())
    for who in ("agent", "coordinator", "manager", "crew", "superuser", "gis_editor"):
        viewer = viewer_of(city.people[who])
        held: set[str] = set()
        after = 0
        while True:
            found, reached = events(viewer, after=after, limit=3)
            for e in found:
                (held.discard if e["operation"] == "D" else held.add)(e["case"])
            if reached == after or not found:
                break
            after = reached
        assert held == set(visible_cases(viewer).values_list("number", flat=True)), who


def test_fields_that_are_hidden_from_a_client(city: City) -> None:
    _row, key = make_client(city, hidden_fields=("cases.place", "urgency"))
    opened(city)
    number_events(now=timezone.now())
    body = lines(key)[0][0]["body"]
    assert "place" not in body and "urgency" not in body and "state" in body


def test_old_numbers_go_and_the_last_of_each_case_stays(city: City) -> None:
    _row, key = make_client(city)
    case = opened(city)
    touch(case, state="ACCEPTED")
    number_events(now=timezone.now())
    later = timezone.now() + timedelta(days=91)
    assert forget_numbers(now=later) == 1 and forget_numbers(now=later) == 0
    assert FeedCounter.objects.get().oldest == 2
    answer = program(key).get(EVENTS, {"after": 1})
    assert answer.status_code == 410 and answer.json()["oldest"] == 2
    with pytest.raises(TooOld):
        events(viewer_of(city.people["agent"]), after=0, limit=1)
    department = city.departments["b:temizlik"]
    touch(case, department=department, organisation=department.organisation)
    number_events(now=later)
    assert told(lines(key, 2)[0]) == [(case.number, "D")]


def test_a_case_that_is_made_nobodys_leaves_no_words(city: City) -> None:
    _row, key = make_client(city)
    case = opened(city)
    number_events(now=timezone.now())
    forget_bodies(case)
    assert [e["operation"] for e in lines(key)[0]] == ["D"]
    assert FeedEvent.objects.filter(case=case, geom__isnull=False).count() == 0


def test_a_load_of_former_years_is_no_news(city: City) -> None:
    case = make_case(city)
    happened(case, "opened", actor=None, now=timezone.now() - timedelta(days=400))
    assert not FeedPending.objects.exists()


def test_faults_of_the_caller(city: City, as_: Any) -> None:
    for query in ("after=x", "after=-1", "after=1", "limit=0", "limit=1001", "after=%00"):
        assert as_("agent").get(f"{EVENTS}?{query}").status_code == 400, query
    for who in ("anonymous", "gis_editor"):
        assert as_(who).get(EVENTS).status_code == 403


def test_letters_for_webhooks(city: City) -> None:
    case = opened(city)
    touch(case, state="ACCEPTED")
    number_events(now=timezone.now())
    found, reached = letters(viewer_of(city.people["agent"]), 0, 10)
    assert [(one.number, one.kind) for one in found] == [(1, "case.opened"), (2, "case.changed")]
    assert reached == 2
