"""Retention, and the export and erasure of a person: what goes, what stays, what is told."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from PIL import Image

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import ANONYMOUS
from cases.actions.contact import see_contact
from cases.actions.move import move_case
from cases.actions.open_case import open_case
from cases.actions.person import erase_person, export_person
from cases.actions.recording import TRACKED, values
from cases.actions.retention import apply_retention, what_is_due
from cases.models import (
    Case,
    CaseEvent,
    ContactLook,
    PersonRequest,
    Photo,
    Reporter,
    RequestType,
    Tombstone,
)
from cases.photos import clean_photo
from cases.queries.person import sought
from cases.rules.draft import Contact, Draft
from core.api.problems import InvalidInput
from tests.factories import NOW, City
from tests.integration.access.people import add_narrowed

pytestmark = pytest.mark.django_db
PHONE, EMAIL, NAME = "+905321112267", "ayse.yilmaz@example.com", "Ayşe Yılmaz"
LATER = NOW + timedelta(days=60)


@pytest.fixture
def people(city: City) -> City:
    return add_narrowed(city)


def photo(colour: str) -> Any:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "JPEG")
    return clean_photo(io.BytesIO(out.getvalue()), name="x.jpg", size=1)


def report(key: str, *, contact: Contact | None = None, text: str = "") -> Case:
    draft = Draft(
        description=text or f"Ben {NAME}, Atatürk Caddesi 5 önünde çöp alınmıyor, tel 0532 111 22 67",
        channel="web", external_id=key, place_text="Atatürk Caddesi 5",
        contact=contact or Contact(NAME, PHONE, EMAIL),
    )  # fmt: skip
    return open_case(draft, photos=[photo("red" if key == "1" else "blue")], viewer=ANONYMOUS,
                     now=NOW).case  # fmt: skip


def work_to_its_end(city: City, case: Case) -> Case:
    who = viewer_of(city.people["coordinator"])
    see_contact(number=case.number, viewer=who, reason=f"{NAME} aranacak", now=NOW)
    for move, more in (
        ("accept", {"note": f"{NAME} arandı"}), ("start", {}),
        ("resolve", {"note": f"Sayın {NAME}, çöp alındı", "result_code": "done"}), ("close", {}),
    ):  # fmt: skip
        case.refresh_from_db()
        move_case(number=case.number, move=move, viewer=who, version=case.version, now=NOW, **more)
    case.refresh_from_db()
    return case


def everything_held() -> str:
    """Every row of every table as it is stored, every field as it is read (decrypted), every file."""
    said: list[str] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            said += [row[0] for row in cursor.fetchall()]
    for model in apps.get_models():
        for row in model._default_manager.all():
            said += [str(getattr(row, f.attname)) for f in model._meta.concrete_fields]
    for name in Photo.objects.values_list("file", flat=True):
        with default_storage.open(name) as file:
            said.append(repr(file.read()))
    return "\n".join(said)


TRACES = (PHONE, PHONE[1:], "532 111 22 67", "5321112267", EMAIL, NAME, "Yılmaz", "yilmaz")


def test_all_of_it_is_held_before(people: City):
    work_to_its_end(people, report("1"))
    held = everything_held()
    assert all(trace in held for trace in (PHONE, EMAIL, NAME, "0532 111 22 67"))


def test_an_erased_person_is_nowhere(people: City, django_capture_on_commit_callbacks):
    case = work_to_its_end(people, report("1"))
    files = [p.file.name for p in case.photos.all()]
    officer = viewer_of(people.people["privacy"])
    with django_capture_on_commit_callbacks(execute=True):
        erased = erase_person(
            sought("0532 111 22 67", ""), reason="Dilekçe 12", viewer=officer, now=LATER
        )
    assert (erased.cases, erased.people, erased.holds) == (1, 1, [])
    held = everything_held()
    for trace in TRACES:
        assert trace not in held, trace
    assert files and not any(default_storage.exists(name) for name in files)
    case.refresh_from_db()
    assert case.tombstone.cause == Tombstone.Cause.ERASURE and case.tombstone.files == []
    log = PersonRequest.objects.get()
    assert (log.kind, log.by_id, log.reason) == ("ERASE", officer.user_id, "Dilekçe 12")


def test_what_stays_is_what_statistics_need(people: City, django_capture_on_commit_callbacks):
    case = work_to_its_end(people, report("1"))
    before = {n: getattr(case, n) for n in (
        "number", "state", "request_type_id", "opened_at", "resolved_at", "closed_at",
        "district_id", "neighbourhood_id", "street_id", "organisation_id", "department_id",
        "result_code_id",
    )}  # fmt: skip
    token, point = case.token, case.geom
    RequestType.objects.update(retention_days=30)
    with django_capture_on_commit_callbacks(execute=True):
        assert apply_retention(now=LATER).forgotten == 1
    case.refresh_from_db()
    assert {n: getattr(case, n) for n in before} == before
    assert case.precision == "STREET" and case.address_id is None
    assert "5" not in case.place_label and case.place_label.startswith("Atatürk Caddesi")
    assert case.geom != point and case.h3_10 is not None
    assert case.token != token and case.description == ""
    assert not case.reporters.exists() and not case.photos.exists()
    look = ContactLook.objects.get(case=case)  # who looked, and when, stays: without the words
    assert look.reason == "" and look.user == people.people["coordinator"]
    stone = case.tombstone
    assert stone.policy["type"] == "cop" and stone.policy["days"] == 30
    assert stone.removed["photos"] == 1 and stone.removed["reporters"] == 1
    # The events still add up to the present values.
    known: dict[str, Any] = {}
    for event in case.events.order_by("at", "pk"):
        known |= event.data["changed"]
    assert case.events.order_by("at", "pk").last().kind == "anonymised"
    assert {n: known.get(n) for n in TRACKED if n in known} == {
        n: v for n, v in values(case).items() if n in known
    }


def test_retention_goes_by_type_in_batches_and_again_without_harm(people: City):
    cases = [work_to_its_end(people, report(str(i))) for i in range(1, 6)]
    open_one = report("9")
    assert what_is_due(LATER).due == {}
    RequestType.objects.filter(code="cop").update(retention_days=59)
    assert what_is_due(LATER).due == {"cop": 5}
    assert apply_retention(now=LATER, batch=2, limit=3).forgotten == 3
    assert Tombstone.objects.count() == 3
    assert apply_retention(now=LATER, batch=2).forgotten == 2
    assert apply_retention(now=LATER).forgotten == 0  # deletes the photos: see below
    before = everything_held()
    assert apply_retention(now=LATER).forgotten == 0
    assert everything_held() == before
    assert {s.case_id for s in Tombstone.objects.all()} == {c.pk for c in cases}
    assert open_one.description in before


def test_photos_that_a_run_left_behind_are_deleted_by_the_next(people: City):
    case = work_to_its_end(people, report("1"))
    RequestType.objects.update(retention_days=1)
    name = case.photos.get().file.name
    apply_retention(now=LATER)  # the commit's callbacks do not run here, as if it died
    assert Tombstone.objects.get().files == [name] and default_storage.exists(name)
    apply_retention(now=LATER)
    assert Tombstone.objects.get().files == [] and not default_storage.exists(name)


def test_the_command_checks_before_it_forgets(people: City):
    work_to_its_end(people, report("1"))
    RequestType.objects.update(retention_days=0)
    Case.objects.update(closed_at=timezone.now() - timedelta(days=2))
    out = io.StringIO()
    call_command("apply_retention", "--check", stdout=out)
    assert "cop: 1" in out.getvalue() and not Tombstone.objects.exists()
    call_command("apply_retention", stdout=out)
    assert "forgotten: 1" in out.getvalue() and Tombstone.objects.count() == 1


def test_what_is_open_or_may_be_objected_to_is_held(people: City):
    ended, open_one = work_to_its_end(people, report("1")), report("2")
    officer, who = viewer_of(people.people["privacy"]), sought("", EMAIL)
    soon = NOW + timedelta(days=3)
    erased = erase_person(who, reason="x", viewer=officer, now=soon)
    assert {h.number: h.reason for h in erased.holds} == {
        ended.number: "OBJECTION", open_one.number: "LEGAL_CLOCK",
    }  # fmt: skip
    assert (erased.cases, erased.people) == (0, 0)
    erased = erase_person(who, reason="x", viewer=officer, now=LATER)
    assert [h.reason for h in erased.holds] == ["OPEN"]  # its legal period is over, its work is not
    assert erased.cases == 1 and erased.people == 0
    assert open_one.reporters.get().phone == PHONE


def test_others_of_the_same_case_are_left_alone(people: City):
    case = report("1")
    other = report("2", contact=Contact("Mehmet Kaya", "+905339998877", ""), text="Çöp alınmıyor")
    work_to_its_end(people, case)
    work_to_its_end(people, other)
    erase_person(
        sought(PHONE, ""), reason="x", viewer=viewer_of(people.people["privacy"]), now=LATER
    )
    other.refresh_from_db()
    assert other.description == "Çöp alınmıyor"
    assert Reporter.objects.get().full_name == "Mehmet Kaya"


def test_an_export_holds_all_of_it_and_is_written_down(people: City):
    case = work_to_its_end(people, report("1"))
    report("2", contact=Contact("Mehmet Kaya", "+905339998877", ""), text="Başkasının sözü")
    officer = viewer_of(people.people["privacy"])
    body = export_person(sought(PHONE, ""), reason="Dilekçe 3", viewer=officer, now=LATER)
    archive = zipfile.ZipFile(io.BytesIO(body))
    held = json.loads(archive.read("person.json"))
    assert held["contact"][0]["phone"] == PHONE and held["contact"][0]["full_name"] == NAME
    (own,) = held["requests"]
    assert own["number"] == case.number and own["description"] == case.description
    assert "resolve" in [e["kind"] for e in own["events"]]
    assert own["looks_at_contact_data"][0]["reason"] == f"{NAME} aranacak"
    assert EMAIL in own["received"][0]
    assert held["messages"] and "Başkasının" not in archive.read("person.json").decode()
    assert len([n for n in archive.namelist() if n.startswith("photos/")]) == 1
    assert PersonRequest.objects.get().kind == "EXPORT"


@pytest.mark.parametrize("who", ["coordinator", "agent", "manager", "people", "head", "crew"])
def test_only_the_officer_exports_and_erases(people: City, who: str):
    viewer = viewer_of(people.people[who])
    for act in (export_person, erase_person):
        with pytest.raises(PermissionDenied):
            act(sought(PHONE, ""), reason="x", viewer=viewer, now=NOW)
    assert not PersonRequest.objects.exists()


def test_what_cannot_be_sought():
    for phone, email, field in (("", "", "phone"), ("12", "", "phone"), ("", "x", "email")):
        with pytest.raises(InvalidInput) as wrong:
            sought(phone, email)
        assert field in wrong.value.errors


def test_the_officers_pages(people: City, as_):
    case = work_to_its_end(people, report("1"))
    for _ in range(20):
        ContactLook.objects.create(
            case=case, user=people.people["agent"], reason="=1+1", at=timezone.now()
        )
    client = as_("privacy")
    page = client.get("/console/privacy/").content.decode()
    assert case.number in page and "Test agent" in page and "?user=agent" in page
    only = client.get("/console/privacy/", {"user": "coordinator"}).content.decode()
    assert "aranacak" in only and "=1+1" not in only
    text = b"".join(client.get("/console/privacy/looks.csv").streaming_content).decode()
    assert "'=1+1" in text and text.count(case.number) == 21
    found = client.post("/console/privacy/person/", {"do": "find", "phone": PHONE})
    assert PHONE not in found.content.decode().replace(f'value="{PHONE}"', "")
    assert client.post("/console/privacy/person/", {"do": "erase", "phone": PHONE, "reason": "x"}
                       ).status_code == 422  # fmt: skip
    answer = client.post(
        "/console/privacy/person/", {"do": "export", "phone": PHONE, "reason": "x"}
    )
    assert answer["Content-Type"] == "application/zip"
    assert CaseEvent.objects.filter(case=case, kind="anonymised").count() == 0


def test_anothers_number_with_an_own_address_leads_nowhere(people: City):
    """Whoever gives somebody's number first must not be told of what that one reports later."""
    report("1", contact=Contact("", PHONE, "attacker@example.com"))
    later = report("2", contact=Contact(NAME, PHONE, EMAIL))
    assert later.reporters.get().email == EMAIL
