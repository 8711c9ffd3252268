"""The place in a message: door, span and subject."""

import csv
from pathlib import Path

import pytest

from addresses.queries.mentions import find_place
from tests.factories import City

pytestmark = pytest.mark.django_db


def test_the_span_is_the_place_and_the_rest_the_subject(city: City) -> None:
    message = (
        "Merhaba ben Zeynep, Hasan Basri Çantay mah. 10028 Sk no:9'un önünde 3 gündür çöp alınmıyor"
    )
    mention = find_place(message)
    assert mention is not None and mention.answer.best is not None
    assert mention.answer.best.address_id == city.doors["sk9"].pk
    assert mention.place.startswith("Hasan Basri Çantay mah. 10028 Sk no:9")
    assert "3 gündür çöp alınmıyor" in mention.subject and "10028" not in mention.subject


def test_two_doors_in_one_message_are_for_a_person_to_choose(city: City) -> None:
    first, second = city.doors["sk9"], city.doors["b7"]
    texts = [f"{d.side.street.name} no {d.number}" for d in (first, second)]
    mention = find_place(f"{texts[0]} önünde çukur var, bir tane de şurada: {texts[1]} karşısında")
    assert mention is not None
    answer = mention.answer
    assert (answer.category, answer.ambiguous) == ("C", True)
    assert "several_places" in answer.warnings
    assert {c.address_id for c in answer.candidates} == {first.pk, second.pk}
    again = find_place(f"{texts[0]} önünde çukur var. Evet, {texts[0]} önünde.")
    assert again is not None and "several_places" not in again.answer.warnings


def test_a_message_without_an_address_names_no_door(city: City) -> None:
    for message in (
        "10028 numaralı başvurum 9 gündür bekliyor",
        "Okulun önünde 4 köpek var, 9 çocuk korkuyor",
        "",
        "\0\u202e" * 5_000,
    ):
        mention = find_place(message)
        assert mention is None or mention.answer.best is None or not mention.answer.best.address_id


def test_real_complaints_of_other_cities_name_no_door(city: City, sample) -> None:
    path: Path = sample("text/belediye_sikayet_train.csv")
    with path.open(encoding="utf-8") as file:
        texts = [row["text"] for row in csv.DictReader(file)][:600]
    found = [m for m in map(find_place, texts) if m and m.answer.best and m.answer.best.address_id]
    assert len(found) / len(texts) < 0.005
