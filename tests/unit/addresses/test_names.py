"""Names from files: capitals, mis-decoded letters, type words."""

from addresses.geocoder.language import load
from addresses.rules.names import clean, forms, typed, without_word


def test_capitals_become_turkish_title_case() -> None:
    cleaned = clean("HASAN BASRİ ÇANTAY", turkish=True)
    assert cleaned.text == "Hasan Basri Çantay"
    assert cleaned.repairs == ("casing",)


def test_capitals_of_another_language_keep_their_letters() -> None:
    assert clean("MISSION STREET", turkish=False).text == "Mission Street"


def test_ordinal_is_set_apart() -> None:
    assert clean("1.GÜNDOĞAN", turkish=True).text == "1. Gündoğan"


def test_marks_that_turn_the_direction_of_writing_do_not_stay() -> None:
    assert clean("Gül\u202eSokak\u2069", turkish=True).text == "Gül Sokak"


def test_misread_letters_are_put_right_and_said_so() -> None:
    cleaned = clean("Altýeylül", turkish=True)
    assert cleaned.text == "Altıeylül"
    assert cleaned.repairs == ("mojibake",)


def test_type_word_is_written_as_printed() -> None:
    pack = load("tr")
    found = typed("Azerbaycan Cadde", pack.street_kinds, pack.printed_kinds)
    assert (found.name, found.kind) == ("Azerbaycan Caddesi", "AVENUE")
    assert typed("Cadde", pack.street_kinds, pack.printed_kinds).kind == ""


def test_neighbourhood_without_its_type_word() -> None:
    words = load("tr").neighbourhood_words
    assert without_word("Balıklı Mah.", words) == "Balıklı"
    assert without_word("Mahalle", words) == "Mahalle"


def test_a_street_is_known_under_every_form_of_its_type_word() -> None:
    pack = load("tr")
    written = forms("Zeytin Dalı Sokağı", pack.street_kinds, pack.printed_kinds)
    assert written[:2] == ("zeytin dali sokagi", "zeytin dali sokak")
    assert "zeytin dali sk" in written
    assert "zeytin dali cikmazi" not in written
    road = forms("Edremit Yolu", pack.street_kinds, pack.printed_kinds)
    assert road == ("edremit yolu",)  # a kind without one word of its own
