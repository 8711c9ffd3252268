"""The name index of the process: rebuilt when the register has changed, shared by all threads."""

import threading
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connection

from addresses.geocoder.complete import Completer
from addresses.geocoder.language import Pack, load
from addresses.geocoder.names import (
    AreaRow,
    LandmarkRow,
    NameIndex,
    ProvinceRow,
    RegisterNames,
    StreetRow,
)
from addresses.models import ChangeSet
from core.queries import sql

Version = tuple[Any, ...]  # database, change number, its set, sequences
_TOUCHED_MAX = 2000  # streets; of more changes a new index is made
_DAYS_KEPT = 2  # indexes of days in the past


class _Held:
    """An index with the completer over it, which is made when somebody types."""

    def __init__(self, index: NameIndex) -> None:
        self.index = index

    @cached_property
    def completer(self) -> Completer:
        return Completer(self.index)


class _Cache:
    """One index per process, and those of a few days. Each lock is held by the one call that makes an
    index.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.now: _Held | None = None
        self.days_lock = threading.Lock()
        self.days: dict[tuple[date, Version], _Held] = {}


_CACHE = _Cache()


def current(version: Version | None = None) -> NameIndex:
    """The index of the register as it is now (or under the version that the caller has just read).

    Who comes while it is made waits for it: a change of a few streets takes milliseconds.
    """
    return _now(version).index


def on(day: date) -> NameIndex:
    """The index of the register as it was in force on a day, under the present version.

    Most of the names are those of now: only the others are read. After a change of areas, or of very
    many streets, the index is made anew, which takes as long as at the start of a process.
    """
    return _on(day).index


def completer(day: date | None = None) -> Completer:
    """The completer over the index of now, or of a day."""
    return (_now() if day is None else _on(day)).completer


def _now(version: Version | None = None) -> _Held:
    version = version or register_version()
    held = _CACHE.now
    if held is not None and held.index.version == version:
        return held
    with _CACHE.lock:
        held = _CACHE.now
        while held is None or held.index.version != version:
            made = _made(held.index if held else None, version)
            after = register_version()
            if after == version:  # nothing was published while it was read
                held = _CACHE.now = _Held(made)
            version = after
        return held


def _on(day: date) -> _Held:
    now = _now()
    key = (day, now.index.version)
    held = _CACHE.days.get(key)
    if held is not None:
        return held
    with _CACHE.days_lock:
        held = _CACHE.days.get(key)
        if held is None:
            index = _made_on(day, now.index)
            held = now if index is now.index else _Held(index)
            kept = list(_CACHE.days.items())[1 - _DAYS_KEPT :]
            _CACHE.days = dict([*kept, (key, held)])
    return held


def _made_on(day: date, now: NameIndex) -> NameIndex:
    touched = _touched(sql.run("addresses", "geocode_touched_on", {"day": day}))
    if not any(touched.values()):
        return now
    return _changed(now, now.version, touched, day) or NameIndex(_read(day), now.version)


def held() -> NameIndex:
    """The index of the last question, unasked whether it is still right: for who asks afterwards."""
    return _CACHE.now.index if _CACHE.now else current()


def _made(old: NameIndex | None, version: Version) -> NameIndex:
    """The index under a version: the old one with what has changed since, or a new one."""
    if old is not None and _follows(old.version, version):
        touched = _touched(sql.run("addresses", "geocode_touched", {"since": old.version[1]}))
        changed = _changed(old, version, touched, None)
        if changed is not None:
            return changed
    return NameIndex(_read(), version)


def _touched(rows: list[dict[str, Any]]) -> dict[str, set[int]]:
    """The ids of streets (S), landmarks (L) and areas (A)."""
    return {what: {r["id"] for r in rows if r["what"] == what} for what in "SLA"}


def _changed(
    index: NameIndex, version: Version, touched: dict[str, set[int]], day: date | None
) -> NameIndex | None:
    """The index after a change of what is touched, now or as of a day; None where it is too much."""
    if touched["A"] or len(touched["S"]) > _TOUCHED_MAX:
        return None
    return index.changed(
        version,
        streets=touched["S"],
        rows=_streets(sorted(touched["S"]), day),
        landmarks=touched["L"],
        landmark_rows=_landmarks(sorted(touched["L"]), day),
    )


def _follows(old: Version, new: Version) -> bool:
    """Whether the changes between two versions can be told: the old one is part of the history."""
    if old[0] != new[0] or not 0 < int(old[1]) < int(new[1]):
        return False
    return ChangeSet.objects.filter(number=old[1], pk=old[2]).exists()


def pack() -> Pack:
    """The language pack that addresses are written by where nothing says which."""
    return load(current().languages[0])


def names_on(day: date, streets: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Streets (ids) whose former names say that they were called otherwise on a day than their
    version of that day does: its name and theirs.
    """
    parameters = {"day": day, "streets": list(streets)}
    rows = sql.run("addresses", "street_names_on", parameters)
    return {row["id"]: (row["name"], row["then"]) for row in rows}


def register_version() -> Version:
    """The database's name, then what changes with the register's names."""
    return version_of(sql.run_planned("addresses", "geocode_version", {})[0]["version"])


def version_of(numbers: Sequence[int | None]) -> Version:
    """The version that a row of `addresses_names_version` tells."""
    return (connection.settings_dict["NAME"], *numbers)


def change_of(index: NameIndex) -> int:
    """The number of the last change set that an index holds."""
    return int(index.version[1])  # type: ignore[call-overload,no-any-return]


def _read(day: date | None = None) -> RegisterNames:
    """All names, in one consistent order."""
    areas = sql.run("addresses", "geocode_areas", {"as_of": day})

    def below(what: str) -> list[AreaRow]:
        return [AreaRow(a["id"], a["name"], a["parent_id"]) for a in areas if a["what"] == what]

    return RegisterNames(
        provinces=[
            ProvinceRow(a["id"], a["name"], a["language"]) for a in areas if a["what"] == "P"
        ],
        districts=below("D"),
        neighbourhoods=below("N"),
        streets=_streets(None, day),
        landmarks=list(_landmarks(None, day)),
        postcodes=[(a["postcode"], a["id"]) for a in areas if a["postcode"]],
    )


def _streets(ids: list[int] | None, day: date | None) -> Iterator[StreetRow]:
    for row in sql.run("addresses", "geocode_streets", {"streets": ids, "as_of": day}):
        yield StreetRow(**row | {"side_ids": tuple(row["side_ids"])})


def _landmarks(ids: list[int] | None, day: date | None) -> Iterator[LandmarkRow]:
    for row in sql.run("addresses", "geocode_landmarks", {"landmarks": ids, "as_of": day}):
        yield LandmarkRow(**row)
