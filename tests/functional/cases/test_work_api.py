"""A crew's day for its phone, and what the phone sends: once, by whoever may, conflicts in the open."""

import io
import json
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import Crew
from accounts.queries.viewers import viewer_of
from cases.actions.work import move_work, plan_work
from cases.models import Case, Photo, WorkOrder
from tests.conftest import ROLES
from tests.factories import City, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def crews(city: City) -> list[Crew]:
    found = [
        Crew.objects.create(department=city.departments["a:temizlik"], name=f"Ekip {i}")
        for i in (1, 2)
    ]
    found[0].members.add(city.people["crew"])
    return found


@pytest.fixture
def order(city: City, crews: list[Crew]) -> WorkOrder:
    case = make_case(city, place_label="Atatürk Caddesi 5")
    return plan_work(
        number=case.number, crew=crews[0].pk, day=timezone.localdate(), version=1, task="Kapıyı çal",
        viewer=viewer_of(city.people["coordinator"]), now=timezone.now(),
    )  # fmt: skip


def send(client: Any, order: WorkOrder, deed: str, key: str = "", **sent: Any) -> Any:
    return client.post(
        f"/api/v1/work-orders/{order.pk}/{deed}",
        {"version": order.version} | sent,
        headers={"Idempotency-Key": key or str(uuid.uuid4())},
    )


def with_gps() -> SimpleUploadedFile:
    out, image = io.BytesIO(), Image.new("RGB", (60, 40), "red")
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010F] = "Secret camera"
    image.save(out, "JPEG", exif=exif)
    assert b"Secret camera" in out.getvalue()
    return SimpleUploadedFile("x.jpg", out.getvalue(), "image/jpeg")


def test_what_is_mistyped_is_not_lost(city: City, as_, order: WorkOrder):
    client = as_("crew")
    answer = send(client, order, "done", result="done")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["result"])
    assert send(client, order, "yok").status_code == 404
    order.refresh_from_db()
    assert (order.state, order.version) == ("PLANNED", 1)


@pytest.mark.parametrize("who", ROLES)
def test_every_role_sees_the_day_of_its_own_crews(as_, order, who):
    answer = as_(who).get("/api/v1/work-orders")
    if who == "anonymous":
        assert answer.status_code == 403
        return
    seen = [o["number"] for o in answer.json()["orders"]]
    assert seen == ([order.case.number] if who == "crew" else [])
    page = as_(who).get("/crew/").status_code
    assert page == (200 if who == "crew" else 403)


@pytest.mark.parametrize("who", ROLES)
def test_every_role_and_a_deed(as_, order, who):
    answer = send(as_(who), order, "start")
    order.refresh_from_db()
    if who in {"crew", "coordinator", "administrator", "superuser"}:
        assert (answer.status_code, order.state) == (200, "UNDER_WAY")
    else:
        assert (answer.status_code, order.state) == (403 if who == "anonymous" else 409, "PLANNED")


def test_a_crew_does_not_reach_the_work_of_another(as_, order, crews, city):
    WorkOrder.objects.update(crew=crews[1])
    answer = send(as_("crew"), order, "start")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_yours")
    assert as_("crew").get("/api/v1/work-orders").json()["orders"] == []


def test_the_end_with_all_that_belongs_to_it_and_once(as_, order):
    client, key = as_("crew"), str(uuid.uuid4())
    sent: dict[str, Any] = {
        "note": "Alındı", "result_code": "done", "minutes": "35",
        "materials": json.dumps([{"name": "Çuval", "quantity": "2,5", "unit": "kg"}]),
    }  # fmt: skip
    for _ in range(2):
        answer = send(client, order, "done", key, **sent, before=with_gps())
        assert answer.status_code == 200, answer.content
    order.refresh_from_db()
    assert (order.state, order.minutes, order.version) == ("DONE", 35, 2)
    assert [(m.name, str(m.quantity)) for m in order.materials.all()] == [("Çuval", "2.500")]
    photo = Photo.objects.get(work_order=order)
    assert photo.moment == "BEFORE"
    kept = photo.file.read()
    assert b"Secret camera" not in kept and not Image.open(io.BytesIO(kept)).getexif()
    case = Case.objects.get(pk=order.case_id)
    assert (case.state, case.events.filter(kind="resolve").count()) == ("RESOLVED", 1)
    # The reporter does not see the crew's photos.
    url = f"/t/{case.token}/photos/{photo.pk}.jpg"
    assert as_("anonymous").get(url).status_code == 404
    assert client.get(f"/console/cases/{case.number}/photos/{photo.pk}.jpg").status_code == 200


def test_a_conflict_tells_what_it_is_now_and_who_changed_it(as_, order, city):
    viewer = viewer_of(city.people["coordinator"])
    tomorrow = timezone.localdate() + timezone.timedelta(days=1)
    move_work(
        order=order.pk,
        crew=order.crew_id,
        day=tomorrow,
        viewer=viewer,
        version=1,
        now=timezone.now(),
    )
    answer = send(as_("crew"), order, "start")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "changed")
    theirs = problem["theirs"]
    assert (theirs["version"], theirs["day"]) == (2, tomorrow.isoformat())
    assert theirs["changed_by"] == "Test coordinator"
    assert send(as_("crew"), order, "start", version=theirs["version"]).status_code == 200


@pytest.mark.parametrize(
    "deed, key, sent, status, field",
    [
        ("done", "x", {}, 400, "Idempotency-Key"),
        ("done", "", {"version": "x"}, 400, "version"),
        ("done", "", {"minutes": "-5"}, 400, "minutes"),
        ("done", "", {"materials": "["}, 400, "materials"),
        ("done", "", {"materials": "[[[[" * 5000}, 400, "materials"),
        ("done", "", {"result_code": "no_such"}, 400, "result_code"),
        ("done", "", {"result_code": "not_possible"}, 400, "result_code"),
        ("done", "", {"before": SimpleUploadedFile("a.jpg", b"no photo")}, 400, "photo"),
        ("done", "", {"at": "yesterday"}, 400, "at"),
        ("not_done", "", {}, 409, None),
        ("cancel", "", {"note": "x"}, 404, None),
        ("nonsense", "", {}, 404, None),
    ],
)
def test_what_cannot_be_is_refused_by_field_and_changes_nothing(
    as_, order, deed, key, sent, status, field
):
    answer = send(as_("crew"), order, deed, key, **sent)
    assert answer.status_code == status, answer.content
    if field:
        assert field in answer.json()["errors"]
    elif status == 409:
        assert answer.json()["reasons"]
    order.refresh_from_db()
    assert (order.version, order.state, order.reports.count()) == (1, "PLANNED", 0)
    assert not Photo.objects.filter(case=order.case).exists()


def test_nobody_reads_contact_data_with_it(as_, order):
    text = as_("crew").get("/api/v1/work-orders").content.decode()
    assert "token-" not in text
    assert as_("crew").get("/api/v1/work-orders?day=31.12.").status_code == 400
