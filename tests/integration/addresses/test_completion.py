"""What is offered while an address is being typed."""

import pytest
from django.test import Client

from addresses.models import Landmark, StreetName
from addresses.queries.completion import autocomplete
from core.rules.text import fold, upper
from tests.factories import City, door, make_city, open_register

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def typed_city(module_data: None) -> City:
    city = make_city()
    areas = city.areas
    for number in (1, 10, 11, 12, 17, 2, 21, 112):
        door(areas, street="Kâzım Karabekir Caddesi", number=number, at=(0.3, 0.3))
    door(areas, street="Kâzım Karabekir Caddesi", number=12, suffix="A", at=(0.31, 0.3))
    door(areas, street="Kâzım Karabekir Caddesi", number=12, suffix="B", at=(0.32, 0.3))
    # The same name elsewhere, with other numbers.
    for letter, number, at in (("B", 300, (2.5, 0.5)), ("b", 301, (3.5, 0.5))):
        door(areas, street="Kâzım Karabekir Caddesi", number=number, neighbourhood=letter, at=at)
    door(areas, street="Işık Sokak", number=3, neighbourhood="b", at=(3.2, 0.5))
    door(areas, street="Mevlana 3. Sokak", number=5, neighbourhood="b", at=(3.3, 0.5))
    street = door(
        areas, street="Barış Sokak", number=8, neighbourhood="B", at=(2.2, 0.5)
    ).side.street
    StreetName.objects.create(street=street, name="Eski Han Sokak", name_key="x", kind="FORMER")
    Landmark.objects.create(
        neighbourhood=areas.neighbourhoods["B"], name="Zağnos Paşa Camii",
        name_key="zagnos pasa camii", geom="POINT(27.93 39.595)",
    )  # fmt: skip
    return city


@pytest.fixture(autouse=True)
def _typed(typed_city: City, db: None) -> None:
    open_register()


def labels(text: str, **more: object) -> list[str]:
    return [candidate.label for candidate in autocomplete(text, **more)]  # type: ignore[arg-type]


KARABEKIR = "Hasan Basri Çantay Mah. Kâzım Karabekir Caddesi"


def numbers(text: str) -> list[str]:
    found = autocomplete(text, limit=20)
    assert {c.precision for c in found} == {"DOOR"}
    assert all(c.lon and c.lat and c.address_id for c in found)
    return [c.label.partition("No:")[2].partition(",")[0] for c in found]


def test_the_number_grows_with_every_digit() -> None:
    assert numbers("kazım karabekir cad 1") == ["1", "10", "11", "12", "12/A", "12/B", "17", "112"]
    assert numbers("kazım karabekir cad 11") == ["11", "112"]
    assert numbers("kazım karabekir cad no:2") == ["2", "21"]
    assert numbers("kazım karabekir cad 12/") == ["12", "12/A", "12/B"]
    assert numbers("kazım karabekir cad 12/b") == ["12/B"]
    assert numbers("kazım karabekir cad 12b") == ["12/B"]
    # With a blank behind it the number is whole.
    assert numbers("kazım karabekir cad 1 ") == ["1"]


def test_a_number_that_is_not_there_gives_the_street() -> None:
    found = autocomplete("kazım karabekir cad 77")
    assert {c.precision for c in found} == {"STREET"}
    assert found[0].label.startswith(KARABEKIR)


def test_a_door_appears_with_its_publication(typed_city: City) -> None:
    assert numbers("ışık sokak 3") == ["3"]
    door(typed_city.areas, street="Işık Sokak", number=37, neighbourhood="b", at=(3.2, 0.5))
    assert numbers("ışık sokak 3") == ["3", "37"]


@pytest.mark.parametrize("text", ["kâzım karab", "KAZIM KARAB", "kazim karab", "Ka\u0302zım Karab"])
def test_casing_and_diacritics_do_not_matter(text: str) -> None:
    assert labels(text)[0].startswith(KARABEKIR)


@pytest.mark.parametrize("text", ["Işık", "ışık", "IŞIK", "isik", "ISIK"])
def test_turkish_i_in_all_its_forms(text: str) -> None:
    assert "Işık Sokak" in labels(text)[0]
    assert labels(upper(text)) == labels(fold(text)) == labels(text)


@pytest.mark.parametrize(
    "text",
    [
        "kazım karebe",  # a wrong letter at the end of what is typed
        "kazm karabek",  # one is missing in the word before
        "kazzım karabek",  # one is too many
        "akzım karabekir",  # two are swapped
        "kazım karabbek",
        "kzaım krabekir cad",
    ],
)
def test_errors_are_forgiven(text: str) -> None:
    assert labels(text)[0].startswith(KARABEKIR)


def test_errors_are_forgiven_before_a_number() -> None:
    assert numbers("kazim karebekir cad 11") == ["11", "112"]


@pytest.mark.parametrize(
    "text",
    [
        "paşaalanı kazım kara",
        "kazım karabekir paşaal",
        "kazım karabekir cad. paşaalanı mah",
        "pasaalani mah kazim k",
        "karesi kazım karabekir paşa",
        "karabekir kazım paşaalanı",
    ],
)
def test_street_and_area_in_any_order(text: str) -> None:
    assert labels(text) == ["Paşaalanı Mah. Kâzım Karabekir Caddesi, Karesi/Balıkesir"]


def test_the_number_may_stand_before_the_area() -> None:
    assert labels("kazım karabekir 300 paşaal") == [
        "Paşaalanı Mah. Kâzım Karabekir Caddesi No:300, Karesi/Balıkesir"
    ]
    assert labels("300 kazım karabekir") == labels("kazım karabekir 300")


def test_areas_come_with_their_points() -> None:
    [area, *_] = autocomplete("paşaal")
    assert (area.precision, area.label) == ("NEIGHBOURHOOD", "Paşaalanı Mah., Karesi/Balıkesir")
    assert area.lon and area.lat
    [district, *_] = autocomplete("karesi")
    assert (district.precision, district.lon is not None) == ("DISTRICT", True)


def test_landmarks() -> None:
    [found, *_] = autocomplete("zagnos pa")
    assert (found.precision, found.lon, found.lat) == ("LANDMARK", 27.93, 39.595)
    assert found.label == "Zağnos Paşa Camii, Paşaalanı Mah., Karesi/Balıkesir"
    assert labels("camii zağn")[0] == found.label


def test_numbers_in_names() -> None:
    assert "10028 Sokak" in labels("1002")[0]
    assert numbers("10028 sk 9") == ["9"]
    assert "Mevlana 3. Sokak" in labels("mevlana 3")[0]
    assert "Mevlana 3. Sokak No:5" in labels("mevlana 3. sok 5")[0]


def test_a_former_name_leads_to_the_street_and_says_why() -> None:
    [found, *_] = autocomplete("eski han")
    assert found.label.startswith("Paşaalanı Mah. Barış Sokak")
    assert found.evidence["street"].matched == "Eski Han Sokak"


def test_near_prefers_what_is_close(typed_city: City) -> None:
    for letter, at in (("A", (0.3, 0.3)), ("B", (2.5, 0.5))):
        near = typed_city.areas.at(*at)
        name = typed_city.areas.neighbourhoods[letter].name
        assert labels("kazım karabekir", near=near)[0].startswith(name)


def test_type_words_alone_and_in_pieces() -> None:
    assert labels("kazım karabekir c")[0].startswith(KARABEKIR)
    assert labels("kazım karabekir caddes")[0].startswith(KARABEKIR)
    assert labels("bahçelievler mah")[0].startswith("Bahçelievler Mah., Altıeylül")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "...",
        "🏚️",
        "\0",
        "no",
        "no:",
        "1",
        "/",
        "12/",
        "((((",
        "q" * 5000,
        "a " * 500,
        "1 " * 500,
        "1/1/1/1/1/1",
        "(" * 1000,
    ],
)
def test_odd_texts_are_answered(text: str) -> None:
    assert isinstance(autocomplete(text), list)


def test_over_http(client: Client) -> None:
    body = client.get("/geocode/autocomplete", {"q": "kazım karabekir 30", "limit": 5}).json()
    assert [f["properties"]["housenumber"] for f in body["features"]] == ["300", "301"]
    assert all(f["geometry"] and f["id"] for f in body["features"])
    near = {"lon": "27.94", "lat": "39.595"}
    body = client.get("/geocode/autocomplete", {"q": "kazım karabekir 30", **near}).json()
    assert body["features"][0]["properties"]["housenumber"] == "301"
