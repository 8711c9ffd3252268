"""Tiles of the register: one SQL file per layer, in EPSG:3857 from the stored projection."""

from core.queries import sql
from tiles.layers import TileRequest


def boundaries(request: TileRequest) -> bytes:
    zoom = request.tile.z
    if zoom > 12:
        return bytes(sql.value("addresses", "tile_boundaries_full", request.sql()))
    band = 8 if zoom <= 8 else 10 if zoom <= 10 else 12
    return bytes(sql.value("addresses", "tile_boundaries", request.sql(band=band)))


def boundary_labels(request: TileRequest) -> bytes:
    return bytes(sql.value("addresses", "tile_boundary_labels", request.sql()))


def streets(request: TileRequest) -> bytes:
    return bytes(sql.value("addresses", "tile_streets", request.sql()))


def parcels(request: TileRequest) -> bytes:
    return bytes(sql.value("addresses", "tile_parcels", request.sql()))


def buildings(request: TileRequest) -> bytes:
    return bytes(sql.value("addresses", "tile_buildings", request.sql()))


def doors(request: TileRequest) -> bytes:
    return bytes(sql.value("addresses", "tile_doors", request.sql()))


def landmarks(request: TileRequest) -> bytes:
    return bytes(sql.value("addresses", "tile_landmarks", request.sql()))
