"""Codes of the country and of other bodies: which there are, and how they are written.

The national address system numbers everything in plain digits; an address number (adres no) has
exactly ten, and belongs to a unit. Provinces of other countries use their own codes: only what is
written in digits alone is held against the national forms.
"""

import re
from collections.abc import Mapping

# Scheme → form. What is not listed is accepted as it is, up to 80 characters.
SCHEMES: dict[str, re.Pattern[str]] = {
    "uavt": re.compile(r"\d{1,10}"),
    "maks": re.compile(r"\d{1,18}"),
    "tkgm": re.compile(r"\d{1,18}"),
    "takbis": re.compile(r"\d{1,18}"),
    "dask": re.compile(r"\d{10}"),
    "osm": re.compile(r"(node|way|relation)/\d{1,19}"),
    "wikidata": re.compile(r"Q\d{1,12}"),
    "inspire": re.compile(r"[\w.~:-]{1,120}"),
}
# The national code of each kind of record, where it has a fixed form.
CODES: dict[str, re.Pattern[str]] = {
    "neighbourhood": re.compile(r"\d{1,10}"),
    "street_side": re.compile(r"\d{1,12}"),
    "address": re.compile(r"\d{1,12}"),
    "building": re.compile(r"\d{1,18}"),
    "parcel": re.compile(r"\d{1,18}"),
    "unit": re.compile(r"\d{10}"),
}
_SCHEME = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST = 20


def code_fits(entity: str, code: str) -> bool:
    """Whether a national code has the form of its kind; codes with letters are of elsewhere."""
    form = CODES.get(entity)
    return not code or form is None or not code.isdigit() or form.fullmatch(code) is not None


def wrong(identifiers: Mapping[str, object]) -> str:
    """The first scheme whose name or value has not its form, or ""."""
    if len(identifiers) > MOST:
        return "…"
    for scheme, value in identifiers.items():
        if not _SCHEME.fullmatch(scheme) or not isinstance(value, str):
            return scheme[:40]
        form = SCHEMES.get(scheme)
        if not 0 < len(value) <= 120 or (form is not None and not form.fullmatch(value)):
            return scheme
    return ""
