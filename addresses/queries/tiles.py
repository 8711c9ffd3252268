"""Tiles of the register: one SQL file per layer, in EPSG:3857 from the stored projection."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.rules.roles import Permission
from addresses.queries.data_model import entity
from core.queries import sql
from tiles.layers import TileRequest
from tiles.rules.filters import day

# The register's parameter of time: a day, or nothing for now.
AS_OF = {"as_of": day}


# The layers that show a kind of record, and how the ids of their features come of a row's.
_SHOWN: dict[str, tuple[tuple[str, ...], str]] = {
    "district": (("boundaries", "boundary_labels"), "id * 4 + 1"),
    "neighbourhood": (("boundaries", "boundary_labels"), "id * 4 + 2"),
    "street": (("streets",), "id"),
    "parcel": (("parcels",), "id"),
    "building": (("buildings",), "id"),
    "address": (("doors",), "id"),
    "landmark": (("landmarks",), "id"),
}

# How near one goes to see a record; what is not named is as small as a house.
_ZOOMS = {"district": 10, "neighbourhood": 14, "street": 17}


def feature_ids(uids: Mapping[str, Collection[str]]) -> dict[str, list[int]]:
    """Under which ids the tiles show some records (uids by kind), by layer."""
    found: dict[str, list[int]] = {}
    for name in uids.keys() & _SHOWN.keys():
        layers, feature = _SHOWN[name]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {feature} FROM {entity(name).table} WHERE uid = ANY(%s::uuid[])",  # noqa: S608
                [list(uids[name])],
            )
            ids = [row[0] for row in cursor.fetchall()]
        for layer in layers:
            found.setdefault(layer, []).extend(ids)
    return found


@dataclass(frozen=True)
class ShownRecord:
    """A record that a tile shows; `lon`, `lat` lie on it, `zoom` shows it well. Without a shape they are
    None."""

    uid: str
    lon: float | None
    lat: float | None
    zoom: int


def shown_record(layer: str, feature: int) -> ShownRecord | None:
    """The record behind a feature of a layer; None where there is none."""
    for name, (layers, made) in _SHOWN.items():
        if layer not in layers:
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT uid, ST_X(at), ST_Y(at) FROM {entity(name).table}"  # noqa: S608
                f" CROSS JOIN LATERAL ST_PointOnSurface(geom) at WHERE {made} = %s",
                [feature],
            )
            if row := cursor.fetchone():
                return ShownRecord(str(row[0]), row[1], row[2], _ZOOMS.get(name, 19))
    return None


def _sql(request: TileRequest, **more: Any) -> dict[str, Any]:
    return {"as_of": None, **request.sql(**more)}


def boundaries(request: TileRequest) -> bytes:
    zoom = request.tile.z
    if zoom > 12 or "as_of" in request.parameters:
        return bytes(sql.value_planned("addresses", "tile_boundaries_full", _sql(request)))
    band = 8 if zoom <= 8 else 10 if zoom <= 10 else 12
    return bytes(sql.value_planned("addresses", "tile_boundaries", request.sql(band=band)))


def boundary_labels(request: TileRequest) -> bytes:
    if "as_of" in request.parameters:
        return bytes(sql.value("addresses", "tile_boundary_labels_full", _sql(request)))
    return bytes(sql.value_planned("addresses", "tile_boundary_labels", _sql(request)))


def streets(request: TileRequest) -> bytes:
    return bytes(sql.value_planned("addresses", "tile_streets", _sql(request)))


def parcels(request: TileRequest) -> bytes:
    return bytes(sql.value_planned("addresses", "tile_parcels", _sql(request)))


def buildings(request: TileRequest) -> bytes:
    return bytes(sql.value_planned("addresses", "tile_buildings", _sql(request)))


def doors(request: TileRequest) -> bytes:
    return bytes(sql.value_planned("addresses", "tile_doors", _sql(request)))


def landmarks(request: TileRequest) -> bytes:
    return bytes(sql.value_planned("addresses", "tile_landmarks", _sql(request)))


def quality(request: TileRequest) -> bytes:
    """Findings: numbers on a grid below zoom 13 and where they are too many, else their shapes. Empty
    for whoever may not look at the register's quality."""
    if not request.viewer.may(Permission.SEE_REGISTER):
        return b""
    if request.tile.z < 13 or request.rough:
        return bytes(sql.value("addresses", "tile_quality_counts", _quality(request)))
    return bytes(sql.value("addresses", "tile_quality", _quality(request)))


def _quality(request: TileRequest) -> dict[str, object]:
    return {"rule": None, "severity": None, "accepted": False, **request.sql()}
