"""The geocoder's own addresses: GeoJSON and GeocodeJSON, parts of an address, public ids."""

from typing import Any

import pytest
from django.test import Client

from addresses.models import Address, Neighbourhood, Street
from tests.factories import City

pytestmark = pytest.mark.django_db


def one(client: Client, path: str, **query: str) -> dict[str, Any]:
    answer = client.get(f"/geocode/{path}", query)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/geo+json")
    return answer.json()


def nine() -> Address:
    """Gül Sokak No:9 of the imported city."""
    return Address.objects.get(number=9, side__neighbourhood__code="1", status="ACTIVE")


def test_candidates_carry_public_ids_and_no_row_ids(small_city: None, client: Client) -> None:
    found = one(client, "search", q="Bir mah. Gül Sk no:9")["features"][0]
    door = nine()
    assert found["id"] == str(door.uid)
    side = door.side
    assert found["properties"]["uids"] == {
        "address": str(door.uid),
        "side": str(side.uid),
        "street": str(side.street.uid),
        "neighbourhood": str(side.neighbourhood.uid),
        "district": str(side.neighbourhood.district.uid),
    }
    assert [k for k in found["properties"] if k.endswith("_id")] == []
    told = {k: found["properties"][k] for k in ("street", "housenumber", "neighbourhood")}
    assert told == {"street": "Gül Sokak", "housenumber": "9", "neighbourhood": "Bir"}


@pytest.mark.parametrize(
    "parts",
    [
        {"street": "Gül Sokak", "housenumber": "9", "neighbourhood": "Bir"},
        {"street": "9 gul sk", "neighbourhood": "BİR MAH."},
        {"street": "Gül Sk No:9", "neighbourhood": "bir mahallesi", "district": "Merkez"},
        {"street": "GUL SOKAGI 9", "neighbourhood": "Bir", "district": "merkez", "province": "İl"},
    ],
)
def test_an_address_in_parts(small_city: None, client: Client, parts: dict[str, str]) -> None:
    body = one(client, "search", **parts)
    door = nine()
    assert body["features"][0]["id"] == str(door.uid)
    assert body["query"]


def test_a_street_that_is_a_number_keeps_it(city: City, client: Client) -> None:
    """In front of a type word a number is the street's name, not the house's."""
    found = one(client, "search", street="10028 Sokak", district="Altıeylül")["features"][0]
    assert (found["properties"]["precision"], found["properties"]["street"]) == (
        "STREET",
        "10028 Sokak",
    )
    door = one(client, "search", street="9 10028 Sokak", district="Altıeylül")["features"][0]
    assert door["id"] == str(city.doors["sk9"].uid)


def test_geocodejson(small_city: None, client: Client) -> None:
    body = one(client, "search", q="Bir mah. Gül Sk no:9", format="geocodejson")
    assert body["geocoding"]["version"] == "0.1.0"
    assert body["geocoding"]["query"] == "Bir mah. Gül Sk no:9"
    [first, *_] = body["features"]
    door = nine()
    assert first["geometry"]["coordinates"] == [27.005, 39.005]
    assert first["properties"] == {
        "geocoding": {
            "type": "house",
            "label": "Bir Mah. Gül Sokak No:9, Merkez/İl",
            "name": "Gül Sokak 9",
            "housenumber": "9",
            "street": "Gül Sokak",
            "locality": "Bir",
            "district": "Bir",
            "city": "Merkez",
            "county": "Merkez",
            "state": "İl",
            "country": "Türkiye",
            "admin": {"level4": "İl", "level6": "Merkez", "level8": "Bir"},
            "id": f"address:{door.uid}",
            "precision": "DOOR",
            "score": 1.0,
            "uids": first["properties"]["geocoding"]["uids"],
            "evidence": first["properties"]["geocoding"]["evidence"],
        }
    }
    plain = one(client, "search", q="Bir mah. Gül Sk no:9")
    [same, *_] = plain["features"]
    for name in ("uids", "evidence", "score"):
        assert first["properties"]["geocoding"][name] == same["properties"][name]
    for name in ("category", "ambiguous", "warnings", "parsed", "change"):
        assert body["geocoding"][name] == plain[name]
    for path, query in (
        ("reverse", {"lon": "27.00501", "lat": "39.005"}),
        ("autocomplete", {"q": "gul"}),
    ):
        body = one(client, path, format="geocodejson", **query)
        assert body["features"][0]["properties"]["geocoding"]["street"] == "Gül Sokak"
    nothing = one(client, "reverse", lon="20", lat="39", format="geocodejson")
    assert nothing["features"] == []


def test_reverse_tells_the_polygon_and_the_doors_own_neighbourhood(
    small_city: None, client: Client
) -> None:
    found = one(client, "reverse", lon="27.015", lat="39.005")["features"][0]
    properties = found["properties"]
    here = Neighbourhood.objects.get(code="2")
    registered = Neighbourhood.objects.get(code="1")
    assert properties["warnings"] == ["door_registered_elsewhere"]
    assert properties["neighbourhood"] == "İki"
    assert properties["uids"]["neighbourhood"] == str(here.uid)
    assert properties["door_neighbourhood"] == str(registered.uid)
    assert found["geometry"]["coordinates"] == [27.015, 39.005]
    assert properties["door_m"] == 0.0


def test_reverse_far_from_doors_names_the_area(small_city: None, client: Client) -> None:
    found = one(client, "reverse", lon="27.002", lat="39.008")["features"][0]
    assert (found["properties"]["precision"], found["properties"]["street"]) == (
        "NEIGHBOURHOOD",
        "",
    )
    assert found["id"] == str(Neighbourhood.objects.get(code="1").uid)


def test_a_day_in_the_past(city: City, client: Client) -> None:
    """A record of which nothing is known that day is told without it, not with an error."""
    body = one(client, "search", q="Atatürk Caddesi No:5", as_of="2019-05-01")
    assert body["features"][0]["properties"]["uids"]["address"] == str(city.doors["a5"].uid)


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("search", {}, "q"),
        ("search", {"q": "x" * 100_000}, "q"),
        ("search", {"q": "a\0b"}, "q"),
        ("search", {"street": "a\0b"}, "street"),
        ("search", {"street": "x" * 100_000}, "street"),
        ("search", {"q": "x", "limit": "500"}, "limit"),
        ("search", {"q": "x", "limit": "9" * 400}, "limit"),
        ("search", {"q": "x", "limit": "-1"}, "limit"),
        ("search", {"q": "x", "lon": "27"}, "lat"),
        ("search", {"q": "x", "lon": "inf", "lat": "1"}, "lon"),
        ("search", {"q": "x", "format": "xml"}, "format"),
        ("search", {"q": "x", "as_of": "yesterday"}, "as_of"),
        ("reverse", {"lon": "nan", "lat": "39"}, "lon"),
        ("reverse", {"lon": "27", "lat": "4380000"}, "lat"),
        ("autocomplete", {"q": " "}, "q"),
        ("autocomplete", {"q": "x", "limit": "٣"}, "limit"),
    ],
)
def test_bad_input_names_the_field(
    client: Client, path: str, query: dict[str, str], field: str
) -> None:
    answer = client.get(f"/geocode/{path}", query)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert list(answer.json()["errors"]) == [field]


def test_the_description_of_the_interface_names_every_parameter(client: Client) -> None:
    schema = client.get("/api/schema/", HTTP_ACCEPT="application/json").json()
    search = schema["paths"]["/geocode/search"]["get"]
    named = {p["name"] for p in search["parameters"]}
    assert named == {
        "q", "street", "housenumber", "neighbourhood", "district", "province", "postcode",
        "limit", "lon", "lat", "as_of", "format", "explain",
    }  # fmt: skip
    assert {p["name"] for p in search["parameters"] if p.get("required")} == set()
    reverse = schema["paths"]["/geocode/reverse"]["get"]["parameters"]
    assert {p["name"] for p in reverse if p.get("required")} == {"lon", "lat"}
    assert "format" in {p["name"] for p in reverse}


def test_streets_say_how_far_they_reach(city: City) -> None:
    from addresses.queries.geocoding import geocode
    from addresses.queries.place_words import words_of, words_of_record

    [place, *_] = words_of(geocode("10028 Sokak, Altıeylül").candidates)
    street = Street.objects.get(name="10028 Sokak")
    assert place.extent == pytest.approx(street.geom.extent)
    [again] = words_of_record("street", [street.uid])
    assert (again.uid, again.extent) == (street.uid, pytest.approx(street.geom.extent))
    [door] = words_of_record("address", [city.doors["sk9"].uid])
    assert door.label.endswith("10028 Sokak No:9, Altıeylül/Balıkesir")
