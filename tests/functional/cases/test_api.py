"""`/api/v1/cases` as another program uses it."""

import json

import pytest
from django.test import Client

from cases.models import Case, IntakeMessage, Photo
from cases.rules.listing import NAMES
from tests.factories import City, make_case
from tests.functional.cases.photos import no_photo, photo

pytestmark = pytest.mark.django_db
TEXT = "Hasan Basri Çantay mah. 10028 Sk no:9 önünde çöp alınmıyor"


def post(client: Client, body=None, key: str | None = None, **more):
    headers = {"Idempotency-Key": key} if key else {}
    body = {"description": TEXT} | more if body is None else body
    return client.post(
        "/api/v1/cases", json.dumps(body), content_type="application/json", headers=headers
    )


def problem(response, status: int) -> dict:
    assert response.status_code == status, response.content
    assert response["Content-Type"].startswith("application/problem+json")
    body = response.json()
    assert body["status"] == status and body["title"] and body["detail"]
    assert "Traceback" not in response.content.decode()
    return body


def test_a_case_by_json(city: City, client: Client):
    response = post(client, phone="+905321112233")
    assert response.status_code == 201
    body, case = response.json(), Case.objects.get()
    assert body["number"] == case.number
    assert (body["state"], body["request_type"], body["channel"]) == ("ROUTED", "cop", "web")
    assert (body["organisation"], body["department"]) == ("a", "temizlik")
    assert body["needs_review"] is False
    assert body["place"]["precision"] == "DOOR"
    assert body["place"]["address_id"] == city.doors["sk9"].pk
    assert body["place"]["district"] == "Altıeylül"
    assert (body["place"]["lon"], body["place"]["lat"]) == city.doors["sk9"].geom.coords
    assert body["tracking_url"] == f"http://testserver/t/{case.token}/"
    assert "5321112233" not in response.content.decode()


def test_a_case_with_photos_by_multipart(city: City, client: Client):
    response = client.post(
        "/api/v1/cases", {"description": TEXT, "lon": "", "photo": [photo(10), photo(200)]}
    )
    assert response.status_code == 201, response.content
    assert Photo.objects.filter(case__number=response.json()["number"]).count() == 2


def test_a_case_by_a_plain_form(city: City, client: Client):
    lon, lat = city.areas.at(2.5, 0.5)
    response = client.post(
        "/api/v1/cases",
        f"description=cop+alinmiyor&lon={lon}&lat={lat}",
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code == 201, response.content
    assert response.json()["place"]["precision"] == "POINT"


def test_repeating_a_key_gives_the_same_case_with_200(city: City, client: Client):
    first, again = post(client, key="abc"), post(client, key="abc")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Case.objects.count() == 1


def test_the_senders_own_id_is_a_key_too(city: City, client: Client):
    assert post(client, external_id="e1").status_code == 201
    assert post(client, external_id="e1").status_code == 200
    assert post(client, key="e1").status_code == 200


def test_without_a_key_every_request_is_a_new_case(city: City, client: Client):
    post(client)
    post(client)
    assert Case.objects.count() == 2


def test_a_key_with_other_content_is_409(city: City, client: Client):
    post(client, key="abc")
    problem(post(client, {"description": TEXT + "!"}, key="abc"), 409)
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "description"),
        ({"description": "  "}, "description"),
        ({"description": None}, "description"),
        ({"description": "x" * 4001, "lon": 27.9, "lat": 39.6}, "description"),
        ({"description": "x" * 20_001}, "description"),
        ({"description": "çöp\u0000"}, "description"),
        ({"description": "çöp alınmıyor"}, "place_text"),
        ({"description": TEXT, "lon": "x"}, "lon"),
        ({"description": TEXT, "lon": 27.9}, "lat"),
        ({"description": TEXT, "lon": 200, "lat": 39}, "lon"),
        ({"description": TEXT, "lon": 26.0, "lat": 39.4}, "place"),
        ({"description": TEXT, "lon": 27.9, "lat": 89}, "place"),
        ({"description": TEXT, "address_id": 2**62}, "address"),
        ({"description": TEXT, "address_id": 2**70}, "address_id"),
        ({"description": TEXT, "address": "12"}, "address"),
        ({"description": TEXT, "address": "00000000-0000-4000-8000-000000000000"}, "address"),
        ({"description": TEXT, "request_type": "uydurma"}, "request_type"),
        ({"description": TEXT, "kind": "PRAISE"}, "kind"),
        ({"description": TEXT, "channel": "pigeon"}, "channel"),
        ({"description": TEXT, "external_id": "x" * 121}, "external_id"),
        ({"description": TEXT, "phone": "123"}, "phone"),
        ({"description": TEXT, "email": "a,b@example.com"}, "email"),
        ({"description": TEXT, "photo": ["x"]}, "photo"),
    ],
)
def test_a_fault_names_its_field(city: City, client: Client, body, field):
    errors = problem(post(client, body), 400)["errors"]
    assert list(errors) == [field]
    assert all(type(reason) is str and reason and "{" not in reason for reason in errors[field])
    assert IntakeMessage.objects.count() == 0


def test_a_door_is_chosen_by_its_public_id(city: City, client: Client):
    door = city.doors["b7"]
    body = post(client, {"description": TEXT, "address": str(door.uid)}).json()
    assert body["place"]["address_id"] == door.pk


@pytest.mark.parametrize(
    "raw",
    [
        "", "{", "[]", '"x"', "null", '{"description": "x", "lon": NaN, "lat": 1}',
        '{"description": "x", "lon": 1e999, "lat": 1}', "\xff\xfe", '{"description": "\\ud800"}',
    ],
)  # fmt: skip
def test_what_is_no_proper_json_is_400(city: City, client: Client, raw):
    problem(client.post("/api/v1/cases", raw, content_type="application/json"), 400)


def test_what_is_no_json_is_told_in_the_senders_language(city: City, client: Client):
    answer = client.post("/api/v1/cases", "{", content_type="application/json")
    assert answer.json()["detail"] == "Gövde JSON değil."


@pytest.mark.parametrize("path", ["/api/v1/works", "/api/v1/cases", "/api/v1/doors"])
def test_a_format_that_is_not_to_be_had_is_a_wrong_parameter(city: City, path: str):
    client = Client()
    client.force_login(city.people["administrator"])
    answer = client.get(path, {"format": "csv"})
    assert list(problem(answer, 400)["errors"]) == ["format"]


def test_json_of_endless_depth_is_400(city: City, client: Client):
    client.raise_request_exception = False
    raw = '{"description":' + "[" * 100_000
    assert client.post("/api/v1/cases", raw, content_type="application/json").status_code == 400


def test_another_kind_of_content_is_415(city: City, client: Client):
    problem(client.post("/api/v1/cases", "<x/>", content_type="application/xml"), 415)


def test_a_file_that_is_no_photo_is_400(city: City, client: Client):
    response = client.post("/api/v1/cases", {"description": TEXT, "photo": [no_photo()]})
    assert list(problem(response, 400)["errors"]) == ["photo"]
    six = [photo(n * 20) for n in range(6)]
    response = client.post("/api/v1/cases", {"description": TEXT, "photo": six})
    assert list(problem(response, 400)["errors"]) == ["photo"]


@pytest.mark.parametrize(
    ("who", "channel", "status"),
    [
        ("anonymous", "web", 201),
        ("anonymous", "mobile_app", 201),
        ("anonymous", "call_centre", 403),
        ("anonymous", "cimer", 403),
        ("gis_editor", "call_centre", 403),
        ("crew", "call_centre", 403),
        ("agent", "call_centre", 201),
        ("coordinator", "cimer", 201),
    ],
)
def test_who_may_send_by_which_channel(city: City, as_, who, channel, status):
    response = post(as_(who), channel=channel)
    assert response.status_code == status, response.content
    if status == 201:
        opened = Case.objects.get().events.get(kind="opened")
        assert opened.actor == (None if who == "anonymous" else city.people[who])


def test_a_signed_in_browser_needs_the_csrf_token(city: City):
    client = Client(enforce_csrf_checks=True)
    client.force_login(city.people["agent"])
    problem(post(client), 403)
    assert post(Client(enforce_csrf_checks=True)).status_code == 201


def test_too_many_are_told_to_wait(city: City, client: Client, monkeypatch):
    from rest_framework.throttling import ScopedRateThrottle

    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"open_case": "2/hour"})
    assert [post(client).status_code for _ in range(3)] == [201, 201, 429]
    response = post(client)
    problem(response, 429)
    assert 0 < int(response["Retry-After"]) <= 3601
    assert client.get("/api/v1/request-types").status_code == 200


def test_reading_needs_a_person(city: City, as_):
    case = make_case(city)
    problem(as_("anonymous").get("/api/v1/cases"), 403)
    problem(as_("anonymous").get(f"/api/v1/cases/{case.number}"), 404)
    problem(as_("agent").get("/api/v1/cases/2026-0"), 404)
    page = as_("coordinator").get("/api/v1/cases").json()
    assert (page["count"], page["next"]) == (1, None)
    assert page["cases"][0] == as_("coordinator").get(f"/api/v1/cases/{case.number}").json()
    assert page["cases"][0]["number"] == case.number


@pytest.mark.parametrize(
    "path",
    ["cases", "cases/{number}", "cases/feed/latest", "cases/feed/events", "request-types", "work-orders", "works"],
)  # fmt: skip
def test_a_parameter_that_is_mistyped_gives_nothing(city: City, as_, path: str):
    path = "/api/v1/" + path.format(number=make_case(city).number)
    assert as_("coordinator").get(path).status_code == 200
    body = problem(as_("coordinator").get(f"{path}?stat=open&stat=all&{'x' * 50}=1"), 400)
    assert body["errors"].keys() <= {"stat", "x" * 40} and "stat" in body["errors"]


def test_every_parameter_of_the_list_is_known_to_the_api(city: City, as_):
    assert as_("coordinator").get("/api/v1/cases", dict.fromkeys(NAMES, "")).status_code == 200


def test_only_get_and_post(city: City, as_):
    for method in ("put", "patch", "delete"):
        problem(getattr(as_("superuser"), method)("/api/v1/cases"), 405)


def test_the_catalogue_of_types(city: City, client: Client):
    types = {t["code"]: t for t in client.get("/api/v1/request-types").json()}
    assert set(types) == set(city.types)
    assert types["cop"] == {
        "code": "cop", "name": "Cop", "name_en": "", "group": "temizlik", "synonyms": [], "icon": "",
        "target_hours": 24, "version": 1, "questions": [], "stops": [],
    }  # fmt: skip


def test_the_schema_describes_it(city: City, client: Client):
    schema = client.get("/api/schema/", {"format": "json"}).json()
    assert {"get", "post"} <= set(schema["paths"]["/api/v1/cases"])
