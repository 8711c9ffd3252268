"""Our Open311 server, rule by rule of GeoReport v2, in both formats."""

import csv
import io
import uuid
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation
from jsonschema import validate
from PIL import Image

from accounts.actions.api_keys import issue_key
from accounts.models import Organisation
from accounts.rules.viewer import Viewer
from cases.actions.move import Given, make_move
from cases.models import Case, Channel, Jurisdiction, Received
from cases.queries import catalogue
from tests.factories import NOW, City, make_case
from tests.functional.cases import open311_shapes as shapes

pytestmark = pytest.mark.django_db
V2 = "/open311/v2"
FLAT = {
    "questions": [
        {"name": "floor", "kind": "number", "tr": "Kaçıncı kat?", "required": True},
        {"name": "kinds", "kind": "several_of", "tr": "Ne?",
         "options": [{"value": "a", "tr": "A"}, {"value": "b", "tr": "B"}]},
        {"name": "who", "kind": "text", "tr": "Kim?", "private": True},
    ]
}  # fmt: skip


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def key(city: City) -> str:
    return issue_key(city.people["agent"], name="x", days=9, now=timezone.now())


@pytest.fixture
def other_key(city: City) -> str:
    return issue_key(city.people["coordinator"], name="x", days=9, now=timezone.now())


def ask(path: str, schema: Any = None, code: int = 200, **query: Any) -> Any:
    """The JSON of an answer, whose XML says the same."""
    found = Client().get(f"{V2}/{path}.json", query, HTTP_ACCEPT_LANGUAGE="en")
    assert found.status_code == code, found.content
    assert found["Content-Type"] == "application/json; charset=utf-8"
    body = found.json()
    validate(body, schema or (shapes.ERRORS if code >= 400 else {}))
    as_xml = Client().get(f"{V2}/{path}.xml", query, HTTP_ACCEPT_LANGUAGE="en")
    assert as_xml.status_code == code
    assert as_xml["Content-Type"] == "text/xml; charset=utf-8"
    assert as_xml.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    assert same(ET.fromstring(as_xml.content), body), as_xml.content
    return body


def same(element: ET.Element, value: Any) -> bool:
    if isinstance(value, list):
        return len(element) == len(value) and all(map(same, element, value))
    if isinstance(value, dict):
        return [e.tag for e in element] == list(value) and all(
            same(e, v) for e, v in zip(element, value.values(), strict=True)
        )
    text = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else str(value)
    return (element.text or "") == text


def send(key: str | None = None, code: int = 201, path: str = "requests", form: str = "json",
         headers: Any = None, **data: Any) -> Any:  # fmt: skip
    if path == "requests":
        data = {"service_code": "cop", "description": "Çöp", "lat": 39.595, "long": 27.905} | data
    if key:
        data["api_key"] = key
    data = {k: v for k, v in data.items() if v is not None}
    found = Client().post(
        f"{V2}/{path}.{form}", data, HTTP_ACCEPT_LANGUAGE="en", headers=headers or {}
    )
    assert found.status_code == code, found.content
    if form == "xml":
        return ET.fromstring(found.content)
    body = found.json()
    validate(body, shapes.ERRORS if code >= 400 else {})
    return body


def open_one(key: str, **data: Any) -> str:
    body = send(key, **data)
    validate(body, shapes.OPENED)
    return body[0]["service_request_id"]


def words(body: Any) -> str:
    return " ".join(e["description"] for e in body)


def test_discovery_names_the_address_and_when_it_changed(city: City):
    found = ask("discovery", shapes.DISCOVERY)
    assert found["endpoints"][0]["url"] == "http://testserver/open311/v2"
    assert found["changeset"] <= timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def test_the_changeset_moves_when_services_or_definitions_change_and_only_then(city: City):
    def changeset(minutes: int) -> str:
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            for kept in (catalogue.request_types, catalogue.questionnaires):
                kept.cache_clear()
            from cases.api.open311.views import _offered

            _offered.cache_clear()
            return ask("discovery")["changeset"]

    first = changeset(0)
    assert changeset(5) == first
    kind = city.types["cop"]
    kind.name = "Çöp"
    kind.save()
    second = changeset(10)
    assert second > first
    kind.questionnaire = FLAT
    kind.save()
    third = changeset(15)
    assert third > second
    assert changeset(20) == third


def test_services_are_the_types_in_use(city: City):
    city.types["yardim"].active = False
    city.types["yardim"].save()
    city.types["budama"].sensitive = True
    city.types["budama"].save()
    found = {s["service_code"]: s for s in ask("services", shapes.SERVICES)}
    assert "yardim" not in found
    assert found["cop"]["type"] == "realtime"
    assert found["budama"]["type"] == "blackbox"
    assert found["cop"]["metadata"] is False


def test_a_definition_holds_the_questions(city: City):
    city.types["cop"].questionnaire = FLAT
    city.types["cop"].save()
    found = ask("services/cop", shapes.DEFINITION)
    assert [a["code"] for a in found["attributes"]] == ["floor", "kinds", "who"]
    assert [a["order"] for a in found["attributes"]] == [1, 2, 3]
    assert found["attributes"][0]["required"] is True
    assert found["attributes"][1]["datatype"] == "multivaluelist"
    assert found["attributes"][1]["values"] == [
        {"key": "a", "name": "A"}, {"key": "b", "name": "B"},
    ]  # fmt: skip
    ask("services/nothing", code=404)
    ask("services/x%", code=404)


def test_a_request_goes_in_and_is_read(city: City, key: str):
    uid = open_one(
        key, description="Çöp & <b>kötü</b> koku", first_name="Ayşe", last_name="Yılmaz",
        phone="05321112233", email="ayse@example.org", account_id="M-17", device_id="d",
        media_url="https://example.org/a.jpg?x=1&y=2",
    )  # fmt: skip
    case = Case.objects.get(uid=uid)
    assert (case.channel.code, case.state, case.department.code) == (
        "open311",
        "ROUTED",
        "temizlik",
    )
    (mine,) = ask(f"requests/{uid}", shapes.REQUESTS, api_key=key)
    assert mine["description"] == "Çöp & <b>kötü</b> koku"
    assert (mine["lat"], mine["long"]) == (39.595, 27.905)
    assert mine["media_url"] == "https://example.org/a.jpg?x=1&y=2"
    assert case.number in mine["service_notice"]
    raw = Client().get(f"{V2}/requests/{uid}.xml", {"api_key": key}).content.decode()
    assert "Çöp &amp; &lt;b&gt;kötü&lt;/b&gt; koku" in raw
    for text in ("Ayşe", "Yılmaz", "5321112233", "ayse@"):
        assert text not in raw
    # By its number too, for whoever sent it and nobody else.
    assert ask(f"requests/{case.number}", api_key=key)[0]["service_request_id"] == uid
    ask(f"requests/{case.number}", code=404)


def test_everybody_reads_the_public_shape_alone(city: City, key: str, other_key: str):
    uid = open_one(key, description="Komşum Ahmet çöp atıyor", media_url="https://example.org/a")
    case = Case.objects.get(uid=uid)
    for extra in ({}, {"api_key": other_key}):
        (found,) = ask(f"requests/{uid}", shapes.EXTENDED, extensions="true", **extra)
        assert found["description"] == found["media_url"] == found["address_id"] == ""
        assert found["account_id"] == found["service_notice"] == ""
        assert "expected_datetime" not in found
        assert case.number not in str(found)
        assert case.department.name not in found["agency_responsible"]
        assert abs(found["lat"] - 39.595) > 1e-6 or abs(found["long"] - 27.905) > 1e-6
        assert abs(found["lat"] - 39.595) < 0.0005
    (found,) = ask(f"requests/{uid}")
    assert found["requested_datetime"][8:] in ("31T21:00:00Z", "30T21:00:00Z", "28T21:00:00Z")


def test_nothing_private_sensitive_unmoderated_or_part_of_another_comes_out(city: City):
    city.types["budama"].sensitive = True
    city.types["budama"].save()
    now = timezone.now()
    shown = make_case(city, opened_at=now)
    hidden = [
        make_case(city, opened_at=now, public=False),
        make_case(city, kind="budama", opened_at=now, public=True),
        make_case(city, opened_at=now, parent=shown),
        make_case(city, opened_at=now, channel=city.channels["cimer"], state="NEW"),
    ]
    for case in (shown, *hidden):
        case.refresh_from_db()
    found = [r["service_request_id"] for r in ask("requests", shapes.REQUESTS)]
    assert found == [str(shown.uid)]
    for case in hidden:
        ask(f"requests/{case.uid}", code=404)
    rows = b"".join(Client().get(f"{V2}/requests.csv").streaming_content).decode()
    assert str(shown.uid) in rows
    assert not any(str(c.uid) in rows for c in hidden)


def test_keys(city: City, key: str):
    send(None, 403)
    send("vip_wrong", 403)
    send(issue_key(city.people["gis_editor"], name="x", days=1, now=timezone.now()), 403)
    ask("requests", code=403, api_key="vip_wrong")
    ask("servicerequestupdates", code=403)
    ask("servicerequestupdates", shapes.UPDATES, api_key=key)
    header = {"Authorization": f"Bearer {key}"}
    assert send(None, 201, headers=header)
    assert Client().post(f"{V2}/requests.json?api_key={key}", {
        "service_code": "cop", "lat": "39.595", "long": "27.905"}).status_code == 201  # fmt: skip


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"service_code": ""}, "service_code"),
        ({"lat": ""}, "lat and long"),
        ({"long": None}, "lat and long"),
        ({"lat": "nan"}, "lat"),
        ({"lat": "1e400"}, "lat"),
        ({"lat": "99"}, "WGS84"),
        ({"lat": None, "long": None}, "place"),
        ({"lat": "10", "long": "10"}, ""),
        ({"address_id": "x"}, "address_id"),
        ({"address_id": str(uuid.uuid4())}, "address_id"),
        ({"description": "x" * 4001}, "description"),
        ({"description": "a\x00b"}, "description"),
        ({"email": "x"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"account_id": "x" * 121}, "account_id"),
        ({"media_url": "javascript:alert(1)"}, "media_url"),
        ({"attribute[floor]": "\x00"}, ""),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(city: City, key: str, wrong: Any, said: str):
    assert said in words(send(key, 400, **wrong))
    assert not Case.objects.exists()


def test_a_service_that_there_is_not_is_404(city: City, key: str):
    send(key, 404, service_code="nothing")
    ask("requests", code=404, service_code="cop,nothing")


def test_a_door_of_the_register_is_the_place(city: City, key: str):
    uid = open_one(key, lat="", long="", address_id=str(city.doors["a9"].uid))
    case = Case.objects.get(uid=uid)
    assert case.address_id == city.doors["a9"].pk
    (found,) = ask(f"requests/{uid}", api_key=key)
    assert found["address_id"] == str(city.doors["a9"].uid)
    uid = open_one(key, lat="", long="", address_string="Atatürk Caddesi 5, Hasan Basri Çantay")
    assert Case.objects.get(uid=uid).address_id == city.doors["a5"].pk


def test_attributes_answer_the_questions(city: City, key: str):
    city.types["cop"].questionnaire = FLAT
    city.types["cop"].save()
    assert "attribute[floor]" in words(send(key, 400))
    assert "attribute[floor]" in words(send(key, 400, **{"attribute[floor]": "x"}))
    given = {"attribute[floor]": "3", "attribute[kinds][]": ["a", "b"], "attribute[other]": "y"}
    (found,) = send(key, **given)
    assert "other" in found["service_notice"]
    case = Case.objects.get(uid=found["service_request_id"])
    assert case.answers == {"floor": 3, "kinds": ["a", "b"]}


def test_a_hard_stop_opens_nothing_and_says_what_to_do(city: City, key: str):
    city.types["cop"].questionnaire = FLAT | {
        "stops": [{"code": "call", "when": "answer.floor > 9", "tr": "187 arayın"}]
    }
    city.types["cop"].save()
    assert "187" in words(send(key, 400, **{"attribute[floor]": "10"}))
    assert not Case.objects.exists()


def test_pictures_are_made_anew(city: City, key: str):
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "geheim"
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    media = SimpleUploadedFile("a.jpg", out.getvalue(), "image/jpeg")
    case = Case.objects.get(uid=open_one(key, media=media))
    body = case.photos.get().file.read()
    assert b"geheim" not in body
    assert "media" in words(send(key, 400, media=SimpleUploadedFile("a.jpg", b"no picture")))


def test_repeating_opens_one(city: City, key: str, other_key: str):
    same_key = {"Idempotency-Key": "a-1"}
    first = send(key, 201, headers=same_key)
    assert send(key, 200, headers=same_key) == first
    assert "Idempotency-Key" in words(send(key, 400, headers=same_key, description="Başka"))
    assert send(other_key, 201, headers=same_key) != first  # keys are their senders' own
    # Without a key: the same words at the same place within ten minutes.
    plain = send(key, 201, description="Kova")
    assert send(key, 200, description="Kova") == plain
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert send(key, 201, description="Kova") != plain
    assert Case.objects.count() == 4


def test_batch_gives_a_token_until_a_person_has_looked(city: City, key: str):
    open_one(key)
    Channel.objects.filter(code="open311").update(to_triage=True)
    catalogue.channels.cache_clear()
    assert {s["type"] for s in ask("services")} == {"batch"}
    (found,) = send(key, description="İkinci")
    validate([found], shapes.OPENED)
    token = found["token"]
    assert ask(f"tokens/{token}", shapes.TOKEN) == [{"token": token}]
    case = Received.objects.get(token=token).case
    ask(f"requests/{case.uid}", code=404)
    Case.objects.filter(pk=case.pk).update(state="ROUTED")
    (known,) = ask(f"tokens/{token}", shapes.TOKEN)
    assert known["service_request_id"] == str(case.uid)
    assert ask(f"requests/{case.uid}")
    ask(f"tokens/{uuid.uuid4()}", code=404)
    ask("tokens/x", code=404)


def test_a_sensitive_service_gives_neither(city: City, key: str):
    city.types["budama"].sensitive = True
    city.types["budama"].save()
    (found,) = send(key, service_code="budama")
    assert set(found) == {"service_notice", "account_id"}


def test_the_window_of_a_list(city: City, key: str):
    now = timezone.now()
    new, old = make_case(city, opened_at=now), make_case(city, opened_at=now - timedelta(days=130))
    for case in (new, old):
        case.refresh_from_db()
    ids = lambda **q: [r["service_request_id"] for r in ask("requests", **q)]  # noqa: E731
    at = lambda days: (now + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")  # noqa: E731
    assert ids() == ids(api_key=key) == [str(new.uid)]
    assert ids(start_date=at(-131), api_key=key) == [str(old.uid)]
    assert ids(end_date=at(-129), api_key=key) == [str(old.uid)]
    assert ids(start_date=at(-131), end_date=at(-129), api_key=key) == [str(old.uid)]
    assert ids(start_date=at(-1), end_date=at(-0.5), api_key=key) == []
    offset = (now - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S+00:00")
    assert ids(start_date=offset, api_key=key) == [str(new.uid)]
    # Whoever has no key asks by months, as everybody is told months.
    assert ids(start_date=at(-0.1), end_date=at(0)) == [str(new.uid)]
    assert "90" in words(ask("requests", code=400, start_date=at(-100), end_date=at(0)))
    ask("requests", code=400, start_date=at(0), end_date=at(-1))
    # An id lets go of all else.
    both = f"{new.uid},{old.uid},{uuid.uuid4()}"
    assert len(ids(service_request_id=both, start_date=at(-1), status="closed")) == 2


@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "yesterday"}, {"start_date": "2026-11-01T00:00:00"},
        {"start_date": "9999-12-31T23:59:59Z"}, {"start_date": "2026-02-31T00:00:00Z"},
        {"status": "done"}, {"page": "0"}, {"page": "x"}, {"page_size": "1001"},
        {"page": "99999999999"}, {"page": "100000", "page_size": "1000"}, {"lat": "39"},
        {"radius": "5"}, {"lat": "39", "long": "27", "radius": "-1"}, {"bbox": "1,2,3"},
        {"bbox": "3,2,1,4"}, {"lat": "39", "long": "27", "radius": "nan"},
        {"service_code": "a\x00b"}, {"service_request_id": ",".join(map(str, range(2000)))},
    ],
)  # fmt: skip
def test_a_list_refuses_what_it_cannot_use(city: City, query: Any):
    ask("requests", code=400, **query)


def test_status_is_open_or_closed_and_the_end_is_the_time(city: City, key: str):
    now = timezone.now().replace(microsecond=0)
    ended = now - timedelta(hours=5)
    make_case(city, opened_at=now - timedelta(days=2), state="PLANNED")
    make_case(
        city, opened_at=now - timedelta(days=2), state="CLOSED", resolved_at=ended, closed_at=now
    )
    (opened,) = (
        Client()
        .get(f"{V2}/requests.json", {"status": "open", "api_key": key}, HTTP_ACCEPT_LANGUAGE="en")
        .json()
    )
    assert opened["status_notes"] == "Planned"
    closed = Client().get(f"{V2}/requests.json", {"status": "closed", "api_key": key}).json()
    assert [r["updated_datetime"] for r in closed] == [ended.strftime("%Y-%m-%dT%H:%M:%SZ")]
    both = Client().get(f"{V2}/requests.json", {"status": "open,closed", "api_key": key}).json()
    assert len(both) == 2


def test_pages_places_and_changes(city: City, key: str):
    now = timezone.now()
    cases = [
        make_case(city, opened_at=now - timedelta(hours=n), changed_at=now - timedelta(hours=n),
                  at=(0.5 + n, 0.5))
        for n in range(3)
    ]  # fmt: skip
    for case in cases:
        case.refresh_from_db()
    uids = [str(c.uid) for c in cases]
    ids = lambda **q: [r["service_request_id"] for r in ask("requests", **q)]  # noqa: E731
    assert ids(page_size=2) == uids[:2]
    assert ids(page_size=2, page=2) == uids[2:]
    lon, lat = city.areas.at(1.5, 0.5)
    assert ids(lat=lat, long=lon, radius=300) == [uids[1]]
    assert ids(lat=lat, long=lon, radius=3000) == uids
    assert ids(bbox=f"{lon - 0.002},{lat - 0.002},{lon + 0.002},{lat + 0.002}") == [uids[1]]
    since = (now - timedelta(minutes=90)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert ids(updated_after=since, api_key=key) == uids[:2]
    assert ids(updated_before=since, api_key=key) == uids[2:]


def test_a_place_is_sought_where_it_is_shown(city: City):
    """By circles around the true place many questions would find the house."""
    case = make_case(city, opened_at=timezone.now(), precision="DOOR")
    (shown,) = ask("requests")
    true = Client().get(f"{V2}/requests.json", {
        "lat": case.geom.y, "long": case.geom.x, "radius": 1}).json()  # fmt: skip
    assert true == []
    assert ask("requests", lat=shown["lat"], long=shown["long"], radius=1) == [shown]


def test_jurisdictions(city: City, key: str):
    ask("services", code=404, jurisdiction_id="nowhere")
    for letter in ("a", "b"):
        body = Organisation.objects.get(code=letter)
        Jurisdiction.objects.create(code=f"{letter}.bel.tr", organisation=body)
        if letter == "a":
            ask("services")  # one needs no name
    for path in ("services", "services/cop", "requests"):
        assert "jurisdiction_id" in words(ask(path, code=400))
        ask(path, code=404, jurisdiction_id="nowhere")
        ask(path, jurisdiction_id="a.bel.tr")
    ask("services", code=400, jurisdiction_id="")  # an empty one is an absent one
    assert "jurisdiction_id" in words(send(key, 400))
    uid = open_one(key, jurisdiction_id="a.bel.tr")
    theirs = ask("requests", jurisdiction_id="b.bel.tr")
    ours = ask("requests", jurisdiction_id="a.bel.tr")
    assert [r["service_request_id"] for r in ours] == [uid]
    assert theirs == []


def test_updates_both_ways(city: City, key: str, other_key: str):
    uid = open_one(key)
    case = Case.objects.get(uid=uid)
    now = timezone.now()
    make_move(case, "ask", Given(note="Hangi kat? 0532 111 22 33"), {"triage_case"}, Viewer(), now)
    found = ask("servicerequestupdates", shapes.UPDATES, api_key=key)
    assert [u["extended_attributes"]["kind"] for u in found] == ["routed", "ask"]
    assert found[1]["service_request_id"] == uid
    assert "Hangi kat?" in found[1]["description"]
    assert "532" not in found[1]["description"]
    assert ask("servicerequestupdates", shapes.UPDATES, api_key=other_key) == []
    later = (now + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert ask("servicerequestupdates", api_key=key, start_date=later) == []

    told = {"service_request_id": uid, "update_id": "u1", "status": "open",
            "updated_datetime": later, "description": "Üçüncü kat"}  # fmt: skip
    path = "servicerequestupdates"
    first = send(key, 200, path, **told)
    assert send(key, 200, path, **told) == first
    case.refresh_from_db()
    assert case.state == "ROUTED"
    assert case.events.filter(kind="answer", note="Üçüncü kat").count() == 1
    send(other_key, 404, path, **told)
    send(key, 404, path, **told | {"service_request_id": "x"})
    send(key, 400, path, **told | {"description": "", "update_id": "u2"})
    send(key, 400, path, **told | {"status": "done"})
    send(key, 400, path, **told | {"updated_datetime": "now"})
    root = send(key, 200, path, "xml", **told)
    assert (root.tag, root[0].tag, root[0][0].tag) == (
        "service_request_updates", "request_update", "update_id",
    )  # fmt: skip


def test_what_is_told_of_an_ended_case_can_ask_to_reopen_it(city: City, key: str):
    uid = open_one(key)
    Case.objects.filter(uid=uid).update(state="CLOSED", closed_at=timezone.now())
    told = {"service_request_id": uid, "description": "Hâlâ orada"}
    send(key, 200, "servicerequestupdates", status="closed", **told)
    assert Case.objects.get(uid=uid).state == "CLOSED"
    send(key, 200, "servicerequestupdates", status="open", **told)
    assert Case.objects.get(uid=uid).state == "REOPEN_REQUESTED"


def test_the_bulk_file(city: City, key: str):
    uid = open_one(key, description='=cmd() "x"\nnew line')
    case = make_case(city, opened_at=timezone.now())
    case.refresh_from_db()
    answer = Client().get(f"{V2}/requests.csv", {"api_key": key})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {r["service_request_id"] for r in rows} == {uid, str(case.uid)}
    mine = next(r for r in rows if r["service_request_id"] == uid)
    assert not mine["description"].startswith("=")
    assert next(iter(rows[0])) == "service_request_id"
    assert Client().get(f"{V2}/requests.csv", {"status": "x"}).status_code == 400


@pytest.mark.parametrize(
    "method, path, status",
    [
        ("get", "", 404), ("get", "/", 404), ("get", "/nothing.json", 404), ("get", "/services", 404),
        ("get", "/services.yaml", 404), ("put", "/requests.json", 405), ("post", "/services.xml", 405),
        ("delete", "/requests/x.xml", 405), ("patch", "/discovery.json", 405), ("post", "/x", 404),
    ],
)  # fmt: skip
def test_every_other_address_and_method_says_so_in_its_format(
    city: City, method: str, path: str, status: int
):
    answer = getattr(Client(), method)(f"{V2}{path}")
    assert answer.status_code == status
    if path.endswith(".json"):
        validate(answer.json(), shapes.ERRORS)
        assert answer.json()[0]["code"] == status
    else:
        root = ET.fromstring(answer.content)
        assert [root.tag, root[0].tag, root[0][0].tag, root[0][0].text] == [
            "errors", "error", "code", str(status),
        ]  # fmt: skip
    if status == 405:
        assert "GET" in answer["Allow"]


def test_a_failure_behind_is_told_in_its_format_and_not_in_the_log(
    city: City, key: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    name = " ".join(["Ayşe", "Yılmaz"])

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError(name)

    monkeypatch.setattr("cases.api.open311.sent.receive_case", fail)
    body = send(key, 500)
    assert body[0]["code"] == 500
    assert "Ayşe" not in str(body)
    assert "open311 failed: RuntimeError" in caplog.text
    assert "Ayşe" not in caplog.text
    assert key not in caplog.text
