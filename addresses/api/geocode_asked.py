"""Reading a question to the geocoder, whatever dialect it is in. Every fault names its parameter.

All functions take the parameters of a query as a mapping from names to texts.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from addresses.conf import CONF
from addresses.geocoder.labels import label
from addresses.geocoder.language import Pack
from addresses.queries.names import pack
from addresses.rules import names
from core.api.problems import InvalidInput
from core.rules.text import key

Query = Mapping[str, str]
Point = tuple[float, float]
LON_MAX, LAT_MAX = 180.0, 85.0
# A house number in front of a street, as most of the world writes it: `2 Hürriyet Sokak`.
_NUMBER_FIRST = re.compile(r"^\s*(\d{1,5}(?:\s?/\s?\w{1,4}|[A-Za-z])?)\s+(\S.*)$")


@dataclass(frozen=True)
class Fields:
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
    """`2 Hürriyet Sokak` → (2, Hürriyet Sokak); `10028 Sokak` is a name and stays whole."""
    match = _NUMBER_FIRST.match(street)
    if match is None or key(match[2]) in words.street_kinds:
        return "", street
    return match[1], match[2]


def text(query: Query, name: str) -> str:
    """The free text of a parameter: some letters, not absurdly many, nothing that is no text."""
    value = query.get(name, "").strip()
    if not value:
        raise InvalidInput({name: [_("Write what is looked for.")]})
    return plain(value, name)


def plain(value: str, name: str) -> str:
    """A text that may be an address at all."""
    if len(value) > CONF.query_refused:
        words = _("No address is that long: at most %s characters.") % CONF.query_refused
        raise InvalidInput({name: [words]})
    if "\0" in value:
        raise InvalidInput({name: [_("There is a character in it that belongs to no text.")]})
    return value


def fields(query: Query, mapping: Mapping[str, str]) -> Fields:
    """The parts of an address; `mapping` gives the parameter of each part."""
    found = {part: plain(query.get(name, "").strip(), name) for part, name in mapping.items()}
    return Fields(**found)


def degrees(query: Query, name: str, most: float) -> float:
    """A coordinate in degrees."""
    raw = query.get(name, "")
    try:
        value = float(raw)
    except ValueError:
        value = math.nan
    if not abs(value) <= most:
        raise InvalidInput({name: [_("Degrees from -%(most)g to %(most)g.") % {"most": most}]})
    return value


def point(query: Query, lon: str = "lon", lat: str = "lat") -> Point:
    return degrees(query, lon, LON_MAX), degrees(query, lat, LAT_MAX)


def near(query: Query, lon: str = "lon", lat: str = "lat") -> Point | None:
    """The point whose neighbourhood is preferred, if one is given."""
    if not query.get(lon) and not query.get(lat):
        return None
    return point(query, lon, lat)


def limit(query: Query, name: str, *, default: int, most: int, strict: bool = False) -> int:
    """How many places are wanted. A wish for more than `most` gets `most`, an absurd one a refusal.

    `strict` refuses whatever is more than `most`.
    """
    raw = query.get(name, "") or str(default)
    highest = most if strict else CONF.places_max
    if not (raw.isascii() and raw.isdigit() and len(raw) < 6 and 1 <= int(raw) <= highest):
        words = _("A whole number from %(low)s to %(high)s.") % {"low": 1, "high": highest}
        raise InvalidInput({name: [words]})
    return min(int(raw), most)


def day(query: Query, name: str = "as_of") -> date | None:
    """A day as YYYY-MM-DD, or None for now."""
    raw = query.get(name, "")
    if not raw:
        return None
    try:
        if len(raw) != 10:
            raise ValueError
        return date.fromisoformat(raw)
    except ValueError:
        raise InvalidInput({name: [_("A day as YYYY-MM-DD.")]}) from None


def one_of(query: Query, name: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    """One of the known words, the first by default."""
    value = query.get(name, "") or next(iter(known))
    if value not in known:
        raise InvalidInput({name: [_("One of: %s.") % ", ".join(known)]})
    return value
