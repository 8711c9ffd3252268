"""Reading from our Open311 server, rule by rule of GeoReport v2, in both formats."""

import csv
import io
import uuid
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import time_machine
from django.test import Client
from django.utils import timezone, translation
from jsonschema import validate

from accounts.actions.api_keys import issue_key
from accounts.api import admission
from accounts.models import Organisation
from accounts.rules.clients import Limits
from cases.models import Case, Jurisdiction
from cases.queries import catalogue
from tests.factories import NOW, City, make_case
from tests.functional.cases import open311_shapes as shapes
from tests.functional.cases.open311 import FLAT, V2, ask, open_one, send, words

pytestmark = pytest.mark.django_db


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


def test_too_many_are_told_when_to_come_again(city: City, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(admission, "_OPEN", Limits(1, 1))
    ask_once = Client().get(f"{V2}/requests.json")
    again = Client().get(f"{V2}/requests.json")
    assert (ask_once.status_code, again.status_code) == (200, 429)
    validate(again.json(), shapes.ERRORS)
    assert int(again["Retry-After"]) > 0


def test_a_page_of_a_thousand_takes_few_statements(
    city: City, key: str, django_assert_max_num_queries: Any
):
    now = timezone.now()
    case = make_case(city, opened_at=now)
    Case.objects.bulk_create(
        Case(**{f.attname: getattr(case, f.attname) for f in Case._meta.concrete_fields
                if f.name not in ("id", "uid", "geom_m", "number", "token")},
             number=f"2026-8{n:06d}", token=f"many-{n}")
        for n in range(999)
    )  # fmt: skip
    ask_all = lambda **q: Client().get(f"{V2}/requests.json", q).json()  # noqa: E731
    with django_assert_max_num_queries(2):
        assert len(ask_all()) == 1000
    with django_assert_max_num_queries(9):
        assert len(ask_all(api_key=key)) == 1000


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
