"""The name index of the process: rebuilt when the register has changed, shared by all threads."""

import threading
from collections.abc import Iterator, Sequence
from datetime import date
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
from addresses.models import ChangeSet, District, Landmark, Neighbourhood, Province
from addresses.models.entity import LIVING
from core.queries import sql

Version = tuple[Any, ...]  # database, change number, its set, sequences
_TOUCHED_MAX = 2000  # streets; of more changes a new index is made


class _Cache:
    """One index per process. `lock` is held by the one call that rebuilds it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.index: NameIndex | None = None
        self.completer: Completer | None = None


_CACHE = _Cache()


def current(version: Version | None = None) -> NameIndex:
    """The index of the register as it is now (or under the version that the caller has just read).

    Who comes while it is made waits for it: a change of a few streets takes milliseconds.
    """
    version = version or register_version()
    index = _CACHE.index
    if index is not None and index.version == version:
        return index
    with _CACHE.lock:
        index = _CACHE.index
        while index is None or index.version != version:
            made = _made(index, version)
            after = register_version()
            if after == version:  # nothing was published while it was read
                index = _CACHE.index = made
            version = after
        return index


def held() -> NameIndex:
    """The index of the last question, unasked whether it is still right: for who asks afterwards."""
    return _CACHE.index or current()


def _made(old: NameIndex | None, version: Version) -> NameIndex:
    """The index under a version: the old one with what has changed since, or a new one."""
    if old is not None and _follows(old.version, version):
        rows = sql.run("addresses", "geocode_touched", {"since": old.version[1]})
        touched = {what: {r["id"] for r in rows if r["what"] == what} for what in "SLA"}
        if not touched["A"] and len(touched["S"]) <= _TOUCHED_MAX:
            return old.changed(
                version,
                streets=touched["S"],
                rows=_streets(sorted(touched["S"])),
                landmarks=touched["L"],
                landmark_rows=_landmarks(sorted(touched["L"])),
            )
    return NameIndex(_read(), version)


def _follows(old: Version, new: Version) -> bool:
    """Whether the changes between two versions can be told: the old one is part of the history."""
    if old[0] != new[0] or not 0 < int(old[1]) < int(new[1]):
        return False
    return ChangeSet.objects.filter(number=old[1], pk=old[2]).exists()


def pack() -> Pack:
    """The language pack that addresses are written by where nothing says which."""
    return load(current().languages[0])


def completer() -> Completer:
    """The completer over the current index, kept with it."""
    index = current()
    if _CACHE.completer is None or _CACHE.completer.index is not index:
        _CACHE.completer = Completer(index)
    return _CACHE.completer


def names_on(day: date, streets: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Streets (ids) that were called otherwise on a day: their name now and their name then."""
    parameters = {"day": day, "streets": list(streets)}
    rows = sql.run("addresses", "street_names_on", parameters)
    return {row["id"]: (row["now"], row["then"]) for row in rows}


def register_version() -> Version:
    """The database's name, then what changes with the register's names."""
    row = sql.run_planned("addresses", "geocode_version", {})[0]
    return (connection.settings_dict["NAME"], *row.values())


def change_of(index: NameIndex) -> int:
    """The number of the last change set that an index holds."""
    return int(index.version[1])  # type: ignore[call-overload,no-any-return]


def _read() -> RegisterNames:
    """All names, in one consistent order."""
    neighbourhoods = Neighbourhood.objects.filter(status__in=LIVING).order_by("id")
    return RegisterNames(
        provinces=[
            ProvinceRow(*row)
            for row in Province.objects.order_by("id").values_list("id", "name", "language")
        ],
        districts=[
            AreaRow(*row)
            for row in District.objects.order_by("id").values_list("id", "name", "province_id")
        ],
        neighbourhoods=[
            AreaRow(*row) for row in neighbourhoods.values_list("id", "name", "district_id")
        ],
        streets=_streets(None),
        landmarks=list(_landmarks(None)),
        postcodes=list(neighbourhoods.exclude(postcode="").values_list("postcode", "id")),
    )


def _streets(ids: list[int] | None) -> Iterator[StreetRow]:
    for row in sql.run("addresses", "geocode_streets", {"streets": ids}):
        yield StreetRow(**row | {"side_ids": tuple(row["side_ids"])})


def _landmarks(ids: list[int] | None) -> Iterator[LandmarkRow]:
    found = Landmark.objects.filter(status__in=LIVING).order_by("id")
    if ids is not None:
        found = found.filter(pk__in=ids)
    for landmark_id, name, area, geom in found.values_list(
        "id", "name", "neighbourhood_id", "geom"
    ):
        yield LandmarkRow(landmark_id, name, area, geom.x, geom.y)
