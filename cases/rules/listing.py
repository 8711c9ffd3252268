"""What a list of cases may be asked for: read from a query string, and written back into one."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from cases.rules.days import day_of
from cases.rules.lifecycle import OPEN, State
from cases.rules.questions import URGENCIES

#: Each view narrows the list before its filters do.
VIEWS = ("all", "triage", "department", "crew", "mine")
#: Walked along an index, however many cases there are.
SORTS = ("new", "old", "due", "due_last", "changed", "changed_first", "ended")
#: By names that stand in other tables: sorted whole, so only while the list is short enough.
NAME_SORTS = ("type", "place", "state", "responsible", "level")
#: Values that are ids of rows, or codes of the catalogue; whether they exist is asked later.
IDS = ("district", "neighbourhood", "organisation", "department", "crew", "assignee")
CODES = ("group", "type", "channel", "result")
WORDS: dict[str, tuple[str, ...]] = {
    "state": ("open", "all", *State),
    "kind": ("REQUEST", "COMPLAINT", "TIP", "SUGGESTION", "DEMAND"),
    "precision": (
        "UNIT", "DOOR", "INTERPOLATED", "BUILDING", "PARCEL", "CROSSING", "STREET", "LANDMARK",
        "POINT", "NONE",
    ),
    "category": ("A", "B", "C"),
    "urgency": URGENCIES,
    "due": ("late", "late2", "today", "week"),
    "level": ("1", "2", "3"),
}  # fmt: skip
FLAGS = ("review", "photo", "children", "duplicates", "anonymous")
DAYS = ("opened_from", "opened_to", "due_from", "due_to", "closed_from", "closed_to")
#: Every name that a list reads.
NAMES = frozenset(("q", "view", "sort", *WORDS, *CODES, *IDS, *FLAGS, *DAYS, "bbox", "near"))
#: And those that say which part of it stands on the page, and how.
PAGE_NAMES = frozenset(("after", "before", "map"))
_OWN_ORDERS = {"opened": ("new", "old"), "due": ("due", "due_last"), "closed": ("ended",)}
NEAR_MAX_M = 5000.0
_MOST_VALUES = 50
_LONGEST = 200


@dataclass(frozen=True)
class ListFilter:
    """`choices` maps a name of WORDS, CODES or IDS to its values, of which one must fit. `days` are
    whole local days, both ends counted. `bbox` is west, south, east, north and `near` longitude,
    latitude, metres, in EPSG:4326. `unknown` are names and values that could not be understood."""

    q: str = ""
    view: str = "all"
    sort: str = "new"
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()
    days: Mapping[str, date] = field(default_factory=dict)
    bbox: tuple[float, float, float, float] | None = None
    near: tuple[float, float, float] | None = None
    unknown: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, query: Any) -> "ListFilter":
        """Reads a query dictionary (of Django, or a plain one). Names of other things are left alone."""
        unknown: list[tuple[str, str]] = []
        choices: dict[str, tuple[str, ...]] = {}
        for name in (*WORDS, *CODES, *IDS):
            sent = dict.fromkeys(_values(query, name))
            good = [v for v in sent if _fits(name, v)][:_MOST_VALUES]
            unknown += [(name, v) for v in sent if v not in good]
            if good:
                choices[name] = tuple(good)
        known: dict[str, Any] = {}
        for name, may in (("view", VIEWS), ("sort", (*SORTS, *NAME_SORTS))):
            if value := _last(query, name):
                known |= {name: value} if value in may else {}
                unknown += [] if value in may else [(name, value)]
        days: dict[str, date] = {}
        for name in DAYS:
            if value := _last(query, name):
                if (day := day_of(value)) is not None:
                    days[name] = day
                else:
                    unknown.append((name, value))
        for name, read in (("bbox", _bbox), ("near", _near)):
            if value := _last(query, name):
                known[name] = read(value)
                unknown += [] if known[name] else [(name, value)]
        flags = {name for name in FLAGS if (value := _last(query, name))}
        return cls(
            q=_last(query, "q"), choices=choices, flags=frozenset(flags), days=days,
            unknown=tuple(unknown), **known,
        )  # fmt: skip

    def with_strangers(self, query: Any) -> "ListFilter":
        """The same, names of the query that no list reads among what is unknown."""
        strange = [(n, _last(query, n)) for n in query if n not in NAMES | PAGE_NAMES]
        return replace(self, unknown=(*self.unknown, *strange))

    def chosen(self, name: str) -> tuple[str, ...]:
        return self.choices.get(name, ())

    @property
    def order(self) -> str:
        """How it is sorted: what is open has not ended, and goes by its last change instead."""
        return "changed" if self.sort == "ended" and self._open_only else self.sort

    @property
    def long_order(self) -> str:
        """The order of a list that is too long to be sorted: never by a name, and a span of days of all
        states in its own order, for the index of another one passes by the whole city.
        """
        sort = "new" if self.order in NAME_SORTS else self.order
        spans = [name.removesuffix("_from") for name in self.days if name.endswith("_from")]
        if self._open_only or not spans or any(sort in _OWN_ORDERS[span] for span in spans):
            return sort
        return _OWN_ORDERS[spans[0]][0]

    @property
    def _open_only(self) -> bool:
        return (set(self.chosen("state")) or {"open"}) <= {"open", *OPEN}

    def pairs(self) -> list[tuple[str, str]]:
        """What `of` reads the same filter from; what is left at its default is left out."""
        found = [("q", self.q)] if self.q else []
        found += [("view", self.view)] if self.view != "all" else []
        found += [(name, value) for name, values in self.choices.items() for value in values]
        found += [(name, "1") for name in FLAGS if name in self.flags]
        found += [(name, str(day)) for name, day in self.days.items()]
        for name, numbers in (("bbox", self.bbox), ("near", self.near)):
            found += [(name, ",".join(f"{n:g}" if n > 1000 else f"{n:.6f}" for n in numbers))] if numbers else []  # fmt: skip
        return found + ([("sort", self.sort)] if self.sort != "new" else [])

    def encoded(self) -> str:
        return urlencode(self.pairs())

    def filters(self) -> list[tuple[str, str]]:
        """The pairs that narrow the list: neither view nor order."""
        return [(n, v) for n, v in self.pairs() if n not in ("view", "sort")]

    def without(self, name: str, value: str) -> "ListFilter":
        """The same without one of `pairs`."""
        if name in self.choices:
            left = tuple(v for v in self.choices[name] if v != value)
            others = {k: v for k, v in self.choices.items() if k != name}
            return replace(self, choices=others | ({name: left} if left else {}))
        if name in FLAGS:
            return replace(self, flags=self.flags - {name})
        if name in DAYS:
            return replace(self, days={k: v for k, v in self.days.items() if k != name})
        if name == "q":
            return replace(self, q="")
        return replace(self, bbox=None) if name == "bbox" else replace(self, near=None)

    def keeping(self, names: Iterable[tuple[str, str]]) -> "ListFilter":
        """The same without these pairs, which are told as unknown from now on."""
        wanted = self
        for name, value in names:
            wanted = wanted.without(name, value)
            wanted = replace(wanted, unknown=(*wanted.unknown, (name, value)))
        return wanted


def _clean(text: str) -> str:
    return str(text).replace("\0", "").strip()[:_LONGEST]


def _values(query: Any, name: str) -> list[str]:
    sent = query.getlist(name) if hasattr(query, "getlist") else [query.get(name, "")]
    return [part for text in sent for part in _clean(text).split(",") if part]


def _last(query: Any, name: str) -> str:
    return _clean(query.get(name, "") or "")


def _fits(name: str, value: str) -> bool:
    if name in WORDS:
        return value in WORDS[name]
    if name in IDS:
        return value.isascii() and value.isdigit() and len(value) < 19
    return value.isascii() and value.replace("-", "").replace("_", "").isalnum()


def _numbers(text: str, count: int) -> tuple[float, ...] | None:
    try:
        found = tuple(float(part) for part in text.split(","))
    except ValueError:
        return None
    return found if len(found) == count and all(map(math.isfinite, found)) else None


def _bbox(text: str) -> tuple[float, ...] | None:
    box = _numbers(text, 4)
    if box is None or not (-180 <= box[0] < box[2] <= 180 and -85 <= box[1] < box[3] <= 85):
        return None
    return box


def _near(text: str) -> tuple[float, ...] | None:
    at = _numbers(text, 3)
    if at is None or not (abs(at[0]) <= 180 and abs(at[1]) <= 85 and 0 < at[2] <= NEAR_MAX_M):
        return None
    return at
