"""No photo keeps where, when and with what it was taken, whatever way it came in."""

import io
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import Crew
from accounts.rules.api_keys import digest
from addresses.models import ChangeRequest
from cases.models import Case, ExternalLink, Photo, WorkOrder
from tests.factories import City, make_case
from tests.integration.privacy.pictures import GPS, PICTURES, SECRET, assert_bare

pytestmark = pytest.mark.django_db


def upload(kind: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"GIZLI.{kind}", PICTURES[kind](), f"image/{kind}")


def check(photo: Photo, served: bytes) -> None:
    with photo.file.open("rb") as file:
        stored = file.read()
    assert_bare(stored)
    assert served == stored
    assert "GIZLI" not in photo.file.name


@pytest.mark.parametrize("kind", PICTURES)
def test_the_pictures_of_these_tests_do_carry_all_of_it(kind: str):
    body = PICTURES[kind]()
    assert SECRET in body and b"exif:GPSLatitude" in body
    image = Image.open(io.BytesIO(body))
    assert image.getexif().get_ifd(0x8825)[2] == GPS[2]
    assert b"MakerNote" in image.getexif().get_ifd(0x8769)[0x927C]


@pytest.mark.parametrize("kind", PICTURES)
def test_the_report_form_and_its_pages(city: City, as_, kind: str):
    client = as_("anonymous")
    sent = {"description": "çöp", "place_text": "Atatürk Caddesi 5", "photo": upload(kind),
            "key": uuid.uuid4().hex}  # fmt: skip
    answer = client.post("/report/", sent, follow=True)
    assert answer.status_code == 200
    case = Case.objects.get()
    photo = case.photos.get()
    page = client.get(f"/t/{case.token}/photos/{photo.pk}.jpg")
    check(photo, b"".join(page.streaming_content))
    staff = as_("agent").get(f"/console/cases/{case.number}/photos/{photo.pk}.jpg")
    check(photo, b"".join(staff.streaming_content))


def test_a_photo_that_waits_for_the_second_step_is_bare_too(city: City, as_):
    from django.core.cache import cache

    from cases.web.portal import _photo_key

    sent = {"description": "", "photo": upload("jpeg"), "key": "k" * 32}
    assert as_("anonymous").post("/report/", sent).status_code == 422
    (kept,) = cache.get(_photo_key("k" * 32))
    assert_bare(kept.body)


@pytest.mark.parametrize("kind", PICTURES)
def test_the_api(city: City, as_, kind: str):
    answer = as_("anonymous").post("/api/v1/cases", {
        "description": "çöp", "place_text": "Atatürk Caddesi 5", "photo": upload(kind),
    })  # fmt: skip
    assert answer.status_code == 201
    photo = Photo.objects.get()
    case = Case.objects.get()
    page = as_("agent").get(f"/console/cases/{case.number}/photos/{photo.pk}.jpg")
    check(photo, b"".join(page.streaming_content))


@pytest.mark.parametrize("kind", PICTURES)
def test_a_crews_phone(city: City, as_, kind: str):
    case = make_case(city, state="PLANNED")
    crew = Crew.objects.create(department=city.departments["a:temizlik"], name="1")
    crew.members.add(city.people["crew"])
    order = WorkOrder.objects.create(
        case=case, crew=crew, planned_day=timezone.localdate(), state="UNDER_WAY"
    )
    answer = as_("crew").post(
        f"/api/v1/work-orders/{order.pk}/done",
        {"version": 1, "note": "oldu", "result_code": "done", "after": upload(kind),
         "before": upload("png" if kind != "png" else "jpeg")},
        HTTP_IDEMPOTENCY_KEY=str(uuid.uuid4()),
    )  # fmt: skip
    assert answer.status_code == 200, answer.content
    for photo in case.photos.all():
        page = as_("crew").get(f"/console/cases/{case.number}/photos/{photo.pk}.jpg")
        check(photo, b"".join(page.streaming_content))
    assert case.photos.exists()


@pytest.mark.parametrize("kind", PICTURES)
def test_an_outside_party(city: City, as_, kind: str):
    case = make_case(city, state="WITH_EXTERNAL_PARTY")
    ExternalLink.objects.create(
        case=case, digest=digest("token"), party="Firma",
        expires_at=timezone.now() + timezone.timedelta(days=1),
    )  # fmt: skip
    sent = {"done": "yes", "note": "oldu", "photo": upload(kind)}
    assert as_("anonymous").post("/ext/token/", sent).status_code == 200
    photo = case.photos.get()
    page = as_("agent").get(f"/console/cases/{case.number}/photos/{photo.pk}.jpg")
    check(photo, b"".join(page.streaming_content))


@pytest.mark.parametrize("kind", PICTURES)
def test_a_field_report_about_the_register(city: City, as_, kind: str):
    lon, lat = city.areas.at(0.5, 0.5)
    answer = as_("gis_editor").post(
        "/api/v1/register/field/reports",
        {"kind": "OTHER", "text": "yanlış", "lon": lon, "lat": lat, "photo": upload(kind)},
        HTTP_IDEMPOTENCY_KEY=str(uuid.uuid4()),
    )
    assert answer.status_code in (200, 201), answer.content
    one = ChangeRequest.objects.get()
    with one.photo.open("rb") as file:
        stored = file.read()
    assert_bare(stored)
    page = as_("gis_editor").get(f"/register/requests/{one.pk}/photo")
    assert b"".join(page.streaming_content) == stored


def test_no_file_below_the_media_folder_carries_anything(city: City, as_):
    """Whatever the other tests of this run have put there."""
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file():
            assert SECRET not in path.read_bytes(), path
