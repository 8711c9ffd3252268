"""Who sees what: every way to a case × every role × whose case it is."""

import io
import json

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from cases.models import Case, CaseReporter, ContactLook, Photo, Reporter
from tests.conftest import ROLES
from tests.factories import City, make_case

pytestmark = pytest.mark.django_db
# Of three cases: own department (a:temizlik), another one of the same body, another body.
SEES = {
    "anonymous": "",
    "gis_editor": "",
    "agent": "own same_body other_body",
    "administrator": "own same_body other_body",
    "superuser": "own same_body other_body",
    "coordinator": "own",
    "crew": "own",
    "roads": "same_body",
    "manager": "own same_body",
    "other_body": "other_body",
}
MAY_SEE_CASES = [name for name in ROLES if SEES[name]]
SEES_CONTACT = {"agent", "administrator", "superuser", "coordinator", "roads", "other_body"}
MAY_WORK = {"administrator", "superuser", "coordinator", "crew", "roads", "other_body"}


@pytest.fixture
def cases(city: City) -> dict[str, Case]:
    """Each with a photo and a reporter."""
    rows = {
        "own": make_case(city, opened_at=timezone.now()),
        "same_body": make_case(city, kind="cukur", department="a:fen", opened_at=timezone.now()),
        "other_body": make_case(city, department="b:temizlik", opened_at=timezone.now()),
    }
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "JPEG")
    for case in rows.values():
        photo = Photo(case=case, sha256="0" * 64, width=4, height=4)
        photo.file.save("x.jpg", ContentFile(out.getvalue()))
        reporter = Reporter.objects.create(
            full_name="Ayşe Yılmaz", phone="+905321112267", email="ayse@example.com"
        )
        CaseReporter.objects.create(case=case, reporter=reporter)
    return rows


def seen(name: str, cases: dict[str, Case]) -> set[str]:
    return {cases[what].number for what in SEES[name].split()}


def test_the_matrix_is_about_every_role():
    assert list(SEES) and set(SEES) == set(ROLES)


@pytest.mark.parametrize("name", ROLES)
def test_console_list_export_and_api_list(city: City, as_, cases, name):
    client = as_(name)
    for path in ("/console/?state=all", "/console/cases.csv?state=all", "/api/v1/cases?state=all"):
        response = client.get(path)
        if not SEES[name]:
            assert response.status_code == (
                302 if name == "anonymous" and "api" not in path else 403
            )
            continue
        assert response.status_code == 200
        text = (
            b"".join(response.streaming_content).decode() if response.streaming
            else response.content.decode()
        )  # fmt: skip
        assert {c.number for c in cases.values() if c.number in text} == seen(name, cases), path


@pytest.mark.parametrize("name", ROLES)
def test_one_case_its_photo_and_its_moves(city: City, as_, cases, name):
    client = as_(name)
    for what, case in cases.items():
        mine = what in SEES[name].split()
        works = mine and name in MAY_WORK
        photo = f"/console/cases/{case.number}/photos/{case.photos.get().pk}.jpg"
        assert client.get(photo).status_code == (200 if mine else 404), what
        assert client.get(f"/api/v1/cases/{case.number}").status_code == (200 if mine else 404)
        page = client.get(f"/console/cases/{case.number}/")
        move = client.post(
            f"/console/cases/{case.number}/move/", {"move": "accept", "version": case.version}
        )
        if name == "anonymous":
            assert page.status_code == move.status_code == 302
            assert page["Location"].startswith("/sign-in/")
        else:
            assert page.status_code == (200 if mine else 404), what
            assert move.status_code == (302 if works else 400 if mine else 403), what
        assert (Case.objects.get(pk=case.pk).state == "ACCEPTED") is works, what


@pytest.mark.parametrize("name", ROLES)
def test_contact_data_are_masked_and_each_look_is_written_down(city: City, as_, cases, name):
    client = as_(name)
    for what, case in cases.items():
        mine = what in SEES[name].split()
        page = client.get(f"/console/cases/{case.number}/").content.decode()
        api = client.get(f"/api/v1/cases/{case.number}").content.decode()
        for text in (page, api):
            assert "5321112267" not in text and "ayse@" not in text and "Yılmaz" not in text
        assert ("A*** Y***" in page) is mine
        response = client.post(f"/console/cases/{case.number}/contact/", {"reason": "geri arama"})
        looks = ContactLook.objects.filter(case=case)
        if mine and name in SEES_CONTACT:
            assert response.status_code == 200
            assert "+905321112267" in response.content.decode()
            look = looks.get()
            assert (look.user, look.reason) == (city.people[name], "geri arama")
            assert "no-cache" in response["Cache-Control"]
        else:
            assert response.status_code == (302 if name == "anonymous" else 403)
            assert "5321112267" not in response.content.decode()
            assert looks.count() == 0


def test_a_look_without_a_reason_shows_nothing(city: City, as_, cases):
    number = cases["own"].number
    response = as_("coordinator").post(
        f"/console/cases/{number}/contact/", {"reason": "  "}, follow=True
    )
    assert "5321112267" not in response.content.decode()
    assert ContactLook.objects.count() == 0


@pytest.mark.parametrize("name", ROLES)
def test_the_reporters_link_works_for_whoever_has_it_and_shows_no_contact(as_, cases, name):
    case = cases["other_body"]
    page = as_(name).get(f"/t/{case.token}/")
    assert page.status_code == 200
    assert case.number in page.content.decode()
    assert "5321112267" not in page.content.decode()
    assert page["X-Robots-Tag"] == "noindex"
    photo = as_(name).get(f"/t/{case.token}/photos/{case.photos.get().pk}.jpg")
    assert (photo.status_code, photo["Content-Type"]) == (200, "image/jpeg")
    assert (
        photo["Cache-Control"].startswith(("private", "max-age"))
        and "private" in photo["Cache-Control"]
    )


def test_a_token_opens_only_its_own_photos(as_, cases):
    foreign = cases["own"].photos.get().pk
    assert (
        as_("anonymous").get(f"/t/{cases['other_body'].token}/photos/{foreign}.jpg").status_code
        == 404
    )
    number = cases["own"].number
    other = cases["same_body"].photos.get().pk
    assert as_("manager").get(f"/console/cases/{number}/photos/{other}.jpg").status_code == 404


def test_photos_are_never_plain_files(as_, cases):
    name = cases["own"].photos.get().file.name
    for path in (f"/media/{name}", f"/{name}"):
        assert as_("superuser").get(path).status_code == 404


@pytest.mark.parametrize("token", ["x", "%00", "a" * 500, "..%2f..", "'--"])
def test_a_wrong_token_is_404(as_, cases, token):
    assert as_("anonymous").get(f"/t/{token}/").status_code == 404


def test_by_its_number_alone_a_case_shows_only_state_and_dates(as_, cases):
    case = cases["own"]
    Case.objects.filter(pk=case.pk).update(description="SECRET TEXT", place_label="SECRET PLACE")
    page = as_("anonymous").get("/track/", {"number": case.number}).content.decode()
    assert case.number in page
    for hidden in ("SECRET", "Cop", "Temizlik", case.token, "A***"):
        assert hidden not in page
    for number in ("2026-0", "\x00", "x" * 3000, "<script>alert(1)</script>"):
        answer = as_("anonymous").get("/track/", {"number": number})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


def test_what_has_changed_is_told_to_people_who_are_signed_in_only(as_, cases):
    assert as_("anonymous").get("/console/changes/").status_code == 302
    client = as_("coordinator")
    version = client.get("/console/changes/")["X-Version"]
    assert "HX-Trigger" not in client.get(f"/console/changes/?seen={version}")
    assert client.get("/console/changes/?seen=1")["HX-Trigger"] == "cases-changed"


@pytest.mark.parametrize("name", MAY_SEE_CASES)
def test_an_export_cannot_run_in_a_spreadsheet(city: City, as_, cases, name):
    Case.objects.update(description="=HYPERLINK(1)", place_label="@SUM(A1)\n+1")
    response = as_(name).get("/console/cases.csv?state=all")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text and ",=HYPERLINK" not in text
    assert "'@SUM(A1)" in text
    assert "no-store" in response["Cache-Control"]


def test_the_api_shows_no_contact_and_no_token(city: City, as_, cases):
    body = as_("agent").get("/api/v1/cases?state=all").json()
    assert body["count"] == 3
    assert not {"token", "reporters", "contact", "phone"} & set(body["cases"][0])
    assert cases["own"].token not in json.dumps(body)
