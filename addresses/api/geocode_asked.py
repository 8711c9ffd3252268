"""Reading a question to the geocoder, whatever dialect it is in. Every fault names its parameter.

All functions take the parameters of a query as a mapping from names to texts.
"""

import math
from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from addresses.conf import CONF
from addresses.queries.address_parts import AddressParts
from core.api.problems import InvalidInput

Query = Mapping[str, str]
Point = tuple[float, float]
LON_MAX, LAT_MAX = 180.0, 85.0


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


def fields(query: Query, mapping: Mapping[str, str]) -> AddressParts:
    """The parts of an address; `mapping` gives the parameter of each part."""
    found = {part: plain(query.get(name, "").strip(), name) for part, name in mapping.items()}
    return AddressParts(**found)


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


def limit(
    query: Query, name: str, *, default: int, most: int, least: int = 1, strict: bool = False
) -> int:
    """How many places are wanted. A wish for more than `most` gets `most`, an absurd one a refusal.

    `strict` refuses whatever is more than `most`.
    """
    raw = query.get(name, "") or str(default)
    highest = most if strict else CONF.places_max
    if not (raw.isascii() and raw.isdigit() and len(raw) < 6 and least <= int(raw) <= highest):
        words = _("A whole number from %(low)s to %(high)s.") % {"low": least, "high": highest}
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
