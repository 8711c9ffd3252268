"""An address in parts, and how it is written in one line: as forms and tables hold it."""

import re
from dataclasses import dataclass

from addresses.geocoder.labels import label
from addresses.geocoder.language import Pack
from addresses.queries.names import pack
from addresses.rules import names
from core.rules.text import key

# A house number in front of a street, as most of the world writes it: `2 Hürriyet Sokak`.
_NUMBER_FIRST = re.compile(r"^\s*(\d{1,5}(?:\s?/\s?\w{1,4}|[A-Za-z])?)\s+(\S.*)$")


@dataclass(frozen=True)
class AddressParts:
    """An address in parts. `street` may hold the house number, before or behind the name."""

    street: str = ""
    housenumber: str = ""
    neighbourhood: str = ""
    district: str = ""
    province: str = ""
    postcode: str = ""

    def text(self) -> str:
        """One line as the register's language writes it; "" without any part."""
        words = pack()
        number, street = self.housenumber, self.street
        if not number:
            number, street = _number_first(street, words)
        line = label(
            words,
            street=street,
            number=number,
            neighbourhood=names.without_word(self.neighbourhood, words.neighbourhood_words),
            district=self.district,
            province=self.province,
        )
        return " ".join(part for part in (line, self.postcode) if part)


def _number_first(street: str, words: Pack) -> tuple[str, str]:
    """`2 Hürriyet Sokak` → (2, Hürriyet Sokak); `10028 Sokak` is a name and stays whole, also with
    a number behind it."""
    match = _NUMBER_FIRST.match(street)
    if match is None or key(match[2].split()[0]) in words.street_kinds:
        return "", street
    return match[1], match[2]
