"""Editing over HTTP: every address for every role, faults in words, two editors at once."""

import io
import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from addresses.models import Address, ChangeRequest, ChangeSet, EditingArea
from tests.conftest import ROLES
from tests.factories import City, join_register

pytestmark = pytest.mark.django_db
BASE = "/api/v1/register"
NOBODY = "00000000-0000-4000-8000-000000000000"
SEE = {"manager", "gis_editor", "administrator", "superuser"}
EDIT = {"gis_editor", "administrator", "superuser"}


@pytest.fixture
def register(city: City) -> City:
    EditingArea.objects.create(organisation=city.bodies["a"], district=city.areas.districts["A"])
    return join_register(
        city, city_editor="GIS_EDITOR", reviewer="GIS_REVIEWER", publisher="GIS_PUBLISHER"
    )


def post(client: Client, path: str, body: Any = None, **headers: str) -> Any:
    return client.post(
        f"{BASE}/{path}", json.dumps(body or {}).replace("Infinity", "1e400"), content_type="application/json",
        headers={"Accept-Language": "en", **headers},
    )  # fmt: skip


def opened(client: Client, **values: Any) -> str:
    answer = post(client, "drafts", {"title": "Test"} | values)
    assert answer.status_code == 201, answer.content
    return answer.json()["uid"]


def change(door: Address, **values: Any) -> dict[str, Any]:
    return {
        "entity": "address", "operation": "UPDATE", "uid": str(door.uid),
        "base_version": door.version, "values": values,
    }  # fmt: skip


@pytest.fixture
def draft(register: City, as_: Callable[[str], Client]) -> str:
    """A draft of the city's editor with one change."""
    client = as_("city_editor")
    uid = opened(client)
    answer = post(
        client, f"drafts/{uid}/changes", {"changes": [change(register.doors["a5"], number=25)]}
    )
    assert answer.status_code == 200, answer.content
    return uid


def point(lon: Any, lat: Any) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


class TestEveryRole:
    @pytest.mark.parametrize("who", ROLES)
    def test_reading(self, register, as_, draft, who):
        door = register.doors["a5"].uid
        for path in (
            "drafts", f"drafts/{draft}", f"records/{door}", "forms", "find?q=101/4",
            "nearby?bbox=27.9,39.59,27.91,39.6",
        ):  # fmt: skip
            status = as_(who).get(f"{BASE}/{path}").status_code
            if who in SEE:
                assert status == 200, path
            else:
                assert status in (403, 404), path

    @pytest.mark.parametrize("who", ROLES)
    def test_opening(self, register, as_, who):
        status = post(as_(who), "drafts", {"title": "Test"}).status_code
        assert status == (201 if who in EDIT else 403)

    def test_a_title_turns_no_writing_round(self, register, as_):
        uid = opened(as_("city_editor"), title="Sokak\u202e", reason="bir\u2066\niki")
        draft = ChangeSet.objects.get(uid=uid)
        assert (draft.title, draft.reason) == ("Sokak", "bir\niki")

    @pytest.mark.parametrize("who", ROLES)
    def test_changing_and_moving_somebody_elses_draft(self, register, as_, draft, who):
        """Who reviews may change it; an editor may not; for all others it is not there."""
        client, row = as_(who), ChangeSet.objects.get(uid=draft)
        one = {"changes": [change(register.doors["a9"], number=29)]}
        mine = who in ("administrator", "superuser")
        hidden = 403 if who in SEE or who == "anonymous" else 404
        for path, body in (
            (f"drafts/{draft}/changes", one),
            (
                f"drafts/{draft}/operations/snap",
                {"entity": "address", "uid": str(register.doors["a5"].uid)},
            ),
            (f"drafts/{draft}/check", {}),
        ):
            status = post(client, path, body).status_code
            assert status == (200 if mine else hidden), path
        url = f"{BASE}/drafts/{draft}/changes/address/{register.doors['a9'].uid}"
        assert client.delete(url).status_code == (200 if mine else hidden)
        row.refresh_from_db()
        assert row.changes.count() == 1

    @pytest.mark.parametrize("who", ROLES)
    def test_reviewing_publishing_rejecting(self, register, as_, draft, who):
        assert post(as_("city_editor"), f"drafts/{draft}/check").json()["state"] == "CHECKED"
        client, mine = as_(who), who in ("administrator", "superuser")
        hidden = 403 if who in SEE or who == "anonymous" else 404
        for move in ("review", "publish"):
            assert post(client, f"drafts/{draft}/{move}").status_code == (200 if mine else hidden)
        state = ChangeSet.objects.get(uid=draft).state
        assert state == ("PUBLISHED" if mine else "CHECKED")
        status = post(client, f"drafts/{draft}/reject", {"reason": "r"}).status_code
        assert status == (409 if mine else hidden)
        back = post(client, f"drafts/{draft}/roll-back").status_code
        assert back == (201 if mine else 409 if who in SEE else hidden)

    def test_without_a_token_nothing_is_written(self, register):
        client = Client(enforce_csrf_checks=True)
        client.force_login(register.people["city_editor"])
        assert post(client, "drafts", {"title": "Test"}).status_code == 403


class TestTheWay:
    def test_from_opening_to_roll_back(self, register, as_, draft):
        editor, reviewer, publisher = (as_(n) for n in ("city_editor", "reviewer", "publisher"))
        body = post(editor, f"drafts/{draft}/check").json()
        assert (body["state"], body["report"]["problems"]) == ("CHECKED", [])
        assert body["may"] == {
            "edit": True, "check": True, "review": False, "publish": False, "reject": True,
        }  # fmt: skip
        assert post(editor, f"drafts/{draft}/review").status_code == 403
        assert post(reviewer, f"drafts/{draft}/review").json()["state"] == "REVIEWED"
        body = post(publisher, f"drafts/{draft}/publish").json()
        assert (body["state"], body["number"] > 0) == ("PUBLISHED", True)
        assert Address.objects.get(pk=register.doors["a5"].pk).number == 25
        back = post(editor, f"drafts/{draft}/roll-back", {"reason": "wrong"})
        assert back.status_code == 201
        assert back.json()["changes"][0]["values"] == {"number": 5}

    def test_the_check_names_the_rules_of_new_findings(self, register, as_):
        client, door = as_("city_editor"), register.doors["a5"]
        uid = opened(client)
        lon, lat = register.areas.at(0.9, 0.9)
        moved = change(door, geometry={"type": "Point", "coordinates": [lon, lat]})
        post(client, f"drafts/{uid}/changes", {"changes": [moved]})
        quality = post(client, f"drafts/{uid}/check").json()["report"]["quality"]
        assert quality["new_by_rule"]["door_far_from_street"] == 1
        rule = quality["rules"]["door_far_from_street"]
        assert rule["title"] and rule["severity"] in ("ERROR", "WARNING", "INFO")
        assert rule["title"] != "door_far_from_street"

    def test_the_record_shows_history_and_drafts(self, register, as_, draft):
        client, door = as_("city_editor"), register.doors["a5"]
        body = client.get(f"{BASE}/records/{door.uid}?draft={draft}").json()
        assert (body["entity"], body["title"]) == ("address", "Atatürk Caddesi 5")
        assert (body["present"]["number"], body["drafted"]["number"]) == (5, 25)
        assert [v["version"] for v in body["versions"]] == [1]
        assert [d["uid"] for d in body["drafts"]] == [draft]
        assert body["names"]["side"] == "Atatürk Caddesi (B)"
        names = [f["name"] for f in body["form"]["fields"]]
        assert "number" in names and "neighbourhood" not in names

    def test_nearby_shows_the_draft(self, register, as_, draft):
        lon, lat = register.doors["a5"].geom.coords
        box = f"{lon - 0.001},{lat - 0.001},{lon + 0.001},{lat + 0.001}"
        url = f"{BASE}/nearby?kinds=address&bbox={box}"
        numbers = lambda u: {  # noqa: E731
            (f["properties"]["number"], f["properties"]["change"])
            for f in as_("city_editor").get(u).json()["features"]
        }
        assert numbers(url) == {(5, ""), (9, "")}
        assert numbers(f"{url}&draft={draft}") == {(25, "UPDATE"), (9, "")}


class TestTwoEditors:
    def test_the_second_gets_the_present_record(self, register, as_, draft):
        door = register.doors["a5"]
        for name, move in (
            ("city_editor", "check"),
            ("reviewer", "review"),
            ("publisher", "publish"),
        ):
            assert post(as_(name), f"drafts/{draft}/{move}").status_code == 200
        client = as_("city_editor")
        answer = post(
            client, f"drafts/{opened(client)}/changes", {"changes": [change(door, number=27)]}
        )
        assert answer.status_code == 409
        assert answer["Content-Type"] == "application/problem+json"
        assert [(b["uid"], b["number"], b["version"]) for b in answer.json()["present"]] == [
            (str(door.uid), 25, 2)
        ]

    def test_of_one_draft_the_second_is_told_and_may_then_go_on(self, register, as_, draft):
        first, second = as_("city_editor"), as_("reviewer")
        seen = second.get(f"{BASE}/drafts/{draft}")
        tag = seen["ETag"]
        door = register.doors["a5"]
        changes = {"changes": [change(door, number=27)]}
        assert post(first, f"drafts/{draft}/changes", changes).status_code == 200
        changes = {"changes": [change(door, number=29)]}
        for match in ({"If-Match": tag}, {}, {"If-Match": '"999999"'}):
            assert post(second, f"drafts/{draft}/changes", changes, **match).status_code == 409
            assert second.delete(
                f"{BASE}/drafts/{draft}/changes/address/{door.uid}", headers=match
            ).status_code == 409  # fmt: skip
        body = {"entity": "address", "uid": str(door.uid), "geometry": point(27.9, 39.6)}
        answer = post(second, f"drafts/{draft}/operations/reshape", body, **{"If-Match": tag})
        assert answer.status_code == 409
        tag = second.get(f"{BASE}/drafts/{draft}")["ETag"]
        answer = post(second, f"drafts/{draft}/changes", changes, **{"If-Match": tag})
        assert (answer.status_code, answer["ETag"] != tag) == (200, True)
        assert answer.json()["changes"][0]["values"]["number"] == 29

    def test_who_says_what_they_saw_goes_on(self, register, as_):
        client, door = as_("city_editor"), register.doors["a5"]
        uid = opened(client)
        for number in (25, 27):
            tag = client.get(f"{BASE}/drafts/{uid}")["ETag"]
            body = {"changes": [change(door, number=number)]}
            answer = post(client, f"drafts/{uid}/changes", body, **{"If-Match": tag})
            assert answer.status_code == 200
        assert answer.json()["changes"][0]["values"]["number"] == 27

    def test_what_was_not_seen_is_not_reviewed(self, register, as_, draft):
        tag = as_("reviewer").get(f"{BASE}/drafts/{draft}")["ETag"]
        changes = {"changes": [change(register.doors["a5"], number=27)]}
        post(as_("city_editor"), f"drafts/{draft}/changes", changes)
        answer = post(as_("city_editor"), f"drafts/{draft}/check")
        assert answer.json()["state"] == "CHECKED"
        answer = post(as_("reviewer"), f"drafts/{draft}/review", **{"If-Match": tag})
        assert answer.status_code == 409
        tag = as_("reviewer").get(f"{BASE}/drafts/{draft}")["ETag"]
        answer = post(as_("reviewer"), f"drafts/{draft}/review", **{"If-Match": tag})
        assert answer.json()["state"] == "REVIEWED"

    @pytest.mark.parametrize("tag", ["x", '"x"', "-1", '"1.5"', "9" * 30])
    def test_a_version_that_is_none(self, as_, draft, tag):
        answer = post(as_("city_editor"), f"drafts/{draft}/check", **{"If-Match": tag})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["If-Match"])

    def test_what_no_longer_fits_is_told_by_record(self, register, as_, draft):
        client, door = as_("city_editor"), register.doors["a5"]
        second = opened(client)
        post(client, f"drafts/{second}/changes", {"changes": [change(door, number=27)]})
        for uid in (draft, second):
            post(client, f"drafts/{uid}/check")
            post(as_("reviewer"), f"drafts/{uid}/review")
        assert post(as_("publisher"), f"drafts/{draft}/publish").status_code == 200
        answer = post(as_("publisher"), f"drafts/{second}/publish")
        assert answer.status_code == 409
        assert [(p["code"], p["uid"]) for p in answer.json()["problems"]] == [
            ("conflict", str(door.uid))
        ]


class TestRefusals:
    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "title"),
            ({"title": ""}, "title"),
            ({"title": "x", "kind": "IMPORT"}, "kind"),
            ({"title": "x", "effective_from": "2026-02-30"}, "effective_from"),
            ({"title": "x", "effective_from": "0001-01-01"}, "effective_from"),
        ],
    )
    def test_a_draft(self, register, as_, body, field):
        answer = post(as_("city_editor"), "drafts", body)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])

    @pytest.mark.parametrize(
        ("one", "status", "field"),
        [
            ({"values": {"number": "x"}}, 400, "number"),
            ({"values": {"geometry": {"type": "Point"}}}, 400, "geometry"),
            ({"values": {"geometry": {"type": ["Point"]}}}, 400, "geometry"),
            ({"values": {"geometry": point("27.9", "39.6")}}, 400, "geometry"),
            ({"values": {"geometry": point(True, False)}}, 400, "geometry"),
            ({"values": {"number": 1_000_000}}, 400, "number"),
            ({"values": {"suffix": "\ud800"}}, 400, "suffix"),
            ({"values": {"suffix": "A\u202e"}}, 400, "suffix"),
            ({"values": {"identifiers": {"x": "\u0000"}}}, 400, "identifiers"),
            ({"entity": "castle"}, 400, "changes"),
            ({"operation": "DELETE"}, 400, "changes"),
            ({"uid": "12"}, 400, "changes"),
            ({"uid": NOBODY}, 404, None),
        ],
    )
    def test_a_change(self, register, as_, draft, one, status, field):
        sent = change(register.doors["a9"], number=29) | one
        answer = post(as_("city_editor"), f"drafts/{draft}/changes", {"changes": [sent]})
        assert answer.status_code == status
        if field:
            assert list(answer.json()["errors"]) == [field]
        assert ChangeSet.objects.get(uid=draft).changes.count() == 1

    @pytest.mark.parametrize(
        "rings",
        [
            [[[27.84, 39.6], [27.841, 39.601], [27.841, 39.6], [27.84, 39.6]], []],
            [[]],
            [],
            [[[27.84, 39.6], [27.841, 39.601]]],
            [[[27.84, 39.6], [27.841, 39.601], [27.841, None], [27.84, 39.6]]],
            [[[[27.84, 39.6]]]],
        ],
    )
    def test_a_shape_with_an_empty_ring(self, register, as_, draft, rings):
        area = str(register.areas.neighbourhoods["A"].uid)
        one = {
            "entity": "parcel", "operation": "CREATE",
            "values": {
                "neighbourhood": area, "cadastral_block": "9", "number": "9",
                "geometry": {"type": "Polygon", "coordinates": rings},
            },
        }  # fmt: skip
        answer = post(as_("city_editor"), f"drafts/{draft}/changes", {"changes": [one]})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["geometry"])

    def test_an_open_ring_is_closed(self, register, as_, draft):
        (x, y), d = register.areas.at(0.5, 0.5), 1e-5
        ring = [[x, y], [x + d, y], [x + d, y + d]]
        one = {
            "entity": "parcel", "operation": "CREATE",
            "values": {
                "neighbourhood": str(register.areas.neighbourhoods["A"].uid),
                "cadastral_block": "9", "number": "9",
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            },
        }  # fmt: skip
        answer = post(as_("city_editor"), f"drafts/{draft}/changes", {"changes": [one]})
        assert answer.status_code == 200
        stored = ChangeSet.objects.get(uid=draft).changes.get(entity="parcel").values["geometry"]
        assert stored["coordinates"][0][0][0] == stored["coordinates"][0][0][-1]

    def test_a_stale_change_with_its_uid_in_capitals(self, register, as_, draft):
        door = register.doors["a9"]
        sent = change(door, number=29) | {"uid": str(door.uid).upper(), "base_version": 9}
        other = {"entity": "landmark", "operation": "CREATE", "base_version": 3, "values": {}}
        answer = post(as_("city_editor"), f"drafts/{draft}/changes", {"changes": [sent, other]})
        assert answer.status_code in (400, 409)

    @pytest.mark.parametrize(
        ("operation", "body"),
        [
            (
                "split",
                {
                    "entity": "parcel",
                    "uid": NOBODY,
                    "line": {"type": "LineString", "coordinates": []},
                },
            ),
            ("merge", {"entity": "parcel", "uids": [NOBODY, NOBODY]}),
            ("number", {"street": NOBODY}),
            ("reshape", {"entity": "building", "uid": NOBODY, "geometry": {}}),
            ("snap", {"entity": "building", "uid": NOBODY}),
            ("place-doors", {"building": NOBODY}),
            ("explode", {}),
        ],
    )
    def test_operations_on_what_there_is_not(self, register, as_, draft, operation, body):
        answer = post(as_("city_editor"), f"drafts/{draft}/operations/{operation}", body)
        assert answer.status_code == 404

    @pytest.mark.parametrize(
        ("operation", "body", "field"),
        [
            ("split", {"entity": "province", "uid": NOBODY, "line": {}}, "entity"),
            ("number", {"street": NOBODY, "step": 0}, "step"),
            ("number", {"street": NOBODY, "spacing": "far"}, "spacing"),
            ("merge", {"entity": "parcel", "uids": []}, "uids"),
        ],
    )
    def test_operations_that_make_no_sense(self, register, as_, draft, operation, body, field):
        answer = post(as_("city_editor"), f"drafts/{draft}/operations/{operation}", body)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])

    @pytest.mark.parametrize(
        "path",
        [
            "nearby", "nearby?bbox=1,2,3", "nearby?bbox=27,39,28,40",
            "nearby?bbox=27.9,39.59,27.91,39.6&kinds=castle", "find", "find?q=%20",
        ],
    )  # fmt: skip
    def test_questions_that_make_no_sense(self, register, as_, path):
        assert as_("city_editor").get(f"{BASE}/{path}").status_code == 400

    def test_a_draft_that_there_is_not(self, register, as_):
        client = as_("city_editor")
        assert client.get(f"{BASE}/drafts/{NOBODY}").status_code == 404
        assert client.get(f"{BASE}/records/{NOBODY}").status_code == 404
        door = register.doors["a5"].uid
        assert client.get(f"{BASE}/records/{door}?draft=x").status_code == 404

    @pytest.mark.parametrize(
        "geometry",
        [
            {},
            {"type": "Point", "coordinates": []},
            {"type": "x"},
            {"type": "Point", "coordinates": [math.inf, 39.6]},
            {"type": "Polygon", "coordinates": [[[27, 39], [math.inf, 39], [27, 40], [27, 39]]]},
            {"type": "Point", "coordinates": [400, 39.6]},
        ],
    )
    def test_topology_of_nothing(self, register, as_, geometry):
        answer = post(as_("city_editor"), "topology", {"entity": "parcel", "geometry": geometry})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["geometry"])


class TestTheField:
    """What crews report becomes a change request, once for each key."""

    def report(self, client: Client, door: Address, *, key: str = "k-1", **more: Any) -> Any:
        body = {"kind": "WRONG_POSITION", "uid": str(door.uid), "lon": 27.9, "lat": 39.6} | more
        headers = {"Idempotency-Key": key} if key else {}
        return client.post(f"{BASE}/field/reports", body, headers=headers)

    @pytest.mark.parametrize("who", ROLES)
    def test_for_every_role(self, register, as_, who):
        status = self.report(as_(who), register.doors["a5"]).status_code
        allowed = who not in ("anonymous", "agent")
        assert status == (201 if allowed else 403)
        assert ChangeRequest.objects.count() == int(allowed)

    def test_the_same_key_arrives_once(self, register, as_):
        client, door = as_("crew"), register.doors["a5"]
        moved = {"moved": "true", "number": "7/A"}
        first = self.report(client, door, **moved).json()
        again = self.report(client, door, **moved).json()
        assert first == again and ChangeRequest.objects.count() == 1
        filed = ChangeRequest.objects.get()
        assert (filed.source, filed.values["number"], filed.values["suffix"]) == ("CREW", 7, "A")
        assert filed.values["geometry"]["coordinates"] == [27.9, 39.6]
        other = self.report(client, door, text="Something else")
        assert other.status_code == 409

    def test_the_photo_comes_without_its_metadata(self, register, as_, settings, tmp_path):
        settings.MEDIA_ROOT = str(tmp_path)
        picture = Image.new("RGB", (60, 40), "green")
        exif = picture.getexif()
        exif[0x010E] = "secret"
        out = io.BytesIO()
        picture.save(out, "JPEG", exif=exif)
        file = SimpleUploadedFile("plate.jpg", out.getvalue(), content_type="image/jpeg")
        assert self.report(as_("crew"), register.doors["a5"], photo=file).status_code == 201
        kept = ChangeRequest.objects.get().photo.read()
        assert b"secret" not in kept and kept[:2] == b"\xff\xd8"

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"key": ""}, "Idempotency-Key"),
            ({"kind": "CASTLE"}, "kind"),
            ({"lat": "north"}, "lat"),
            ({"lat": "nan"}, "lat"),
            ({"number": "door"}, "number"),
            ({"number": "0"}, "number"),
            ({"number": "100000"}, "number"),
            ({"number": "99999999999999999999"}, "number"),
            ({"uid": NOBODY}, "uid"),
            ({"photo": SimpleUploadedFile("x.jpg", b"no photo")}, "photo"),
        ],
    )
    def test_refusals_name_the_field(self, register, as_, more, field):
        answer = self.report(as_("crew"), register.doors["a5"], **more)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
        assert ChangeRequest.objects.count() == 0

    def test_the_pages(self, register, as_):
        assert as_("crew").get("/register/field/").status_code == 200
        assert as_("agent").get("/register/field/").status_code == 403
        assert as_("gis_editor").get("/register/edit/").status_code == 200
        assert as_("crew").get("/register/edit/").status_code == 403
        assert as_("anonymous").get("/register/edit/").status_code == 302
        worker = as_("crew").get("/register/field/worker.js")
        assert worker["Content-Type"] == "text/javascript"
