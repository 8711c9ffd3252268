"""Which columns make an address, and what a row becomes."""

import pytest

from addresses.rules.columns import guess, role


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (["Ad", "Adres", "Not"], [1]),
        (["AÇIK ADRES", "İlçe", "İl"], [0, 1, 2]),
        (["id", "Kapı No", "SOKAK", "MAHALLE", "ilçe"], [3, 2, 1, 4]),
        (["No", "Cadde/Sokak"], [1, 0]),
        (["street", "house number", "city", "zip"], [0, 1, 2, 3]),
        (["Adres", "adres", "Telefon"], [0]),
        (["a", "b"], [0]),
        ([""], [0]),
    ],
)
def test_the_columns_are_recognised_by_their_names(header: list[str], chosen: list[int]) -> None:
    assert guess(header) == chosen


def test_the_name_of_a_column_is_read_in_any_writing() -> None:
    names = ("DIŞ KAPI NO", "dis kapi no", "Dış  Kapı-No")
    assert {role(name) for name in names} == {"housenumber"}
    assert role("Telefon") == ""
