"""A sure answer agrees with everything that was given; what contradicts leaves a suggestion."""

import pytest

from addresses.models import Address
from addresses.queries.geocoding import Answer, geocode
from addresses.queries.mentions import find_place
from tests.factories import City, door

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
