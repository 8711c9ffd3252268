"""Forty doors on streets with names of many kinds, and how people write each of them."""

from django.db import transaction

from addresses.models import Address
from core.rules.text import fold, upper
from tests.factories import Areas, area_grid, door

STREETS = [
    ("Atatürk Caddesi", "A"),
    ("Şehit Hüseyin Çavuş Sokak", "A"),
    ("10028 Sokak", "A"),
    ("125/1. Sokak", "a"),
    ("İğde Sokak", "a"),
    ("Gazi Osman Paşa Bulvarı", "B"),
    ("Mehmet Akif Ersoy Caddesi", "B"),
    ("Çiçek Sokak", "b"),
    ("Ihlamur Sokak", "b"),
    ("Kâzım Karabekir Caddesi", "b"),
]
NUMBERS = [(1, ""), (4, "A"), (12, ""), (37, "")]
_AT = {"A": (0, 0), "a": (1, 0), "B": (2, 0), "b": (3, 0)}


@transaction.atomic
def forty_doors() -> tuple[Areas, list[Address]]:
    """Well apart: 50 m is what a reverse answer looks around a point."""
    areas = area_grid("AaBb")
    made = []
    for row, (street, letter) in enumerate(STREETS):
        column, _ = _AT[letter]
        for at, (number, suffix) in enumerate(NUMBERS):
            place = (column + 0.2 + at * 0.15, 0.05 + row * 0.09)
            made.append(
                door(
                    areas, street=street, number=number, suffix=suffix, neighbourhood=letter,
                    at=place,
                )
            )  # fmt: skip
    assert len(made) == 40
    return areas, made


def written(one: Address, variant: int) -> str:
    """The door's address in one of four hands: plain, short, in capitals, without diacritics."""
    side = one.side
    line = (
        f"{side.neighbourhood.name} Mah. {side.street.name} No:{one.house_number}, "
        f"{side.neighbourhood.district.name}"
    )
    short = line.replace("Sokak", "Sk.").replace("Caddesi", "Cad.").replace("Bulvarı", "Blv.")
    return [line, short, upper(line), fold(short)][variant % 4]
