"""Turns raw values into what the register stores, and says what was repaired on the way."""

import re
from functools import lru_cache
from typing import NamedTuple

from addresses.geocoder.language import Pack
from addresses.rules import names
from core.rules.text import key

_DECIMAL = re.compile(r"^(\d+)\.0+$")


class Name(NamedTuple):
    """A name to be stored, its search key, the kind that its type word means, its repairs.

    `keys` are those by which a street of the register is recognised, the likeliest first.
    """

    text: str
    key: str
    kind: str
    repairs: tuple[str, ...]
    keys: tuple[str, ...] = ()


class Cleaner:
    """Cleans names by the rules of one language. The same text is cleaned once.

    With `repair` off the names of streets and things stay as they are written: they come from a
    register, not from somebody's hand. What is longer than the `length` that the register holds is
    cut, which is a repair too: `cut`.
    """

    def __init__(self, pack: Pack, *, repair: bool = True, length: int = 160) -> None:
        self._length = length
        self._pack = pack
        self._repair = repair
        self._types = (pack.street_kinds, pack.printed_kinds)
        self.area = lru_cache(maxsize=100_000)(self._area)
        self.street = lru_cache(maxsize=100_000)(self._street)
        self.name = lru_cache(maxsize=100_000)(self._name)

    def _area(self, raw: str) -> Name:
        """A neighbourhood's or district's name without its type word."""
        cleaned = names.clean(raw, turkish=self._pack.turkish_casing)
        text = names.without_word(cleaned.text, self._pack.neighbourhood_words)
        return self._fitted(text, "", cleaned.repairs)

    def _name(self, raw: str) -> Name:
        """A name without type words: of a building, of a known place."""
        if not self._repair:
            return self._fitted(raw, "", ())
        cleaned = names.clean(raw, turkish=self._pack.turkish_casing)
        return self._fitted(cleaned.text, "", cleaned.repairs)

    def _street(self, raw: str) -> Name:
        """A street's name with its type word as the language prints it."""
        if not self._repair:
            kind = names.typed(raw, *self._types).kind
            return self._fitted(raw, kind, (), names.forms(raw, *self._types))
        cleaned = names.clean(raw, turkish=self._pack.turkish_casing)
        text, kind = names.typed(cleaned.text, *self._types)
        keys = names.forms(cleaned.text, *self._types)
        return self._fitted(text, kind, cleaned.repairs, keys)

    def _fitted(
        self, text: str, kind: str, repairs: tuple[str, ...], keys: tuple[str, ...] = ()
    ) -> Name:
        """Cut to what the register holds of a name, and of its keys."""
        most = self._length
        if len(text) > most:
            text, repairs = text[:most].rstrip(), (*repairs, "cut")
        return Name(text, key(text)[:most], kind, repairs, tuple(k[:most] for k in keys))


def code(raw: str | None) -> tuple[str, bool]:
    """A code without blanks, and whether a decimal part had to be cut (`10040.0` → `10040`)."""
    text = (raw or "").strip()
    match = _DECIMAL.match(text)
    return (match[1], True) if match else (text, False)


def whole(raw: str | None) -> int | None:
    """A whole number that is not negative, else None."""
    try:
        number = int(float(raw)) if raw else None
    except (ValueError, OverflowError):
        return None
    return number if number is not None and number >= 0 else None
