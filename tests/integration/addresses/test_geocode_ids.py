"""Every kind of place is told over HTTP with the records behind it, in both formats."""

from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from addresses.models import Address, Unit

from .furnished import Furnished

pytestmark = pytest.mark.django_db


def best(client: Client, text: str) -> dict[str, Any]:
    plain = client.get("/geocode/search", {"q": text}).json()
    [found, *_] = plain["features"]
    other = client.get("/geocode/search", {"q": text, "format": "geocodejson"}).json()
    same = other["features"][0]["properties"]["geocoding"]
    assert same["uids"] == found["properties"]["uids"]
    assert same["precision"] == found["properties"]["precision"]
    assert same.get("id", "").partition(":")[2] == (found["id"] or "")
    assert other["geocoding"]["change"] == plain["change"]
    return found


def uids(**records: Any) -> dict[str, str]:
    return {name: str(record.uid) for name, record in records.items()}


def test_a_unit(furnished: Furnished, client: Client) -> None:
    f = furnished
    found = best(client, "Bir mah. Gül Sk no:9 daire:3")
    assert (found["properties"]["precision"], found["properties"]["unit"]) == ("UNIT", "3")
    assert found["id"] == str(f.unit.uid)
    assert found["properties"]["uids"] == uids(
        unit=f.unit, address=f.door, side=f.door.side, street=f.gul, building=f.building,
        parcel=f.parcel, neighbourhood=f.area, district=f.area.district,
    )  # fmt: skip


def test_the_door_of_a_unit_that_the_register_lacks(furnished: Furnished, client: Client) -> None:
    found = best(client, "Bir mah. Gül Sk no:9 daire:44")
    assert found["id"] == str(furnished.door.uid)
    assert "unit" not in found["properties"]["uids"]
    assert found["properties"]["evidence"]["unit"] == {
        "given": "44", "matched": "", "how": "contradicting",
    }  # fmt: skip


def test_a_door_numbered_like_a_unit_is_a_door(furnished: Furnished, client: Client) -> None:
    """`4/1` is the door 4/1; that it has a unit 1 too says nothing."""
    door = Address.objects.get(number=4, side__neighbourhood__code="1")
    Unit.objects.create(address=door, unit_number="1")
    found = best(client, "Bir mah. Gül Sk no:4/1")
    assert (found["properties"]["precision"], found["id"]) == ("DOOR", str(door.uid))


def test_a_building(furnished: Furnished, client: Client) -> None:
    f = furnished
    found = best(client, "Bir mahallesi Yıldız Sitesi B blok")
    assert (found["properties"]["precision"], found["id"]) == ("BUILDING", str(f.building.uid))
    assert found["properties"]["name"] == "Yıldız Sitesi B"
    assert found["properties"]["uids"]["address"] == str(f.door.uid)


def test_a_parcel(furnished: Furnished, client: Client) -> None:
    f = furnished
    found = best(client, "Bir mah. 131 ada 7 parsel")
    assert (found["properties"]["precision"], found["id"]) == ("PARCEL", str(f.parcel.uid))
    assert found["properties"]["name"] == "131/7"


def test_a_landmark(furnished: Furnished, client: Client) -> None:
    f = furnished
    found = best(client, "Zağnos Paşa Camii yanı")
    assert (found["properties"]["precision"], found["id"]) == ("LANDMARK", str(f.landmark.uid))
    assert found["properties"]["uids"] == uids(
        landmark=f.landmark, neighbourhood=f.area, district=f.area.district
    )


def test_a_crossing_has_both_streets_and_is_no_record(furnished: Furnished, client: Client) -> None:
    f = furnished
    found = best(client, "Gül Sokak ile Azerbaycan Caddesi köşesi")
    properties = found["properties"]
    assert (properties["precision"], found["id"]) == ("CROSSING", None)
    assert {properties["uids"]["street"], properties["uids"]["other_street"]} == {
        str(f.gul.uid), str(f.azerbaycan.uid),
    }  # fmt: skip
    assert {properties["street"], properties["other_street"]} == {
        "Gül Sokak", "Azerbaycan Caddesi",
    }  # fmt: skip


def test_an_interpolated_number_names_its_side_and_no_door(
    furnished: Furnished, client: Client
) -> None:
    side = furnished.door.side
    Address.objects.create(side=side, number=5, geom=Point(27.0045, 39.005))
    found = best(client, "Bir mah. Gül Sk no:7")
    assert found["properties"]["precision"] == "INTERPOLATED"
    assert (found["id"], found["properties"]["housenumber"]) == (str(side.uid), "7")
    assert "address" not in found["properties"]["uids"]


def test_reverse_names_the_nearest_crossing_and_its_streets(
    furnished: Furnished, client: Client
) -> None:
    f = furnished
    body = client.get("/geocode/reverse", {"lon": "27.0031", "lat": "39.0051"}).json()
    properties = body["features"][0]["properties"]
    crossing = properties["crossing"]
    assert crossing["geometry"]["coordinates"] == pytest.approx([27.003, 39.005], abs=1e-6)
    assert properties["crossing_m"] == pytest.approx(14.1, abs=1.0)
    assert {crossing["properties"]["uids"][n] for n in ("street", "other_street")} == {
        str(f.gul.uid), str(f.azerbaycan.uid),
    }  # fmt: skip
    assert crossing["properties"]["label"] in (
        "Bir Mah. Gül Sokak ile Azerbaycan Caddesi köşesi, Merkez/İl",
        "Bir Mah. Azerbaycan Caddesi ile Gül Sokak köşesi, Merkez/İl",
    )
    assert properties["door_neighbourhood"] is None


@pytest.mark.parametrize("kind", ["unit", "door", "building", "parcel", "landmark"])
def test_pelias_finds_each_again_by_its_gid(
    furnished: Furnished, client: Client, kind: str
) -> None:
    texts = {
        "unit": "Bir mah. Gül Sk no:9 daire:3",
        "door": "Bir mah. Gül Sk no:9",
        "building": "Bir mahallesi Yıldız Sitesi B blok",
        "parcel": "Bir mah. 131 ada 7 parsel",
        "landmark": "Zağnos Paşa Camii",
    }
    found = client.get("/compat/pelias/v1/search", {"text": texts[kind]}).json()["features"][0]
    gid = found["properties"]["gid"]
    assert gid.endswith(str(getattr(furnished, kind).uid))
    [again] = client.get("/compat/pelias/v1/place", {"ids": gid}).json()["features"]
    assert again["properties"]["gid"] == gid
    assert again["properties"]["name"] == found["properties"]["name"]
    assert again["geometry"]["coordinates"] == pytest.approx(
        found["geometry"]["coordinates"], abs=2e-4
    )


def test_the_description_lists_what_is_answered(furnished: Furnished, client: Client) -> None:
    schema = client.get("/api/schema/", HTTP_ACCEPT="application/json").json()
    parts = schema["components"]["schemas"]

    def described(path: str, method: str = "get") -> set[str]:
        answer = schema["paths"][path][method]["responses"]["200"]["content"]
        name = answer["application/geo+json"]["schema"]["$ref"].rpartition("/")[2]
        return set(parts[name]["properties"])

    body = client.get("/geocode/search", {"q": "Bir mah. Gül Sk no:9", "explain": "1"}).json()
    assert described("/geocode/search") == set(body)
    [found, *_] = body["features"]
    assert set(parts["PlaceFeature"]["properties"]) == set(found)
    assert set(parts["PlaceProperties"]["properties"]) == set(found["properties"])
    assert set(found["properties"]["uids"]) <= set(parts["Uids"]["properties"])
    at = client.get("/geocode/reverse", {"lon": "27.005", "lat": "39.005"}).json()
    assert set(parts["PlaceAtProperties"]["properties"]) == set(at["features"][0]["properties"])
    told = client.post(
        "/geocode/message", {"text": "Bir mah. Gül Sk no:9"}, content_type="application/json"
    ).json()
    assert described("/geocode/message", "post") == set(told)


def test_completion_names_the_landmark(furnished: Furnished, client: Client) -> None:
    [found, *_] = client.get("/geocode/autocomplete", {"q": "zağnos p"}).json()["features"]
    assert found["id"] == str(furnished.landmark.uid)
