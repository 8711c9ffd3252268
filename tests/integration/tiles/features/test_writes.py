"""Features that are sent become requests of the register, from those who may propose, and change nothing."""

import json
import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.rules.clients import CHANGES_PROPOSE, REGISTRY_READ
from addresses.models import Address, ChangeRequest
from tests.clients import make_client, program
from tests.conftest import ROLES
from tests.factories import City, close_register
from tiles.features import all_collections

pytestmark = pytest.mark.django_db
ITEMS = "/ogc/collections/{}/items"
GEOJSON = "application/geo+json"


@pytest.fixture
def who(city: City) -> Client:
    close_register()
    return program(make_client(city)[1])


def door_feature(city: City, **properties: Any) -> dict[str, Any]:
    lon, lat = city.areas.at(0.6, 0.6)
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {"side": str(city.doors["a5"].side.uid), "number": 77, **properties},
    }


def send(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return getattr(client, method)(path, text, content_type=GEOJSON, headers=headers)


class TestProposals:
    def test_a_new_one(self, city: City, who: Client):
        before = Address.objects.count()
        answer = send(who, "post", ITEMS.format("doors"), door_feature(city))
        assert answer.status_code == 202, answer.content
        filed = ChangeRequest.objects.get()
        assert answer["Location"] == answer.json()["url"]
        assert who.get(answer["Location"]).json()["state"] == "PENDING"
        assert filed.kind == "MISSING_ADDRESS" and filed.entity == "address"
        assert filed.values["number"] == 77 and filed.geom is not None
        assert Address.objects.count() == before

    def test_the_program_that_sent_it_stands_there_and_finds_its_own(self, city: City, who: Client):
        other, key = make_client(city, name="Başka")
        send(who, "post", ITEMS.format("doors"), door_feature(city))
        send(program(key), "post", ITEMS.format("doors"), door_feature(city, number=79))
        mine, theirs = ChangeRequest.objects.order_by("pk")
        assert theirs.client == other and mine.client not in (None, other)
        own = who.get("/api/v1/register/requests").json()["requests"]
        assert [one["uid"] for one in own] == [str(mine.uid)]

    def test_another_state_of_one(self, city: City, who: Client):
        one = city.doors["a5"]
        path = f"{ITEMS.format('doors')}/{one.uid}"
        read = who.get(path)
        feature = read.json()
        feature["properties"]["postcode"] = "10100"
        answer = send(who, "put", path, feature, **{"If-Match": read["ETag"]})
        assert answer.status_code == 202, answer.content
        filed = ChangeRequest.objects.get()
        # Only what is otherwise.
        assert filed.kind == "WRONG_DATA" and filed.values == {"postcode": "10100"}
        assert filed.entity_uid == one.uid and filed.entity_version == one.version
        one.refresh_from_db()
        assert one.postcode == ""

    def test_another_place(self, city: City, who: Client):
        path = f"{ITEMS.format('doors')}/{city.doors['a5'].uid}"
        feature = who.get(path).json()
        feature["geometry"]["coordinates"] = list(city.areas.at(0.6, 0.6))
        assert send(who, "put", path, feature).status_code == 202
        assert ChangeRequest.objects.get().kind == "WRONG_POSITION"

    def test_one_that_is_gone(self, city: City, who: Client):
        path = f"{ITEMS.format('doors')}/{city.doors['a5'].uid}"
        assert who.delete(path).status_code == 202
        assert ChangeRequest.objects.get().kind == "OBSOLETE"
        assert Client().get(path).status_code == 200

    def test_an_older_version(self, city: City, who: Client):
        path = f"{ITEMS.format('doors')}/{city.doors['a5'].uid}"
        for method in ("put", "delete"):
            answer = send(who, method, path, who.get(path).json(), **{"If-Match": '"7"'})
            assert answer.status_code == 412
        assert not ChangeRequest.objects.exists()

    def test_a_repetition(self, city: City, who: Client):
        path = ITEMS.format("doors")
        sent = door_feature(city)
        urls = {
            send(who, "post", path, sent, **{"Idempotency-Key": "a1"})["Location"] for _ in range(2)
        }
        assert len(urls) == 1 and ChangeRequest.objects.count() == 1
        other = door_feature(city, number=78)
        assert send(who, "post", path, other, **{"Idempotency-Key": "a1"}).status_code == 409


class TestWhoMay:
    def test_options_list_methods_to_those_who_may(self, city: City, who: Client, as_: Any):
        for path, more in ((ITEMS.format("doors"), "POST"), (f"{ITEMS.format('doors')}/x", "PUT")):
            assert more in who.options(path)["Allow"]
            assert more not in Client().options(path)["Allow"]
        _row, key = make_client(city, name="Reader", scopes=(REGISTRY_READ,))
        assert "POST" not in program(key).options(ITEMS.format("doors"))["Allow"]
        assert "POST" not in who.options(ITEMS.format("cases"))["Allow"]
        for role in ROLES:
            allowed = role in ("manager", "gis_editor", "administrator", "superuser")
            told = as_(role).options(ITEMS.format("doors"))["Allow"]
            assert ("POST" in told) == allowed, role

    def test_nobody_without_the_scope(self, city: City, who: Client):
        _row, key = make_client(city, name="Reader", scopes=(REGISTRY_READ,))
        path = ITEMS.format("doors")
        answer = send(program(key), "post", path, door_feature(city))
        assert answer.status_code == 403 and CHANGES_PROPOSE in answer["WWW-Authenticate"]
        assert send(Client(), "post", path, door_feature(city)).status_code == 401
        assert send(who, "post", ITEMS.format("cases"), door_feature(city)).status_code == 405
        assert not ChangeRequest.objects.exists()

    @pytest.mark.parametrize("role", ROLES)
    def test_people(self, city: City, as_: Any, role: str):
        close_register()
        allowed = role in ("manager", "gis_editor", "administrator", "superuser")
        answer = send(as_(role), "post", ITEMS.format("doors"), door_feature(city))
        assert answer.status_code == (202 if allowed else 401 if role == "anonymous" else 403)

    def test_a_session_needs_the_token_of_a_form(self, city: City):
        close_register()
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(city.people["gis_editor"])
        assert send(browser, "post", ITEMS.format("doors"), door_feature(city)).status_code == 403
        path = f"{ITEMS.format('doors')}/{city.doors['a5'].uid}"
        assert browser.delete(path).status_code == 403
        assert not ChangeRequest.objects.exists()


class TestNonsense:
    @pytest.mark.parametrize(
        "body",
        ["", "{", "[]", "1", "null", '{"type": "Feature", "properties": 1}', '{"type": "Point"}',
         "[" * 5000, '{"type": "Feature", "properties": {"number": NaN}}', b"\xff\xfe",
         '{"type": "Feature", "geometry": [], "properties": {}}'],
    )  # fmt: skip
    def test_what_is_no_feature(self, city: City, who: Client, body: Any):
        answer = send(who, "post", ITEMS.format("doors"), body)
        assert answer.status_code == 400, answer.content
        assert not ChangeRequest.objects.exists()

    def test_fields(self, city: City, who: Client):
        for properties, name in (
            ({"nonsense": 1}, "properties.nonsense"), ({"number": "x"}, "properties.number"),
            ({"number": -5}, "properties.number"), ({"side": "x"}, "properties.side"),
            ({"suffix": "a\x00"}, "properties.suffix"),
        ):  # fmt: skip
            answer = send(who, "post", ITEMS.format("doors"), door_feature(city, **properties))
            assert answer.status_code == 400 and name in answer.json()["errors"], properties
        without = door_feature(city) | {"geometry": None}
        assert send(who, "post", ITEMS.format("doors"), without).status_code == 400

    def test_no_such_feature(self, city: City, who: Client):
        for feature in (str(uuid.uuid4()), "x", "1"):
            path = f"{ITEMS.format('doors')}/{feature}"
            assert send(who, "put", path, door_feature(city)).status_code == 404
            assert who.delete(path).status_code == 404

    def test_outside_the_city(self, city: City, who: Client):
        far = door_feature(city) | {"geometry": {"type": "Point", "coordinates": [0, 0]}}
        path = f"{ITEMS.format('doors')}/{city.doors['a5'].uid}"
        for answer in (
            send(who, "post", ITEMS.format("doors"), far), send(who, "put", path, far)
        ):  # fmt: skip
            assert answer.status_code == 400 and list(answer.json()["errors"]) == ["geometry"]
        assert not ChangeRequest.objects.exists()

    def test_nothing_differs(self, city: City, who: Client):
        names = [n for n, one in all_collections().items() if one.writes is not None]
        tried = 0
        for name in names:
            for feature in who.get(ITEMS.format(name)).json()["features"][:3]:
                path = f"{ITEMS.format(name)}/{feature['id']}"
                answer = send(who, "put", path, who.get(path).json())
                assert answer.status_code == 400, (name, answer.content)
                assert list(answer.json()["errors"]) == [""]
                tried += 1
        assert tried > len(names)
        assert not ChangeRequest.objects.exists()

    @pytest.mark.parametrize("tag", ["x", '"x"', '"7"', 'W/"8"', '"x", "7"'])
    def test_no_version_of_it(self, city: City, who: Client, tag: str):
        path = f"{ITEMS.format('doors')}/{city.doors['a5'].uid}"
        assert who.delete(path, headers={"If-Match": tag}).status_code == 412

    @pytest.mark.parametrize("tags", ["*", '"x", {}', '{},"7"', "W/{}"])
    def test_a_version_of_it(self, city: City, who: Client, tags: str):
        path = f"{ITEMS.format('doors')}/{city.doors['a5'].uid}"
        tag = tags.format(who.get(path)["ETag"])
        assert who.delete(path, headers={"If-Match": tag}).status_code == 202

    @pytest.mark.parametrize("key", ["", "x" * 121, "a\tb"])
    def test_no_key(self, city: City, who: Client, key: str):
        answer = send(who, "post", ITEMS.format("doors"), door_feature(city), **{"Idempotency-Key": key})  # fmt: skip
        assert answer.status_code == 400 and list(answer.json()["errors"]) == ["Idempotency-Key"]

    def test_other_media(self, city: City, who: Client):
        text = json.dumps(door_feature(city))
        path = f"{ITEMS.format('doors')}/{city.doors['a5'].uid}"
        assert who.post(ITEMS.format("doors"), text, content_type="text/plain").status_code == 415
        assert who.put(path, text, content_type="application/geopackage+sqlite3").status_code == 415
