"""The name index of the process: rebuilt when the register has changed, shared by all threads."""

import threading
from collections.abc import Sequence
from datetime import date

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
from addresses.models import District, Landmark, Neighbourhood, Province
from addresses.models.entity import LIVING
from core.queries import sql

Version = tuple[object, ...]


class _Cache:
    """One index per process. `lock` is held by the one call that rebuilds it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.index: NameIndex | None = None
        self.completer: Completer | None = None


_CACHE = _Cache()


def current() -> NameIndex:
    """The index of the register as it is now.

    The version is asked at every call. When it has changed, one call rebuilds the index and the
    others go on with the old one; only the very first waits for all.
    """
    version = register_version()
    index = _CACHE.index
    if index is not None and index.version == version:
        return index
    usable = index is not None and index.version[:1] == version[:1]
    if not _CACHE.lock.acquire(blocking=not usable):
        assert index is not None
        return index
    try:
        index = _CACHE.index
        if index is None or index.version != version:
            index = _CACHE.index = NameIndex(_read(), version)
        return index
    finally:
        _CACHE.lock.release()


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
    row = sql.run("addresses", "geocode_version")[0]
    return (connection.settings_dict["NAME"], *row.values())


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
        streets=(
            StreetRow(**row | {"side_ids": tuple(row["side_ids"])})
            for row in sql.run("addresses", "geocode_streets")
        ),
        landmarks=[
            LandmarkRow(landmark_id, name, neighbourhood_id, geom.x, geom.y)
            for landmark_id, name, neighbourhood_id, geom in Landmark.objects.filter(
                status__in=LIVING
            )
            .order_by("id")
            .values_list("id", "name", "neighbourhood_id", "geom")
        ],
        postcodes=list(neighbourhoods.exclude(postcode="").values_list("postcode", "id")),
    )
