"""Partners ask for changes over HTTP: filed once, followed by token, and what is refused."""

import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.queries.viewers import viewer_of
from addresses.actions.change_requests import process
from addresses.api.requests import RequestThrottle
from addresses.models import ChangeRequest
from tests.factories import NOW, City, close_register

pytestmark = pytest.mark.django_db
URL = "/api/v1/register/requests"
GOOD = {"kind": "MISSING_ADDRESS", "text": "Atatürk Caddesi 77"}


@pytest.fixture(autouse=True)
def closed(city: City) -> None:
    close_register()


def send(client: Client, body: Any, key: str = "", **more: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(URL, body, content_type="application/json", headers=headers, **more)


def test_filed_and_followed_to_its_end(city: City, client: Client):
    lon, lat = city.areas.at(0.5, 0.5)
    answer = send(client, GOOD | {"lon": lon, "lat": lat})
    assert answer.status_code == 201
    body = answer.json()
    assert (body["state"], body["answer"], body["change_number"]) == ("PENDING", "", None)
    assert body["url"].endswith(f"{URL}/{body['token']}")
    filed = ChangeRequest.objects.get()
    assert (filed.source, filed.neighbourhood) == ("PARTNER", city.areas.neighbourhoods["A"])
    door = city.doors["a5"]
    process(
        filed, viewer=viewer_of(city.people["superuser"]), now=NOW, answer="5", address_uid=door.uid
    )
    after = client.get(f"{URL}/{body['token']}")
    assert after["Cache-Control"] == "private, no-store"
    assert (after.json()["state"], after.json()["answer"]) == ("PROCESSED", "5")
    assert after.json()["address_uid"] == str(door.uid)
    assert "superuser" not in after.content.decode()


def test_values_for_a_record(city: City, client: Client):
    door = city.doors["a5"]
    one = {"kind": "WRONG_DATA", "entity": "address", "uid": str(door.uid), "values": {"number": 7}}
    assert send(client, one).status_code == 201
    filed = ChangeRequest.objects.get()
    assert (filed.entity_uid, filed.values, filed.entity_version) == (door.uid, {"number": 7}, 1)


def test_nobody_follows_without_the_token(city: City, client: Client):
    body = send(client, GOOD).json()
    for guess in (body["uid"], "x", body["token"][:-1], body["token"] + "x" * 50):
        assert client.get(f"{URL}/{guess}").status_code == 404
    assert client.get(URL).status_code in (401, 403)


def test_one_sees_only_ones_own(city: City, as_: Any):
    send(as_("crew"), GOOD)
    send(as_("agent"), GOOD | {"text": "Vatan Sokak 99"})
    send(Client(), GOOD | {"text": "nobody's 1"})
    for name, text in (("crew", GOOD["text"]), ("agent", "Vatan Sokak 99")):
        assert [r["text"] for r in as_(name).get(URL).json()["requests"]] == [text]
    assert as_("superuser").get(URL).json()["requests"] == []


def test_a_list_has_pages(city: City, as_: Any):
    client = as_("crew")
    for n in range(3):
        send(client, GOOD | {"text": f"Yol {n}"})
    first = client.get(f"{URL}?limit=2").json()
    second = client.get(f"{URL}?limit=2&after={first['next']}").json()
    assert [r["text"] for r in first["requests"] + second["requests"]] == [
        "Yol 2",
        "Yol 1",
        "Yol 0",
    ]
    assert "next" not in second


def test_a_repeated_key_is_the_same_request_and_a_reused_one_is_refused(city: City, client: Client):
    lon, lat = city.areas.at(0.5, 0.5)
    first = send(client, GOOD, key="k" * 300).json()
    assert send(client, GOOD, key="k" * 300).json()["uid"] == first["uid"]
    for other in ({"text": "other"}, {"kind": "OTHER"}, {"lon": lon, "lat": lat}):
        answer = send(client, GOOD | other, key="k" * 300)
        assert answer.status_code == 409
        assert answer["Content-Type"] == "application/problem+json"
    assert send(client, GOOD, key="k" * 299).json()["uid"] != first["uid"]


def test_anothers_key_finds_nothing(city: City, as_: Any, client: Client):
    first = send(client, GOOD, key="1").json()
    assert send(Client(), GOOD, key="1", REMOTE_ADDR="192.0.2.7").json()["uid"] != first["uid"]
    assert send(as_("crew"), GOOD, key="1").json()["uid"] != first["uid"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "STEAL"}, "kind"),
        ({"text": "x" * 2001}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"text": " "}, "text"),
        ({"text": {"a": 1}}, "text"),
        ({"lon": 27.9}, "lat"),
        ({"lon": 999, "lat": 39.5}, "lon"),
        ({"lon": 27.9, "lat": 89}, "lat"),
        ({"lon": 0, "lat": 0}, "lon"),
        ({"lon": "east", "lat": 39.5}, "lon"),
        ({"entity": "spaceship"}, "entity"),
        ({"entity": "neighbourhood_head"}, "entity"),
        ({"uid": str(uuid.uuid4())}, "entity"),
        ({"entity": "address", "uid": "1; DROP TABLE"}, "uid"),
        ({"entity": "address", "uid": str(uuid.uuid4())}, "uid"),
        ({"entity": "address", "values": {"number": "=1+1"}}, "values.number"),
        ({"entity": "address", "values": {"change_set": 1}}, "values.change_set"),
        ({"entity": "address", "values": [1]}, "values"),
    ],
)
def test_what_cannot_be_used_names_its_field(city: City, client: Client, change: Any, field: str):
    answer = send(client, GOOD | change)
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert field in answer.json()["errors"]
    assert not ChangeRequest.objects.exists()


@pytest.mark.parametrize("body", ["[]", "nonsense", '{"lon": NaN}', "[" * 90_000])
def test_what_is_no_object(city: City, client: Client, body: str):
    assert client.post(URL, body, content_type="application/json").status_code == 400


def test_too_many_are_slowed_down(city: City, client: Client, monkeypatch: Any):
    monkeypatch.setattr(RequestThrottle, "rate", "2/hour")
    answers = [send(client, GOOD | {"text": f"Yol {n}"}).status_code for n in range(3)]
    assert answers == [201, 201, 429]
