"""Which words of a message may be an address."""

import pytest

from addresses.geocoder.language import load
from addresses.geocoder.mentions import spans
from addresses.geocoder.names import (
    AreaRow,
    NameIndex,
    ProvinceRow,
    RegisterNames,
    StreetRow,
)

PACK = load("tr")


@pytest.fixture(scope="module")
def index() -> NameIndex:
    streets = ["10028 Sokak", "Gül Sokak", "Sevgi Sokak", "Atatürk Caddesi"]
    names = RegisterNames(
        provinces=[ProvinceRow(1, "Balıkesir", "tr")],
        districts=[AreaRow(1, "Altıeylül", 1), AreaRow(2, "Karesi", 1)],
        neighbourhoods=[AreaRow(1, "Hasan Basri Çantay", 1), AreaRow(2, "Karaman", 2)],
        streets=[StreetRow(i, name, "STREET", 1, (i,), True) for i, name in enumerate(streets)],
    )
    return NameIndex(names, ("test",))


@pytest.mark.parametrize(
    ("message", "place"),
    [
        (
            "Merhaba ben Zeynep, Hasan Basri Çantay mah. 10028 Sk no:9 önünde çöp alınmıyor.",
            "Hasan Basri Çantay mah. 10028 Sk no:9 önünde",
        ),
        (
            "12.05.2026 tarihinde yazmıştım (başvuru no 434101). Adres: Gül sokak no 5 D:3 Karesi\n\nAli",
            "Gül sokak no 5 D:3 Karesi",
        ),
        ("3 gündür su yok!! Karaman Mahallesi Gül sok. 14/A", "Karaman Mahallesi Gül sok. 14/A"),
        ("Tel 0532 123 4567 adres atatürk cad no:7", "atatürk cad no:7"),
        ("10 AB 123 plakalı araç gull sokakta duruyor", "gull sokakta"),
        ("lamba yanmıyor. karesi gül 12", "karesi gül 12"),
        ("Gül sokak no 5? 40 kişi imzaladık", "Gül sokak no 5"),
    ],
)
def test_an_address_stands_out(index: NameIndex, message: str, place: str) -> None:
    best = spans(message, index, PACK)[0]
    assert message[best.start : best.end] == place


@pytest.mark.parametrize(
    "message",
    [
        "30 dakikadır bekliyoruz, saat 14:30 oldu, 6 kişiyiz",
        "10.02.2026 tarihli 434101 sayılı dilekçem, tel 0532 123 45 67",
        "mahallemizde sokak lambaları 2 haftadır yanmıyor",
        "Atatürk heykelinin yanında 5 köpek var",
        "gul@posta.example #sevgi @karesi 2026",
        "",
    ],
)
def test_numbers_that_are_no_houses_are_none(index: NameIndex, message: str) -> None:
    assert spans(message, index, PACK) == []


def test_absurd_input_is_read_quickly(index: NameIndex) -> None:
    for text in ("no " * 3_000, "sokak 1 " * 1_000, "1/" * 4_000, "\u202e" * 8_000):
        spans(text, index, PACK)
