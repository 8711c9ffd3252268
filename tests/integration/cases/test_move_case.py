"""Moves of a case: guards, the optimistic lock, permissions, what each move writes."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import ANONYMOUS
from cases.actions.move import ChangedMeanwhile, move_case
from cases.models import Case, CaseEvent, ResultCode, RoutingRule
from cases.queries import rulebook
from tests.factories import NOW, City, make_case
from tiles.queries.versions import data_version
from workflows.rules.transitions import MoveRefused

pytestmark = pytest.mark.django_db


def move(city: City, case: Case, name: str, who: str = "coordinator", **more) -> Case:
    case = Case.objects.get(pk=case.pk)
    values = {"version": case.version, "now": NOW} | more
    move_case(number=case.number, move=name, viewer=viewer_of(city.people[who]), **values)
    return Case.objects.get(pk=case.pk)


def test_the_way_from_the_department_to_the_end(city: City):
    case = make_case(city)
    later = NOW + timedelta(hours=5)
    case = move(city, case, "accept")
    assert (case.state, case.version, case.changed_at) == ("ACCEPTED", 2, NOW)
    case = move(city, case, "start", who="crew")
    case = move(city, case, "resolve", who="crew", note="toplandı", result_code="done", now=later)
    assert (case.state, case.resolved_at, case.closed_at) == ("RESOLVED", later, None)
    assert case.result_code == city.results["done"]
    case = move(city, case, "close", now=later + timedelta(days=1))
    assert (case.state, case.version, case.closed_at) == ("CLOSED", 5, later + timedelta(days=1))
    events = CaseEvent.objects.filter(case=case).order_by("pk")
    assert [(e.kind, e.state, e.actor.username, e.public) for e in events] == [
        ("accept", "ACCEPTED", "coordinator", True),
        ("start", "IN_PROGRESS", "crew", True),
        ("resolve", "RESOLVED", "crew", True),
        ("close", "CLOSED", "coordinator", True),
    ]
    assert events[2].note == "toplandı"
    assert events[2].data["changed"] == {
        "state": "RESOLVED", "resolved_at": later.isoformat(), "result_code_id": case.result_code_id
    }  # fmt: skip


@pytest.mark.parametrize(
    ("state", "name", "more", "reasons"),
    [
        ("ROUTED", "resolve", {}, ["wrong_state", "missing_note", "missing_result_code"]),
        ("IN_PROGRESS", "resolve", {"note": "x"}, ["missing_result_code"]),
        ("IN_PROGRESS", "resolve", {"result_code": "done"}, ["missing_note"]),
        ("ROUTED", "return", {}, ["missing_note"]),
        ("ROUTED", "mark_duplicate", {}, ["missing_original"]),
        ("CLOSED", "accept", {}, ["wrong_state"]),
        ("ROUTED", "explode", {}, ["unknown_move"]),
    ],
)
def test_a_refused_move_changes_nothing(city: City, state, name, more, reasons):
    case = make_case(city, state=state)
    with pytest.raises(MoveRefused) as refused:
        move(city, case, name, **more)
    assert refused.value.reasons == reasons
    after = Case.objects.get(pk=case.pk)
    assert (after.state, after.version) == (state, 1)
    assert after.events.count() == 0


def test_who_looked_at_an_older_version_must_look_again(city: City):
    case = make_case(city)
    move(city, case, "accept")
    with pytest.raises(ChangedMeanwhile):
        move(city, case, "start", version=1)
    assert Case.objects.get(pk=case.pk).state == "ACCEPTED"


@pytest.mark.parametrize("who", ["other_body", "roads", "gis_editor"])
def test_a_case_of_others_cannot_even_be_seen(city: City, who):
    case = make_case(city)
    with pytest.raises(PermissionDenied):
        move(city, case, "accept", who=who)
    assert Case.objects.get(pk=case.pk).version == 1


@pytest.mark.parametrize("who", ["agent", "manager"])
def test_who_sees_a_case_may_not_therefore_work_on_it(city: City, who):
    with pytest.raises(MoveRefused) as refused:
        move(city, make_case(city), "accept", who=who)
    assert refused.value.reasons == ["not_permitted"]


@pytest.mark.parametrize("who", ["coordinator", "crew", "administrator", "superuser"])
def test_who_may_work(city: City, who):
    assert move(city, make_case(city), "accept", who=who).state == "ACCEPTED"


def test_nobody_and_nothing(city: City):
    case = make_case(city)
    with pytest.raises(PermissionDenied):
        move_case(number=case.number, move="accept", viewer=ANONYMOUS, version=1, now=NOW)
    with pytest.raises(PermissionDenied):
        move_case(
            number="2026-0",
            move="accept",
            viewer=viewer_of(city.people["crew"]),
            version=1,
            now=NOW,
        )


def test_an_unknown_result_changes_nothing(city: City):
    case = make_case(city, state="IN_PROGRESS")
    with pytest.raises(ResultCode.DoesNotExist):
        move(city, case, "resolve", note="x", result_code="magic")
    assert Case.objects.get(pk=case.pk).state == "IN_PROGRESS"


def test_routing_again_asks_the_rules_of_today(city: City):
    case = make_case(city, state="RETURNED", district=city.areas.districts["A"])
    RoutingRule.objects.create(position=1, name="all", department=city.departments["a:fen"])
    rulebook.rulebook.cache_clear()
    case = move(city, case, "route")
    assert (case.state, case.department) == ("ROUTED", city.departments["a:fen"])
    assert case.decisions.get().explanation["rule"]["name"] == "all"
    assert [e.kind for e in case.events.order_by("pk")] == ["route"]


def test_routing_again_without_a_rule_is_refused_and_changes_nothing(city: City):
    """Otherwise the case would stand as sent to a department that no rule names."""
    case = make_case(city, kind="budama", state="RETURNED")
    with pytest.raises(MoveRefused) as refused:
        move(city, case, "route")
    assert refused.value.reasons == ["no_rule_matched"]
    after = Case.objects.get(pk=case.pk)
    assert (after.state, after.version, after.events.count()) == ("RETURNED", 1, 0)


def test_a_reopened_case_is_open_in_every_way(city: City):
    case = make_case(
        city,
        state="REOPEN_REQUESTED",
        resolved_at=NOW,
        closed_at=NOW,
        result_code=city.results["done"],
    )
    case = move(city, case, "reopen")
    assert (case.state, case.resolved_at, case.closed_at, case.result_code) == (
        "REOPENED", None, None, None
    )  # fmt: skip


def test_a_duplicate_points_at_its_original(city: City):
    original, copy = make_case(city), make_case(city)
    copy = move(city, copy, "mark_duplicate", original=original.number)
    assert (copy.state, copy.duplicate_of, copy.closed_at) == ("DUPLICATE", original, NOW)
    copy = move(city, copy, "separate")
    assert (copy.state, copy.duplicate_of, copy.closed_at) == ("ROUTED", None, None)


@pytest.mark.parametrize("which", ["itself", "foreign", "circle", "unknown"])
def test_an_original_that_leads_nowhere_is_refused(city: City, which):
    case = make_case(city)
    other = make_case(city, department="b:temizlik") if which == "foreign" else make_case(city)
    if which == "circle":
        Case.objects.filter(pk=other.pk).update(duplicate_of=case)
    number = {"itself": case.number, "unknown": "2026-0"}.get(which, other.number)
    with pytest.raises(Case.DoesNotExist):
        move(city, case, "mark_duplicate", original=number)
    after = Case.objects.get(pk=case.pk)
    assert (after.state, after.duplicate_of) == ("ROUTED", None)


def test_every_move_moves_the_version_of_the_tiles(city: City, django_capture_on_commit_callbacks):
    before = data_version("cases")
    with django_capture_on_commit_callbacks(execute=True):
        move(city, make_case(city), "accept")
    assert int(data_version("cases")) == int(before) + 1
