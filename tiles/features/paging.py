"""Pages: the order of features, and the token that a page goes on from.

A page begins behind the last feature of the one before, by what that one was sorted by and by its own
key, which never changes: rows that come, go or change meanwhile make no other row appear twice or never.
The token is encrypted: it says nothing, and nobody can make one up.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.utils.translation import gettext as _

from core.rules.secrets import decrypt, encrypt
from tiles.conf import CONF
from tiles.features.collection import Property, Shape
from tiles.features.cql2 import BadFilter
from tiles.features.values import Values

_CASTS = {
    "text": "text", "uuid": "uuid", "integer": "bigint", "number": "float8", "boolean": "boolean",
    "date": "date", "instant": "timestamptz",
}  # fmt: skip


@dataclass(frozen=True)
class Key:
    """One thing that features are sorted by, in SQL. Nothing known comes last, either way."""

    sql: str
    cast: str
    descending: bool = False
    nullable: bool = False

    @property
    def ordered(self) -> str:
        return (
            self.sql
            + (" DESC" if self.descending else "")
            + (" NULLS LAST" if self.nullable else "")
        )

    @property
    def told(self) -> str:
        """As text, which comes back exactly."""
        return f"({self.sql})::text"


def keys_of(shape: Shape, sortby: str) -> list[Key]:
    """From `sortby=+name,-number`; the shape's own order comes last. Raises BadFilter."""
    found = []
    for part in sortby.split(",") if sortby else []:
        name = part.strip().lstrip("+-")
        prop = shape.by_name.get(name)
        if prop is None or not prop.sortable:
            raise BadFilter(_("There is no property %(name)r to sort by.") % {"name": name[:40]})
        found.append(_key(prop, part.strip().startswith("-")))
    if len(found) > CONF.sorts_most:
        raise BadFilter(_("At most %(most)s properties are sorted by.") % {"most": CONF.sorts_most})
    own = _CASTS["integer" if shape.order_type == "integer" else "text"]
    return [*found, Key(shape.order, own)]


def _key(prop: Property, descending: bool) -> Key:
    return Key(prop.key or f"({prop.sql})", _CASTS[prop.type], descending, prop.nullable)


def behind(keys: Sequence[Key], last: Sequence[str | None], values: Values) -> str:
    """The condition that a row comes behind the one with these keys."""
    marks = [
        None if v is None else f"{values.put(v)}::{k.cast}" for k, v in zip(keys, last, strict=True)
    ]
    plain = not any(k.descending or k.nullable for k in keys)
    if plain and all(marks):  # as the index has it
        if len(keys) == 1:
            return f"{keys[0].sql} > {marks[0]}"
        return f"({', '.join(k.sql for k in keys)}) > ({', '.join(str(m) for m in marks)})"
    ways = []
    for i, (key, mark) in enumerate(zip(keys, marks, strict=True)):
        if mark is None:
            continue
        same = [
            f"{k.sql} IS NULL" if m is None else f"{k.sql} = {m}"
            for k, m in zip(keys[:i], marks[:i], strict=True)
        ]
        after = f"{key.sql} {'<' if key.descending else '>'} {mark}"
        if key.nullable:
            after = f"({after} OR {key.sql} IS NULL)"
        ways.append(" AND ".join([*same, after]))
    return "(" + " OR ".join(f"({way})" for way in ways) + ")"


def token(of: str, last: Sequence[str | None]) -> str:
    """A token for the page behind this row; `of` names what it holds for."""
    return encrypt(_secret(), json.dumps([of, list(last)], ensure_ascii=False))


def opened(text: str, of: str, n: int) -> list[str | None]:
    """The keys of a token. Raises BadFilter for one that was not made here, or for something else."""
    try:
        known, last = json.loads(decrypt(_secret(), text))
    except (InvalidToken, ValueError):
        raise BadFilter(_("The token of the next page cannot be used.")) from None
    if known != of or len(last) != n:
        raise BadFilter(_("The token of the next page belongs to another question."))
    return list(last)


def _secret() -> str:
    return f"features:{settings.SECRET_KEY}"
