"""House numbers as files and people write them."""

import pytest

from addresses.rules.house_number import HouseNumber, on_plate, parse, suffix, written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9", HouseNumber(9, "")),
        ("4/1", HouseNumber(4, "1")),
        ("101/c", HouseNumber(101, "C")),
        ("12 a", HouseNumber(12, "A")),
        ("27/1A", HouseNumber(27, "1A")),
        ("5-7", HouseNumber(5, "-7")),
        ("239.0A", HouseNumber(239, "A")),
        ("007", HouseNumber(7, "")),
        ("999999", HouseNumber(999_999, "")),
        ("1000000", None),
        ("99999999999999999999", None),
        ("A", None),
        ("", None),
    ],
)
def test_parse(text: str, expected: HouseNumber | None) -> None:
    assert parse(text) == expected


def test_suffix_forms_of_one_door_agree() -> None:
    assert suffix("/1") == suffix("1") == "1"
    assert suffix(" ı") == suffix("İ") == "I"
    assert suffix("-7") != suffix("/7")


@pytest.mark.parametrize(
    ("number", "tail", "expected"), [(9, "", "9"), (4, "1", "4/1"), (5, "-7", "5-7")]
)
def test_written(number: int, tail: str, expected: str) -> None:
    assert written(number, tail) == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (" 12/A ", HouseNumber(12, "A")),
        ("007", HouseNumber(7, "")),
        ("99999 b", HouseNumber(99_999, "B")),
        ("0", None),
        ("100000", None),
        ("99999999999999999999", None),
        ("kapı 5", None),
        ("12 " + "x" * 21, None),
    ],
)
def test_on_a_plate(text, found):
    assert on_plate(text) == found
