"""A sure answer agrees with everything that was given; what contradicts leaves a suggestion."""

from urllib.parse import quote

import pytest
from django.test import Client
from openlocationcode import openlocationcode as olc

from addresses.models import Address, Neighbourhood, Parcel, Unit
from addresses.queries.address_parts import AddressParts
from addresses.queries.geocoding import Answer, geocode
from addresses.queries.mentions import find_place
from tests.factories import City, door, open_register
from tests.integration.addresses.furnished import furnish

pytestmark = pytest.mark.django_db

ONE = "10028 Sk no 9 Hasan Basri Çantay Altıeylül"
TWO = "Milli Kuvvetler Cad no 7 Karesi"


@pytest.fixture
def doors(city: City) -> dict[str, Address]:
    """Besides the city's doors number 7 on the first's street and number 9 on the second's."""
    return city.doors | {
        "sk7": door(city.areas, street="10028 Sokak", number=7, at=(0.55, 1.5)),
        "b9": door(
            city.areas, street="Milli Kuvvetler Caddesi", number=9, neighbourhood="B", at=(2.5, 0.6)
        ),
    }


def sure(answer: Answer) -> bool:
    return answer.category in ("A", "B") and not answer.ambiguous


@pytest.mark.parametrize(
    "text",
    [
        f"{ONE} ve {TWO}", f"{ONE}, {TWO}", f"{ONE}; {TWO}", f"{ONE}\n{TWO}", f"- {ONE}\n- {TWO}",
        f"1- {ONE} 2- {TWO}", f"a) {ONE} b) {TWO}", f"1. adres: {ONE} 2. adres: {TWO}",
    ],
)  # fmt: skip
def test_two_addresses_are_two_places(doors: dict[str, Address], text: str) -> None:
    asked = {doors["sk9"].pk, doors["b7"].pk}
    mention = find_place(text)
    assert mention is not None
    for answer in (geocode(text), mention.answer):
        assert (answer.category, "several_places" in answer.warnings) == ("C", True)
        assert {c.address_id for c in answer.candidates} == asked


def test_one_address_that_is_written_twice_is_one_place(doors: dict[str, Address]) -> None:
    answer = geocode(f"{ONE}; {ONE}")
    assert answer.best is not None and answer.best.address_id == doors["sk9"].pk
    assert "several_places" not in answer.warnings


@pytest.mark.parametrize(
    "text",
    ["10028 Sk no 9 Vatan Sk 3. kat", "Vatan Sokak 10028. sokak no 9 Hasan Basri Çantay Mah"],
)
def test_one_number_is_one_place(doors: dict[str, Address], text: str) -> None:
    assert "several_places" not in geocode(text).warnings


@pytest.mark.parametrize("written", ["Kavaklı", "Kavaksız", "Kavakçı"])
def test_a_name_with_a_name_making_ending_is_another(city: City, written: str) -> None:
    there = door(city.areas, street="Kavak Sokak", number=3, at=(0.5, 1.5))
    area = "Hasan Basri Çantay Mah. Altıeylül"
    exact = geocode(f"Kavak Sokak'ta No:3 {area}")
    assert exact.best is not None and (exact.best.address_id, sure(exact)) == (there.pk, True)
    assert not sure(geocode(f"{written} Sokak No:3 {area}"))
    assert not sure(geocode(f"10028 Sk no 9 {area.replace('Çantay', 'Çantaylı')}"))


ADDRESS = "Hasan Basri Çantay Mah. 10028 Sokak No:9"


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        (f"{ADDRESS} Altıeylül/Van", "elsewhere"),
        (f"{ADDRESS} Altıeylül Ordu", "elsewhere"),
        (f"{ADDRESS}, Uşak", "elsewhere"),
        (f"{ADDRESS} Altıeylül, İzmit", "elsewhere"),
        (f"{ADDRESS} Altıeylül Karesi", "wrong_district"),
        (f"{ADDRESS} Bahçelievler Mah. Altıeylül", "wrong_neighbourhood"),
        (f"Uydurma Mah. {ADDRESS.replace(' Mah.', '')} Altıeylül", "wrong_neighbourhood"),
        ("Yeni 10028 Sokak No:9 Altıeylül", "name_differs"),
        ("10028/1 Sokak No:9 Altıeylül", "name_differs"),
        ("10028-A Sokak No:9 Altıeylül", "name_differs"),
        ("2. Vatan Sokak No:3 Altıeylül", "name_differs"),
        ("Vatan Orman Çiftliği Sokak No:3 Altıeylül", "name_differs"),
        ("Vatan Çıkmazı No:3 Altıeylül", "kind_differs"),
    ],
)
def test_what_contradicts_leaves_a_suggestion(city: City, text: str, warning: str) -> None:
    answer = geocode(text)
    assert (answer.category, warning in answer.warnings) == ("C", True), answer


@pytest.mark.parametrize(
    "text",
    [
        f"{ADDRESS} Altıeylül/Balıkesir", f"{ADDRESS} Ordu caddesi tarafı", f"{ADDRESS} Karesi yolu",
        "Altıeylül/Balıkesir 10028 Sokak No:9", "9, 10028 Sokak, Altıeylül, Balıkesir, Marmara Bölgesi",
        "acil 10028 Sokak No:9 Altıeylül", "önünde Vatan Sokak No:3 Altıeylül",
    ],
)  # fmt: skip
def test_what_contradicts_nothing_stays_sure(city: City, text: str) -> None:
    assert sure(geocode(text)), geocode(text)


def test_a_postcode_of_elsewhere_contradicts(city: City) -> None:
    open_register()
    for letter, code in (("A", "10100"), ("B", "10110")):
        Neighbourhood.objects.filter(pk=city.areas.neighbourhoods[letter].pk).update(postcode=code)
    door(city.areas, street="Yeni Sokak")  # the names are read again
    assert sure(geocode(f"{ADDRESS} 10100 Altıeylül"))
    assert "wrong_postcode" in geocode(f"{ADDRESS} 10110 Altıeylül").warnings
    found = geocode(AddressParts("10028 Sokak", "9", postcode="34668").text())
    assert (found.category, "elsewhere" in found.warnings) == ("C", True)


def test_a_province_in_its_own_field_counts(city: City) -> None:
    parts = AddressParts("10028 Sokak", "9", "Hasan Basri Çantay", "Altıeylül", "Van")
    assert "elsewhere" in geocode(parts.text()).warnings


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("Gül Sk ile Azerbaycan Cad köşesi", ""),
        ("Gül Cad ile Azerbaycan Cad köşesi", "kind_differs"),
        ("Yeni Gül Sk ile Azerbaycan Cad köşesi", "name_differs"),
        ("Gül Sk ile Azerbaycan Cad köşesi Ankara", "elsewhere"),
        ("Gül Sk ile Azerbaycan Cad köşesi Yenice Mah", "wrong_neighbourhood"),
        ("131 ada 7 parsel Bir mah", ""),
        ("131 ada 7 parsel Bir mah Ankara", "elsewhere"),
        ("131 ada 7 parsel Bir mah Merkez/Van", "elsewhere"),
        ("Zağnos Paşa Camii", ""),
        ("Zağnos Paşa Camii İstanbul", "elsewhere"),
        ("39.005, 27.005", ""),
        ("39.005, 27.005 Ankara", "elsewhere"),
        ("https://www.google.com/maps/place/Ankara/@39.005,27.005,17z", ""),
        ("8GCC2224+22 Ankara", "elsewhere"),
        ("Bir mah Yıldız Sitesi B blok", ""),
        ("Bir mah Yıldız Sitesi B blok Ankara", "elsewhere"),
    ],
)
def test_other_places_are_held_against_what_is_given_too(
    small_city: None, text: str, warning: str
) -> None:
    furnish()
    if "+" in text:
        text = text.replace("8GCC2224+22", olc.encode(39.005, 27.005))
    answer = geocode(text)
    assert answer.best is not None and answer.best.precision not in ("STREET", "NEIGHBOURHOOD")
    assert (answer.category == "C") == bool(warning), answer
    assert not warning or warning in answer.warnings


def test_parcels_of_another_district_are_suggestions(city: City) -> None:
    open_register()
    area = city.areas.neighbourhoods["A"]
    parcel = Parcel.objects.create(neighbourhood=area, cadastral_block="280", number="14")
    for text, category in (
        ("280 ada 14 parsel Hasan Basri Çantay", "A"),
        ("280 ada 14 parsel Hasan Basri Çantay Mah. Karesi", "C"),
    ):
        answer = geocode(text)
        assert answer.best is not None and answer.best.parcel_id == parcel.pk
        assert answer.category == category
    mention = find_place("280 ada 14 parsel Hasan Basri Çantay Mah. Karesi çöp dolu")
    assert mention is not None and mention.answer.warnings[0] == "wrong_district"


@pytest.mark.parametrize(
    ("number", "door_name", "warning"),
    [
        ("eski no 9 yeni no 7", "sk7", ""),
        ("yeni no 7 eski no 9", "sk7", ""),
        ("eski no 9 yeni 7", "sk7", ""),
        ("eski no 9", "sk9", "number_doubtful"),
        ("9 (yeni 7)", "sk9", "several_numbers"),
        ("no 9 no 7", "sk9", "several_numbers"),
        ("9, 11 ve 13", "sk9", "several_numbers"),
        ("9 ve 11", "sk9", "several_numbers"),
        ("no 9-11", "sk9", "several_numbers"),
        ("no 9, 3 gündür", "sk9", ""),
        ("No:9.42", "sk9", "suffix_dropped"),
    ],
)
def test_which_number_is_meant(
    doors: dict[str, Address], number: str, door_name: str, warning: str
) -> None:
    answer = geocode(f"10028 Sokak {number} Hasan Basri Çantay")
    assert answer.best is not None and answer.best.address_id == doors[door_name].pk
    assert sure(answer) != bool(warning) and (not warning or warning in answer.warnings), answer


def test_a_date_is_no_house_number(doors: dict[str, Address]) -> None:
    answer = geocode("10028 Sokak 9.05.2026 tarihinden beri çöp Hasan Basri Çantay")
    assert (answer.category, "number_missing" in answer.warnings) == ("C", True)


@pytest.mark.parametrize("times", [1, 2, 3])
def test_percent_signs_are_read(doors: dict[str, Address], times: int) -> None:
    text = "10028 Sokak no 9 Hasan Basri Çantay"
    for _again in range(times):
        text = quote(text)
    answer = geocode(text)
    assert answer.best is not None and answer.best.address_id == doors["sk9"].pk


@pytest.mark.parametrize(
    "flat", ["D 3", "Kat 2 D 3", "d/3", "K/2 D/3", "3 nolu daire", "3 numaralı daire", "3. daire"]
)
def test_a_flat_is_read_without_its_mark(doors: dict[str, Address], flat: str) -> None:
    text = f"10028 Sokak No:9 {flat} Hasan Basri Çantay"
    answer = geocode(text)
    assert (answer.category, answer.warnings) == ("B", ("unit_dropped",))
    unit = Unit.objects.create(address=doors["sk9"], unit_number="3")
    answer = geocode(text)
    assert answer.best is not None and answer.best.unit_id == unit.pk


def test_which_of_two_numbers_is_the_flat_is_not_known(doors: dict[str, Address]) -> None:
    answer = geocode("10028 Sokak No:9/1/3 Hasan Basri Çantay")
    assert (answer.category, answer.warnings) == ("B", ("unit_dropped",))
    assert geocode("10028 Sokak No:9/A/3 Hasan Basri Çantay").category == "C"


def test_a_letter_before_a_name_is_no_flat(doors: dict[str, Address]) -> None:
    for rest in ("D 10028 Sokak Hasan Basri Çantay", "da 3 gündür çöp var 10028 Sokak"):
        answer = geocode(f"No:9 {rest}")
        assert answer.best is not None and "unit" not in answer.parsed


def test_a_suggestion_has_a_low_score_in_every_dialect(city: City, client: Client) -> None:
    for text, is_sure in (("10028 Sokak No:9", True), ("10028 Sokak No:9 Ankara", False)):
        asked = {
            "/compat/pelias/v1/search": ("text", "confidence"),
            "/compat/ban/search": ("q", "score"),
        }
        for path, (name, figure) in asked.items():
            found = client.get(path, {name: text}).json()["features"][0]["properties"]
            assert (found[figure] > 0.6) == is_sure, found
            if "pelias" in path:
                assert found["match_type"] == ("exact" if is_sure else "fallback")
        place = client.get("/compat/nominatim/search", {"q": text}).json()[0]
        assert (place["importance"] > 0.6) == is_sure


@pytest.mark.parametrize(
    "text",
    [
        "Gül Sokak & Azerbaycan Caddesi", "Gül sokağıyla Azerbaycan caddesinin kesiştiği yer",
        "Gül Sokak ile Azerbaycan Caddesinin köşesindeki lamba", "Gül Sk. & Azerbaycan Cad.",
        "Gül Sokak ve Azerbaycan Caddesi kavşağına", "Gül Sokak ile Azerbaycan Caddesi kesişiminden",
    ],
)  # fmt: skip
def test_ways_to_write_a_crossing(small_city: None, text: str) -> None:
    furnish()
    answer = geocode(text)
    assert answer.best is not None and (answer.best.precision, answer.category) == ("CROSSING", "A")


def test_a_crossing_with_an_unknown_street_says_so(small_city: None) -> None:
    there = furnish()
    answer = geocode("Gül Sokak ile Zımbırtı Caddesi köşesi")
    assert (answer.category, answer.warnings[0]) == ("C", "street_not_found")
    assert answer.best is not None and answer.best.street_id == there.gul.pk
    assert "street_not_found" not in geocode("Gül Sokak No 9 ile okul köşesi").warnings


@pytest.mark.parametrize(
    ("before", "after", "is_sure"),
    [
        ("Ankara Çankaya ", " önünde çöp var", False),
        ("Merhaba, ", " önünde çöp var Ankara", False),
        ("", "/Van önünde çöp var", False),
        ("Merhaba. ", " önünde çöp var, Ankara yolunda da", True),
        ("Ankara'dan geldim, ", " önünde çöp var", True),
        ("Ankara güzel. ", " önünde çöp var", True),
    ],
)
def test_a_city_beside_the_place_of_a_message_counts(
    doors: dict[str, Address], before: str, after: str, is_sure: bool
) -> None:
    mention = find_place(f"{before}10028 Sokak no 9{after}")
    assert mention is not None and mention.answer.best is not None
    assert mention.answer.best.address_id == doors["sk9"].pk
    assert sure(mention.answer) == is_sure
    assert ("elsewhere" in mention.answer.warnings) != is_sure
