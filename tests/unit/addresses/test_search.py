"""From text to door on a small register that is held in memory."""

from collections.abc import Sequence

import pytest

from addresses.geocoder.answer import Answer
from addresses.geocoder.doors import DoorRow
from addresses.geocoder.names import (
    AreaRow,
    LandmarkRow,
    NameIndex,
    ProvinceRow,
    RegisterNames,
    StreetRow,
)
from addresses.geocoder.register import Between, BuildingRow, Points
from addresses.geocoder.search import search

STREETS = [
    # id, name, kind, neighbourhood
    (1, "10028 Sokak", "STREET", 1),
    (2, "Gül Sokak", "STREET", 1),
    (3, "Gül Sokak", "STREET", 2),
    (4, "Karaman 33 Sokak", "STREET", 3),
    (5, "Karaman Sokak", "STREET", 3),
    (6, "Atatürk Caddesi", "AVENUE", 1),
    (7, "Gazi Mustafa Kemal Atatürk Caddesi", "AVENUE", 2),
    (8, "Mezarlık Altı Sokak", "STREET", 2),
    (9, "Orman Sokak", "STREET", 1),
    (10, "505/2. Sokak", "STREET", 1),
    (11, "505. Sokak", "STREET", 1),
    (12, "Karesi Caddesi", "AVENUE", 2),
]
# side = street id; (number, suffix)
DOORS = {
    1: [(9, ""), (4, ""), (4, "A"), (125, "1")],
    2: [(5, "")],
    3: [(5, ""), (7, "")],
    4: [(6, "")],
    5: [(33, ""), (10, "6")],
    6: [(20, "1")],
    7: [(20, "1")],
    8: [(3, "")],
    9: [(5, "")],
    10: [(7, "")],
    11: [(2, ""), (7, "")],
    12: [(9, "")],
}


class Memory:
    """The register without a database. A door's id tells its street, number and suffix."""

    def doors(self, side_ids: Sequence[int], numbers: Sequence[int], unit: str) -> list[DoorRow]:
        return [
            DoorRow(side * 1000 + n, side, n, suffix, 27.0 + side / 100, 39.0, None, None, None)
            for side in side_ids
            for n, suffix in DOORS[side]
            if n in numbers
        ]

    def former(self, side_ids: Sequence[int], numbers: Sequence[int]) -> list[DoorRow]:
        return []

    def between(self, side_ids: Sequence[int], number: int) -> list[Between]:
        return []

    def buildings(self, neighbourhoods: Sequence[int]) -> list[BuildingRow]:
        return []

    def points(
        self,
        streets: Sequence[tuple[int, int]],
        neighbourhoods: Sequence[int],
        districts: Sequence[int],
    ) -> Points:
        return Points(
            dict.fromkeys(streets, (27.5, 39.5)), dict.fromkeys(neighbourhoods, (27.6, 39.6)), {}
        )


@pytest.fixture(scope="module")
def index() -> NameIndex:
    return NameIndex(
        RegisterNames(
            provinces=[ProvinceRow(1, "Balıkesir", "tr")],
            districts=[AreaRow(1, "Altıeylül", 1), AreaRow(2, "Karesi", 1)],
            neighbourhoods=[
                AreaRow(1, "Hasan Basri Çantay", 1),
                AreaRow(2, "1. Gündoğan", 1),
                AreaRow(3, "Karaman", 2),
            ],
            streets=[StreetRow(i, name, kind, n, (i,), True) for i, name, kind, n in STREETS],
            landmarks=[LandmarkRow(1, "Zağnos Paşa Camii", 2, 27.1, 39.1)],
        ),
        ("test",),
    )


def find(index: NameIndex, text: str) -> Answer:
    return search(text, index, Memory())


@pytest.mark.parametrize(
    ("text", "street", "number"),
    [
        ("Hasan Basri Çantay mah. 10028 Sk no:9 önünde çöp alınmıyor", 1, 9),
        ("HASAN BASRİ ÇANTAY MAH. 10028 SK. NO:9 ALTIEYLÜL/BALIKESİR", 1, 9),
        ("hasan basri cantay mah 10028 sk no 9 altieylul", 1, 9),
        ("Hasan Basri Çantay Mah. 10028 Sk. No:9".encode().decode("latin-1"), 1, 9),
        ("No 9 10028 Sokak, Hasan Basri Çantay Mahallesi", 1, 9),
        ("10028 Sokak 9 Altıeylül", 1, 9),
        ("Hasan Basri Cantay mahallesi 10028 sokagı numara dokuz", 1, 9),
        ("Hasan Basri Çatnay mah 10028 sk no:9", 1, 9),
        ("hasanbasri çantaymah 10028sk no9", 1, 9),
        ("Gül Sk no:5 1. Gündoğan mah", 3, 5),
        ("Karaman mah Karaman 33 sok. no:6", 4, 6),
        ("Karaman mahallesi Karaman sk. 10/6", 5, 10),
        ("Gazi Mustafa Kemal Atatürk Caddesi No:20/1 Altıeylül", 7, 20),
        ("Mezarlık Altı Sokak no 3", 8, 3),
        ("Hasan Basri Çantay mah Ornsn sk no 5", 9, 5),  # two errors in a short name
        ("Hasan Basri Çantay mah 505/2 sk no 7", 10, 7),
        ("mah: Hasan Basri Çantay sokak: 10028 no: 9 ilçe: Altıeylül", 1, 9),
        ("Hasan Basri Çantay 10028 9 Altıeylül", 1, 9),
        ("1. Gündoğan 505/2 7 Hasan Basri Çantay", 10, 7),
    ],
)
def test_right_door(index: NameIndex, text: str, street: int, number: int) -> None:
    best = find(index, text).best
    assert best is not None
    assert (best.street_id, best.address_id) == (street, street * 1000 + number)
    assert best.precision == "DOOR"


def test_all_exact_is_category_a(index: NameIndex) -> None:
    answer = find(index, "Hasan Basri Çantay Mah. 10028 Sokak No:9, Altıeylül/Balıkesir")
    assert (answer.category, answer.ambiguous, answer.warnings) == ("A", False, ())
    assert answer.best is not None
    assert answer.best.label == "Hasan Basri Çantay Mah. 10028 Sokak No:9, Altıeylül/Balıkesir"
    assert {name: e.how for name, e in answer.best.evidence.items()} == {
        "street": "exact", "neighbourhood": "exact", "district": "exact", "number": "exact",
    }  # fmt: skip


def test_misspelling_is_category_b_and_named(index: NameIndex) -> None:
    answer = find(index, "Hasan Basri Çatnay mah 10028 sk no:9")
    assert answer.category == "B"
    assert answer.best is not None
    assert answer.best.evidence["neighbourhood"].how == "repaired"
    assert answer.best.evidence["neighbourhood"].given == "Hasan Basri Çatnay"


def test_rest_of_a_complaint(index: NameIndex) -> None:
    answer = find(index, "Hasan Basri Çantay mah. 10028 Sk no:9 önünde çöp alınmıyor")
    assert answer.parsed["rest"] == "önünde çöp alınmıyor"
    assert answer.parsed["relation"] == "at"


def test_unknown_number_is_refused(index: NameIndex) -> None:
    answer = find(index, "Hasan Basri Çantay mah 10028 Sk no:999")
    assert answer.best is not None
    assert (answer.best.precision, answer.best.address_id) == ("STREET", None)
    assert (answer.category, answer.warnings) == ("C", ("number_not_found",))


def test_invented_street_is_refused(index: NameIndex) -> None:
    answer = find(index, "Hasan Basri Çantay mah Samanyolu sokak no:9")
    assert answer.best is not None
    assert (answer.best.precision, answer.best.street_id) == ("NEIGHBOURHOOD", None)
    assert (answer.category, answer.warnings) == ("C", ("street_not_found",))


@pytest.mark.parametrize("text", ["", "   ", "???", "test", "çöpler günlerdir alınmıyor", "12345"])
def test_nothing_is_found_in_nothing(index: NameIndex, text: str) -> None:
    answer = find(index, text)
    assert (answer.category, answer.candidates) == ("", ())


def test_two_streets_of_one_name_are_ambiguous(index: NameIndex) -> None:
    answer = find(index, "Gül Sokak No:5")
    assert (answer.category, answer.ambiguous, len(answer.candidates)) == ("C", True, 2)


def test_suffix_before_unit(index: NameIndex) -> None:
    suffix = find(index, "Hasan Basri Çantay mah 10028 Sk no:125/1")
    assert suffix.best is not None and suffix.warnings == ()
    assert suffix.best.evidence["number"].matched == "125/1"
    unit = find(index, "Hasan Basri Çantay mah 10028 Sk no:4/3")
    assert unit.best is not None and unit.best.address_id == 1004
    assert unit.warnings == ("unit_dropped",)


def test_wrong_neighbourhood_is_said(index: NameIndex) -> None:
    answer = find(index, "1. Gündoğan mah 10028 Sk no:9 Altıeylül")
    assert answer.best is not None and answer.best.address_id == 1009
    assert (answer.category, answer.warnings) == ("C", ("wrong_neighbourhood",))


def test_opposite_is_flagged(index: NameIndex) -> None:
    answer = find(index, "Hasan Basri Çantay mah 10028 Sk no:9 karşısı")
    assert answer.best is not None and answer.best.address_id == 1009
    assert answer.warnings == ("relative",)


def test_loose_number_before_other_words_is_doubted(index: NameIndex) -> None:
    answer = find(index, "Hasan Basri Çantay mah 10028 sokak 9 gündür karanlık")
    assert answer.warnings == ("number_doubtful",)
    assert answer.category == "C"


def test_landmark(index: NameIndex) -> None:
    answer = find(index, "Zağnos Paşa Camii yanı")
    assert answer.best is not None
    assert (answer.best.precision, answer.best.lon, answer.best.lat) == ("LANDMARK", 27.1, 39.1)
    assert answer.warnings == ("relative",)


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "\x00\u202e" * 50, "'; DROP TABLE x; --", "(" * 5000, "🗑️" * 300]
)
def test_absurd_input_is_answered(index: NameIndex, text: str) -> None:
    assert find(index, text[:1000]).candidates == ()


def test_a_street_that_exists_elsewhere_is_not_taken_for_a_misspelt_one(index: NameIndex) -> None:
    answer = find(index, "1. Gündoğan mah Orman sk no 5")
    assert answer.best is not None and answer.best.street_id == 9
    assert answer.warnings == ("wrong_neighbourhood",)


def test_a_street_with_a_number_is_not_its_own_door(index: NameIndex) -> None:
    answer = find(index, "Hasan Basri Çantay mah 505/2 sokak")
    assert answer.best is not None
    assert (answer.best.street_id, answer.best.precision) == (10, "STREET")


def test_another_kind_of_street_is_never_sure(index: NameIndex) -> None:
    """Wherever else everything agrees: the register may lack the street that is meant."""
    answer = find(index, "Hasan Basri Çantay mah Atatürk Bulvarı no 20/1")
    assert answer.best is not None and answer.best.address_id is not None
    assert "kind_differs" in answer.warnings
    assert answer.category == "C"
    right = find(index, "Hasan Basri Çantay mah Atatürk Caddesi no 20/1")
    assert right.category in ("A", "B") and right.best is not None
    assert right.best.address_id == answer.best.address_id


def test_one_word_names_the_district_or_the_street_not_both(index: NameIndex) -> None:
    answer = find(index, "Karesi cad no 9")
    assert answer.best is not None and answer.best.street_id == 12
