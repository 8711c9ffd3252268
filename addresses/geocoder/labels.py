"""How an address is printed, by the pattern of its language pack."""

import re

from addresses.geocoder.language import Pack

_EMPTY_PARTS = re.compile(r"\s*\bNo:(?=\s*(,|$))|(?<=\s)\s+|\s+(?=,)")


def label(
    pack: Pack,
    *,
    street: str = "",
    number: str = "",
    neighbourhood: str = "",
    district: str = "",
    province: str = "",
) -> str:
    """One line in the order of the language. Parts that are empty leave no trace."""
    text = pack.label.format(
        neighbourhood=neighbourhood,
        neighbourhood_word=pack.neighbourhood_word if neighbourhood else "",
        street=street,
        number=number,
        district=district,
        province=province,
    )
    parts = [_EMPTY_PARTS.sub("", part).strip(" /") for part in text.split(",")]
    return ", ".join(dict.fromkeys(part for part in parts if part))
