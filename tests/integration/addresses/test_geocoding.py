"""Search, reverse and autocomplete against the database and over HTTP."""

import pytest
from django.test import Client

from addresses.models import Address, District, Neighbourhood, StreetName, Unit
from addresses.queries.address_parts import AddressParts
from addresses.queries.geocoding import geocode, reverse
from tests.factories import City, open_register

pytestmark = pytest.mark.django_db


def test_door(small_city: None) -> None:
    answer = geocode("Bir mah. Gül Sk no:9 önünde çöp var")
    door = Address.objects.get(number=9, status="ACTIVE")
    assert answer.best is not None
    assert (answer.best.address_id, answer.best.precision) == (door.pk, "DOOR")
    assert (answer.best.lon, answer.best.lat) == (27.005, 39.005)
    assert answer.best.label == "Bir Mah. Gül Sokak No:9, Merkez/İl"


def test_new_door_is_found_at_once(small_city: None) -> None:
    assert geocode("Bir mah Gül Sk no:77").warnings == ("number_not_found",)
    door = Address.objects.get(number=9, status="ACTIVE")
    open_register()
    new = Address.objects.create(side=door.side, number=77, geom=door.geom)
    best = geocode("Bir mah Gül Sk no:77").best
    assert best is not None and best.address_id == new.pk


def test_former_name_is_found_and_the_official_one_printed(small_city: None) -> None:
    street = Address.objects.get(number=9, status="ACTIVE").side.street
    open_register()
    StreetName.objects.create(street=street, name="Eski Han Sokak", name_key="x", kind="FORMER")
    best = geocode("Bir mah Eski Han sokak no 9").best
    assert best is not None
    assert best.label == "Bir Mah. Gül Sokak No:9, Merkez/İl"


def test_unit(small_city: None) -> None:
    door = Address.objects.get(number=9, status="ACTIVE")
    open_register()
    Unit.objects.create(address=door, unit_number="3")
    found = geocode("Bir mah Gül Sk no:9 daire:3")
    assert found.best is not None and (found.best.precision, found.warnings) == ("UNIT", ())
    assert found.best.label == "Bir Mah. Gül Sokak No:9 D:3, Merkez/İl"
    again = geocode(found.best.label)
    assert again.best is not None and again.best.unit_id == found.best.unit_id
    assert again.category == "A"
    missing = geocode("Bir mah Gül Sk no:9 daire:4")
    assert missing.best is not None and missing.best.precision == "DOOR"
    assert missing.warnings == ("unit_dropped",)


def test_proposed_door_is_not_an_answer(small_city: None) -> None:
    open_register()
    Address.objects.filter(number=9, status="ACTIVE").update(status="RETIRED")
    best = geocode("Bir mah Gül Sk no:9").best
    assert best is not None and best.precision == "STREET"


def test_reverse(small_city: None) -> None:
    place = reverse(27.00501, 39.005)
    door = Address.objects.get(number=9, status="ACTIVE")
    assert place.address_id == door.pk
    assert place.door_m == pytest.approx(0.86, abs=0.02)
    assert place.neighbourhood_id == Neighbourhood.objects.get(code="1").pk
    assert place.label == "Bir Mah. Gül Sokak No:9, Merkez/İl"
    assert place.warnings == ()


def test_reverse_says_when_the_door_is_registered_elsewhere(small_city: None) -> None:
    place = reverse(27.015, 39.005)
    assert place.neighbourhood_id == Neighbourhood.objects.get(code="2").pk
    assert place.door_neighbourhood_id == Neighbourhood.objects.get(code="1").pk
    assert place.warnings == ("door_registered_elsewhere",)


def test_reverse_far_from_doors(small_city: None) -> None:
    place = reverse(27.002, 39.008)
    assert (place.address_id, place.door_m) == (None, None)
    assert place.label == "Bir Mah., Merkez/İl"


def test_reverse_outside(small_city: None) -> None:
    assert reverse(26.0, 39.0).district_id is None
    with pytest.raises(ValueError, match="degrees"):
        reverse(560000, 4380000)


@pytest.mark.parametrize(("metres", "named"), [(10.0, True), (20.0, False)])
def test_other_district_within_fifteen_metres(small_city: None, metres: float, named: bool) -> None:
    from django.contrib.gis.geos import MultiPolygon, Polygon

    first = District.objects.get()
    open_register()
    other = District.objects.create(
        province=first.province, name="Öte", name_key="ote",
        geom=MultiPolygon(Polygon.from_bbox((27.02, 39.0, 27.03, 39.01))),
    )  # fmt: skip
    lon = 27.02 - metres / 86_513  # metres per degree of longitude at 39.005° north
    place = reverse(lon, 39.005)
    assert place.district_id == first.pk
    assert place.boundary_m == pytest.approx(metres, rel=0.01)
    assert place.other_district_id == (other.pk if named else None)


def test_search_over_http(small_city: None, client: Client) -> None:
    answer = client.get("/geocode/search", {"q": "Bir mah. Gül Sk no:9"})
    body = answer.json()
    assert (answer.status_code, body["category"]) == (200, "A")
    feature = body["features"][0]
    assert feature["geometry"] == {"type": "Point", "coordinates": [27.005, 39.005]}
    assert feature["properties"]["evidence"]["number"] == {
        "given": "9", "matched": "9", "how": "exact",
    }  # fmt: skip


def test_reverse_and_autocomplete_over_http(small_city: None, client: Client) -> None:
    found = client.get("/geocode/reverse", {"lon": "27.005", "lat": "39.005"}).json()
    assert found["features"][0]["properties"]["label"] == "Bir Mah. Gül Sokak No:9, Merkez/İl"
    assert client.get("/geocode/reverse", {"lon": "20", "lat": "39"}).json()["features"] == []
    names = client.get("/geocode/autocomplete", {"q": "azerb"}).json()["features"]
    assert names[0]["properties"]["precision"] == "STREET"


@pytest.mark.parametrize(
    "text",
    [
        "Bir mah Gül Sk no:9 İstanbul", "Gül Sokak 9 Bir Mah. Çankaya/Ankara",
        "izmir gül sokak 9 bir mahallesi",
    ],
)  # fmt: skip
def test_an_address_of_another_city_is_never_sure(small_city: None, text: str) -> None:
    found = geocode(text)
    assert (found.category, "elsewhere" in found.warnings) == ("C", True)


def test_a_road_to_another_city_is_no_other_city(small_city: None) -> None:
    assert "elsewhere" not in geocode("Bir mah Gül Sk no:9 İzmir yolu üzeri").warnings


@pytest.mark.parametrize(
    "street", ["10028 Sk 9", "10028 Sokak No:9", "10028 sokak 9", "9 10028 Sokak"]
)
def test_a_numbered_street_in_parts_keeps_its_number(city: City, street: str) -> None:
    text = AddressParts(street=street, district="Altıeylül").text()
    assert geocode(text).best.address_id == city.doors["sk9"].pk
