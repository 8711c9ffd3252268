"""Which columns of a table make an address, by their names, and how a row becomes one text."""

from collections.abc import Sequence

from core.rules.text import key

# The parts of an address in the order in which they are offered, with the names that columns have.
ROLES: dict[str, tuple[str, ...]] = {
    "address": (
        "adres", "acik adres", "tam adres", "adres metni", "adresi", "address", "full address",
        "adresse", "yer", "konum",
    ),
    "neighbourhood": (
        "mahalle", "mahallesi", "mahalle adi", "mah", "koy", "mahalle koy", "neighbourhood",
        "neighborhood",
    ),
    "street": (
        "sokak", "sokak adi", "cadde", "cadde adi", "cadde sokak", "cadde sokak adi", "csbm",
        "csbm adi", "yol", "street", "street name", "strasse",
    ),
    "housenumber": (
        "no", "kapi no", "dis kapi no", "kapi", "dis kapi", "bina no", "numara", "kapi numarasi",
        "dis kapi numarasi", "house number", "housenumber", "number", "hausnummer",
    ),
    "unit": ("daire", "daire no", "ic kapi no", "ic kapi", "ic kapi numarasi", "unit", "apartment"),
    "district": ("ilce", "ilce adi", "ilcesi", "district", "town", "city", "ort"),
    "province": ("il", "il adi", "sehir", "province", "state"),
    "postcode": ("posta kodu", "pk", "postcode", "postal code", "zip", "zip code", "plz"),
}  # fmt: skip
_ROLE = {name: role for role, names in ROLES.items() for name in names}


def role(name: str) -> str:
    """The part of an address that a column of this name holds, or ""."""
    return _ROLE.get(key(name), "")


def guess(header: Sequence[str]) -> list[int]:
    """The positions of the columns that make the address, in the order of its parts.

    A column of whole addresses is enough with its areas; without one all parts are taken. Of two
    columns with one role the first counts. Nothing recognised: the first column.
    """
    first: dict[str, int] = {}
    for position, name in enumerate(header):
        first.setdefault(role(name), position)
    wanted = list(ROLES)
    if "address" in first:
        wanted = ["address", "neighbourhood", "district", "province"]
    return [first[r] for r in wanted if r in first] or [0]
