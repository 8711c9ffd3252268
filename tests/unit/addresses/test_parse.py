"""What the parser takes each part of a text for."""

import pytest

from addresses.geocoder.language import load
from addresses.geocoder.parse import House, Parsed, parse
from addresses.geocoder.tokens import readable


def parsed(text: str) -> Parsed:
    return parse(readable(text), load("tr"))


def words(found: Parsed) -> list[str]:
    return [item.text for item in found.items if not item.role]


def house(found: Parsed) -> tuple[int, str, str]:
    assert isinstance(found.house, House)
    return (found.house.number, found.house.suffix, found.house.unit)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10028 Sk no:9", (9, "", "")),
        ("10028 Sk No 9", (9, "", "")),
        ("10028 Sk n:9", (9, "", "")),
        ("10028 Sk 9 numara", (9, "", "")),
        ("10028 Sk 14 numaralı bina", (14, "", "")),
        ("10028 Sk #12", (12, "", "")),
        ("10028 Sk no:101/c", (101, "C", "")),
        ("10028 Sk no:4/1", (4, "1", "1")),
        ("10028 Sk no 27/1A", (27, "1A", "")),
        ("10028 Sk numara on dört", (14, "", "")),
        ("10028 Sk Dış Kapı No: 5", (5, "", "")),
        ("10028 Sk no:17 B blok", (17, "", "")),
        ("Kazım CaddeNo:11", (11, "", "")),
        ("Gül sok. 16 numara 10580 Savaştepe", (16, "", "")),
        ("No:6 - 398. Sk", (6, "", "")),
        ("Gül Sk no:5-7", (5, "-7", "7")),
        ("Gül Sk no:42-44A", (42, "-44A", "")),
        ("Gül Sk no.22/B.Altıeylül", (22, "B", "")),
        ("Gül Sk no:17/A/3", (17, "A", "3")),
        ("Gül Sk 14 numaranın karşısı", (14, "", "")),
    ],
)
def test_house(text: str, expected: tuple[int, str, str]) -> None:
    assert house(parsed(text)) == expected


def test_unit_floor_and_block_are_taken_out() -> None:
    found = parsed("Karaman 44 sokağı no:19/1 kat:3 daire:18 B blok")
    assert (found.unit, found.floor, found.block) == ("18", "3", "B")
    assert words(found) == ["karaman", "44"]


def test_ordinal_in_words_is_a_street() -> None:
    assert words(parsed("yüz yirmi beşinci sokak")) == ["125"]
    assert words(parsed("on bin yirmi sekizinci sokak")) == ["10028"]
    assert words(parsed("bininci sokak")) == ["1000"]


def test_number_words_stay_words_elsewhere() -> None:
    assert words(parsed("Yedi Eylül mahallesi")) == ["yedi", "eylul"]


@pytest.mark.parametrize(
    "text", ["KARESİ", "karesi", "Karesi", "kares\u0069\u0307", "KARESI", "Karesi'de"]
)
def test_every_casing_is_one_word(text: str) -> None:
    assert words(parsed(text)) == ["karesi"]


def test_single_letter_is_an_initial_where_a_longer_word_marks_the_neighbourhood() -> None:
    assert words(parsed("Gazi M. Kemal mah.")) == ["gazi", "m", "kemal"]
    assert words(parsed("Atatürk m. Gül s. n.5")) == ["ataturk", "gul"]


def test_relation_is_noted() -> None:
    assert parsed("Gül Sk no:9 karşısı").relation == "near"
    assert parsed("Gül Sk no:9 önünde").relation == "at"


def test_a_number_of_several_parts_is_kept_whole() -> None:
    found = parsed("Gül Sk no:17/A/1").house
    assert found is not None
    assert (found.suffix, found.unit, found.tail) == ("A", "1", "A/1")


def test_a_form_has_its_labels_before_the_names() -> None:
    found = parsed("Mahalle: Orta Cadde/Sokak: Gül Sokak Dış Kapı No: 5 İlçe: Karesi")
    roles = [(item.text, item.role, item.leads) for item in found.items]
    assert roles == [
        ("mahalle", "neighbourhood", True), ("orta", "", False), ("sokak", "street", True),
        ("gul", "", False), ("sokak", "street", False), ("", "gap", False),
        ("ilce", "district", True), ("karesi", "", False),
    ]  # fmt: skip
    assert house(found) == (5, "", "")
    once = parsed("Orta mah. Gül sokak: 5")
    assert [item.leads for item in once.items if item.role] == [False, False]


def test_letters_with_dots_are_one_word_and_a_single_one_an_initial() -> None:
    assert words(parsed("F.S.M. Blv")) == ["fatih", "sultan", "mehmet"]
    assert words(parsed("A.B.C. Blv")) == ["abc"]
    assert words(parsed("S. Demirel Cad")) == ["s", "demirel"]


def test_a_building_is_told_from_a_street_of_its_type_word() -> None:
    found = parsed("Yıldız Apt. Gül Sk")
    assert [item.text for item in found.items if item.role == "building"] == ["apt"]
    assert "building" not in [item.role for item in parsed("Site Sokak no 3").items]


def test_a_relation_within_a_name_is_none() -> None:
    found = parsed("Altı Eylül mah no 3")
    alti = next(i for i, item in enumerate(found.items) if item.text == "alti")
    assert found.relation == "near"
    assert found.relation_beside(frozenset({alti})) == ""


def test_ordinal_endings_are_dropped() -> None:
    assert words(parsed("125inci sokak")) == ["125"]
    english = parse(readable("1352 33rd Avenue"), load("en"))
    assert [item.text for item in english.items if not item.role] == ["1352", "33"]
