"""Forms that send what no page offers: refused by name, nothing done, nothing cut."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.html import escape

from accounts.models import Crew, CrewEvent
from accounts.rules.api_keys import digest
from cases.api import cases as api
from cases.models import Case, RequestType, Survey, WorkOrder
from cases.queries.case_pages import Count
from cases.web import listing
from tests.factories import City, make_case
from tests.functional.cases.photos import photo as picture_of

pytestmark = pytest.mark.django_db


def test_the_type_editor_takes_no_nul_and_no_version_of_words(city: City, as_):
    client, row = as_("administrator"), RequestType.objects.get(code="cop")
    assert client.post("/console/types/new/", {"code": "s5\0b"}).status_code == 422
    for version in ("abc", "\0", "9" * 40):
        page = client.post("/console/types/cop/", {"version": version, "code": "cop"})
        assert page.status_code in (409, 422), version
    act = {"do": "retire", "version": str(row.version), "successor": "a\0b"}
    assert client.post("/console/types/cop/act/", act, follow=True).status_code == 200
    row.refresh_from_db()
    assert row.active


@pytest.mark.parametrize("day", ["2126-01-01", "9999-12-31", "2026-02-30", "", "x"])
def test_nothing_is_planned_for_another_day_than_was_sent(city: City, as_, day):
    case = make_case(city, department="a:temizlik", state="ACCEPTED")
    crew = Crew.objects.create(department=city.departments["a:temizlik"], name="Ekip 1")
    client = as_("coordinator")
    sent = {"case": f"{case.number}:1", "crew": crew.pk, "day": day}
    assert client.post("/console/work/plan/", sent, follow=True).status_code == 200
    assert not WorkOrder.objects.exists()
    today = timezone.localdate()
    client.post("/console/work/plan/", sent | {"day": str(today)})
    order = WorkOrder.objects.get()
    client.post(f"/console/work/orders/{order.pk}/", {"crew": crew.pk, "to": day, "version": 1})
    order.refresh_from_db()
    assert (order.planned_day, order.version) == (today, 1)


@pytest.mark.parametrize("sent", [{"crew": "abc"}, {"crew": "9" * 20}, {"assignee": "abc"}])
def test_giving_to_nobody_known_takes_nothing_away(city: City, as_, sent):
    crew = Crew.objects.create(department=city.departments["a:temizlik"], name="Ekip 1")
    case = make_case(city, department="a:temizlik", crew=crew)
    as_("coordinator").post(f"/console/cases/{case.number}/crew/", {"version": 1} | sent)
    case.refresh_from_db()
    assert (case.crew, case.version) == (crew, 1)


def test_crews_keep_what_another_changed_and_what_no_deed_names(city: City, as_):
    department, client = city.departments["a:temizlik"], as_("coordinator")
    crew = Crew.objects.create(department=department, name="Ekip 1")
    crew.members.add(city.people["crew"])

    def post(**sent: str) -> int:
        return client.post(
            "/console/crews/", {"department": department.pk, "crew": crew.pk} | sent
        ).status_code

    assert post(do="drop", name="X") == 422
    assert post(do="change", name="Gece", seen="0") == 302
    assert post(do="change", name="Gündüz", seen="0") == 422  # somebody was faster
    seen = str(CrewEvent.objects.latest("pk").pk)
    assert post(do="change", name="Gündüz", seen=seen) == 302
    crew.refresh_from_db()
    assert crew.name == "Gündüz" and CrewEvent.objects.count() == 2
    for name in ("GUNDUZ", " gündüz ", "gün\ndüz"):
        assert post(do="make", name=name) == (302 if "\n" in name else 422), name
    for wrong in ("", "abc"):
        made = client.post("/console/crews/", {"department": wrong, "do": "make", "name": "Yeni"})
        assert made.status_code == 403
    assert not Crew.objects.filter(name="Yeni").exists()


def test_what_is_too_long_is_not_cut(city: City, as_, client):
    case = make_case(city, department="a:temizlik", state="ACCEPTED")
    crew = Crew.objects.create(department=city.departments["a:temizlik"], name="Ekip 1")
    plan = {
        "case": f"{case.number}:1",
        "crew": crew.pk,
        "day": str(timezone.localdate()),
        "task": "ğ" * 1001,
    }
    as_("coordinator").post("/console/work/plan/", plan)
    as_("coordinator").post(
        f"/console/cases/{case.number}/party/", {"party": "A" * 121, "version": 1}
    )
    case.refresh_from_db()
    assert (case.state, case.version) == ("ACCEPTED", 1)
    Survey.objects.create(
        case=case, digest=digest("t" * 22), asked_at=timezone.now() - timedelta(days=1)
    )
    page = client.post(f"/s/{'t' * 22}/", {"satisfied": "5", "solved": "yes", "remark": "ğ" * 1001})
    assert page.status_code == 422 and "ğ" * 1001 in page.content.decode()
    assert Survey.objects.get().answered_at is None


def test_programs_are_told_of_parameters_and_files_that_nobody_takes(city: City, as_):
    client = as_("agent")
    good = {"description": "Çöp alınmadı", "lon": 27.9, "lat": 39.6}
    assert client.post("/api/v1/cases?foo=1", good).status_code == 400
    lost = client.post("/api/v1/cases", good | {"picture": picture_of()})
    assert lost.status_code == 400 and "picture" in lost.json()["errors"]
    file = SimpleUploadedFile("a.jpg", b"x")
    path, key = (
        "/api/v1/work-orders/1/done",
        {"idempotency-key": "6f1a4a5e-9d52-4d3c-8f5f-0d0a4a6d8b11"},
    )
    done = as_("crew").post(path, {"version": 1, "photo": file}, headers=key)
    assert done.status_code == 400 and "photo" in done.json()["errors"]
    assert not Case.objects.exists()


def test_a_file_leaves_no_filter_out_and_signs_alone_find_nothing(city: City, as_):
    make_case(city)
    client = as_("agent")
    for query in ("state=BOGUS", "opened_to=9999-12-31", "distrct=5"):
        refused = client.get(f"/console/cases.csv?{query}")
        assert refused.status_code == 400, query
        assert query.partition("=")[2] in refused.content.decode()
    assert client.get("/console/cases.csv?state=all").status_code == 200
    for signs in ("🚛", "%25", "_", "-"):
        found = client.get(f"/api/v1/cases?state=all&q={signs}").json()
        assert found["count"] == 0, signs
    assert client.get("/api/v1/cases?state=all&q=+").json()["count"] == 1


@pytest.mark.parametrize("why", ["too long", "changed meanwhile"])
def test_a_refused_step_keeps_what_was_written(city: City, as_, why):
    case = make_case(city)
    note = "çukur " * 700 if why == "too long" else "Ekip <b>yolda</b>"
    sent = {"move": "accept", "version": case.version, "note": note, "result_code": "done"}
    if why == "changed meanwhile":
        sent["version"] = case.version + 1
    page = as_("coordinator").post(f"/console/cases/{case.number}/move/", sent)
    assert page.status_code == 400
    assert escape(note.strip()) in page.content.decode()
    assert '<option value="done" selected>' in page.content.decode()
    assert Case.objects.get(pk=case.pk).state == case.state


def test_the_legal_limit_is_the_day_that_it_ends_with(city: City, as_):
    case = make_case(city, legal_due_at=datetime(2026, 12, 28, 21, tzinfo=UTC))  # local midnight
    page = as_("coordinator").get(f"/console/cases/{case.number}/").content.decode()
    assert "28 Aralık 2026" in page and "29 Aralık" not in page


@pytest.mark.parametrize("what", ["type", "urgency"])
def test_who_corrects_what_was_ended_meanwhile_is_told_so(city: City, as_, what: str):
    case = make_case(city)
    sent = {"version": case.version, "request_type": "cukur", "urgency": "HIGH"}
    Case.objects.filter(pk=case.pk).update(state="CANCELLED", version=case.version + 1)
    page = as_("coordinator").post(f"/console/cases/{case.number}/{what}/", sent, follow=True)
    assert page.status_code == 200 and "Bu arada" in page.content.decode()


def test_a_list_on_one_page_says_how_many_it_is(city: City, as_, monkeypatch):
    """However long counting would have taken."""
    for _ in range(3):
        make_case(city)
    for where in (listing, api):
        monkeypatch.setattr(where, "count_up_to", lambda _rows: Count(0, known=False))
    assert as_("agent").get("/api/v1/cases").json()["count"] == 3
    assert as_("agent").get("/console/?view=all").context["count"] == Count(3)
