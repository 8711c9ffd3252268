"""Batches by a program: with a key of somebody, and with that person's rights."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions.api_keys import issue_key, revoke_key
from accounts.models import ApiKey
from accounts.queries.clients import forget_known
from addresses.models import GeocodeBatch
from tests.conftest import PEOPLE
from tests.factories import City
from tests.functional.addresses.test_batch_pages import API, csv_rows, file, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(city: City) -> Any:
    """A client that enforces what a browser's does, with somebody's key in its header."""

    def client(who: str) -> Client:
        key = issue_key(city.people[who], name="test", days=1, now=timezone.now())
        return Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {key}"})

    return client


def path(answer: Any) -> str:
    return answer.json()["url"].removeprefix("http://testserver")


def test_a_whole_batch_without_a_session(program: Any, city: City) -> None:
    client = program("agent")
    answer = client.post(API, {"data": file()})
    assert answer.status_code == 201
    assert "sessionid" not in answer.cookies
    url = path(answer)
    assert client.post(f"{url}/cancel").json()["state"] == "CANCELLED"
    assert client.post(f"{url}/resume").json()["state"] == "WAITING"
    work()
    assert client.get(url).json()["state"] == "DONE"
    assert csv_rows(client.get(f"{url}/result"))[0]["result_status"] == "ok"
    assert client.get(f"{url}/failures").json()["type"] == "FeatureCollection"
    assert client.delete(url).status_code == 204
    assert GeocodeBatch.objects.count() == 0


@pytest.mark.parametrize("who", PEOPLE)
def test_a_key_gives_no_more_than_its_person_has(program: Any, as_: Any, who: str) -> None:
    by_session = as_(who).post(API, {"data": file()}).status_code
    assert program(who).post(API, {"data": file()}).status_code == by_session


def test_another_persons_batch_does_not_exist(program: Any) -> None:
    url = path(program("agent").post(API, {"data": file()}))
    for who in ("gis_editor", "administrator", "superuser"):
        other = program(who)
        assert other.get(API).json() == []
        for method, part in (
            ("get", ""), ("delete", ""), ("post", "/cancel"), ("post", "/resume"),
            ("get", "/result"), ("get", "/failures"),
        ):  # fmt: skip
            assert getattr(other, method)(url + part).status_code == 404, part


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer vip_x", "bearer \x00", "Bearer ğ"])
def test_a_wrong_key_is_refused(city: City, header: str) -> None:
    answer = Client(headers={"Authorization": header}).get(API)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_wrong_key_is_refused_even_beside_a_session(city: City, as_: Any) -> None:
    answer = as_("agent").get(API, headers={"Authorization": "Bearer vip_wrong"})
    assert answer.status_code == 401


def test_nobody_is_told_to_bring_a_key(client: Client, city: City) -> None:
    answer = client.get(API)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_over(program: Any, city: City) -> None:
    client = program("agent")
    assert client.get(API).status_code == 200
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    forget_known()
    assert client.get(API).status_code == 401
    ApiKey.objects.update(expires_at=timezone.now() + timedelta(days=1))
    revoke_key(ApiKey.objects.get(), now=timezone.now())
    assert client.get(API).status_code == 401


def test_a_key_opens_nothing_else(program: Any, city: City) -> None:
    """It is for tables: lists of cases and the editor go on asking for a session."""
    client = program("administrator")
    assert client.get("/api/v1/cases").status_code in (401, 403)
    assert client.get("/api/v1/register/drafts").status_code in (401, 403)
    assert client.get("/console/").status_code == 302


def test_the_description_of_the_interface_names_it(client: Client) -> None:
    schema = client.get("/api/schema/", HTTP_ACCEPT="application/json").json()
    assert schema["components"]["securitySchemes"]["apiKey"] == {"type": "http", "scheme": "bearer"}
    assert {"apiKey": []} in schema["paths"]["/api/v1/geocode/batches"]["post"]["security"]
