"""A case of a sensitive type is not there for the uncleared, whatever points at it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.queries.viewers import viewer_of
from cases.actions.routing_rules import RuleDraft
from cases.actions.trying import try_on_last_year, try_rule
from cases.models import Case, PersonRequest, RequestType
from tests.factories import NOW, City, make_case

pytestmark = pytest.mark.django_db
FAR = "9999-12-31"


@pytest.fixture
def hidden(city: City) -> Case:
    RequestType.objects.filter(code="budama").update(sensitive=True)
    return make_case(city, kind="budama", department="a:temizlik", opened_at=NOW)


def test_neither_its_parts_nor_its_duplicates_tell_of_it(city: City, as_, hidden: Case):
    for link in ("parent", "duplicate_of"):
        plain = make_case(city, opened_at=NOW)
        Case.objects.filter(pk=plain.pk).update(**{link: hidden})
        page = as_("agent").get(f"/console/cases/{plain.number}/").content.decode()
        assert hidden.number not in page
        assert (
            hidden.number
            in as_("superuser").get(f"/console/cases/{plain.number}/").content.decode()
        )


def test_no_filter_counts_it(city: City, as_, hidden: Case):
    for flag, link in (("children", "parent"), ("duplicates", "duplicate_of")):
        plain = make_case(city, opened_at=NOW)
        Case.objects.filter(pk=hidden.pk).update(parent=None, duplicate_of=None)
        Case.objects.filter(pk=hidden.pk).update(**{link: plain})
        path = f"/api/v1/cases?state=all&{flag}=1"
        assert as_("agent").get(path).json()["count"] == 0
        assert as_("superuser").get(path).json()["count"] == 1


def test_a_tried_rule_counts_what_its_asker_sees(city: City, hidden: Case):
    Case.objects.filter(pk=hidden.pk).update(opened_at=NOW - timedelta(days=1))
    draft = RuleDraft("All", "type = budama", city.departments["b:temizlik"].pk, before=None)
    for who, looked_at in (("administrator", 0), ("superuser", 1)):
        job = try_rule(draft, viewer=viewer_of(city.people[who]))
        found = try_on_last_year(job.payload, now=NOW, progress=lambda done, words="": None)
        assert found["looked_at"] == looked_at


@pytest.mark.parametrize("name", ["opened_to", "due_to", "closed_to", "opened_from"])
def test_days_beyond_the_calendar_are_told_and_left_out(city: City, as_, name: str):
    client = as_("agent")
    assert client.get(f"/console/?{name}={FAR}").status_code == 200
    assert client.get(f"/api/v1/cases?{name}={FAR}").status_code == 400
    client.post(
        "/console/filters/", {"name": "x", "query": f"view=all&{name}={FAR}", "default": "1"}
    )
    assert client.get("/console/", follow=True).status_code == 200


def test_the_officers_list_takes_no_day_for_another(city: City, as_):
    for path in ("/console/privacy/", "/console/privacy/looks.csv"):
        for day in (FAR, "0001-01-01", "x"):
            for end in ("from", "to"):
                assert as_("superuser").get(f"{path}?{end}={day}").status_code == 400
        assert as_("superuser").get(f"{path}?from=2026-11-01&to=").status_code == 200


def test_a_plan_is_within_a_year(city: City, as_):
    client = as_("coordinator")
    for day in (FAR, "0001-01-01"):
        assert client.get(f"/console/work/?day={day}").status_code == 200
        assert client.get(f"/console/work/print/?day={day}").status_code == 200


def test_asking_what_is_held_needs_a_reason_and_is_written_down(city: City, as_):
    client = as_("superuser")
    sent = {"do": "find", "phone": "0532 111 22 67"}
    assert client.post("/console/privacy/person/", sent).status_code == 422
    assert PersonRequest.objects.count() == 0
    assert client.post("/console/privacy/person/", sent | {"reason": "letter"}).status_code == 200
    assert PersonRequest.objects.get().kind == "FIND"
    assert as_("administrator").get("/console/privacy/person/").status_code == 403


def test_an_answer_that_is_too_long_is_refused_and_not_cut(city: City, client):
    case = make_case(city, state="WAITING_FOR_INFORMATION", opened_at=timezone.now())
    page = client.post(f"/t/{case.token}/answer/", {"note": "x" * 4001}, follow=True)
    assert "4000" in page.content.decode().replace(".", "")
    case.refresh_from_db()
    assert case.state == "WAITING_FOR_INFORMATION"
