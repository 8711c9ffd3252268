"""Numbers in words, and words that are none."""

import pytest

from addresses.geocoder.language import load
from addresses.geocoder.numerals import spelled_numbers
from addresses.geocoder.tokens import cut


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("bin otuz üç sokak elli iki numara", "1033 sokak 52 numara"),
        ("yüz yirmi beşinci sokak numara on dört", "125 sokak numara 14"),
        ("gül sokak elli iki", "gul sokak 52"),
        ("gül sokak dokuz, daire üç", "gul sokak 9 , daire uc"),
        ("yüz sokak", "yuz sokak"),
        ("gül sokakta bir çukur var", "gul sokakta bir cukur var"),
        ("gül sokakta iki ağaç devrildi", "gul sokakta iki agac devrildi"),
        ("gül sokakta otuz beş gündür su yok", "gul sokakta otuz bes gundur su yok"),
        ("yirmi üç nisan caddesi", "yirmi uc nisan caddesi"),
    ],
)
def test_only_what_is_meant_as_a_number_is_one(text: str, read: str) -> None:
    tokens = spelled_numbers(cut(text), load("tr"))
    assert " ".join(token.text for token in tokens) == read
