"""A GeoPackage that somebody sends, read as the database of SQLite that it is: no driver for geodata opens it.

Only plain tables are read, in a database that may write nothing, call nothing and take no longer than told.
"""

import contextlib
import json
import sqlite3
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils.translation import gettext as _

_MAGIC = b"SQLite format 3\x00"
# Of an envelope by its code: bytes that stand before the geometry.
_ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_STEPS = 20_000_000  # of SQLite's machine
_LONGEST = 1_000_000  # bytes of one value


class BadGeoPackage(ValueError):
    """The file cannot be used; says why."""


@dataclass(frozen=True)
class SentRow:
    """One feature: its number in the file, properties, and geometry as GeoJSON in EPSG:4326 or None."""

    fid: int
    properties: dict[str, Any]
    geometry: dict[str, Any] | None


def read_geopackage(data: bytes, *, most: int, systems: frozenset[int]) -> list[SentRow]:
    """The features of the one table of features in a file, at most `most`, in coordinate systems of `systems`
    (EPSG). Raises BadGeoPackage."""
    if not data.startswith(_MAGIC):
        raise BadGeoPackage(_("This is no GeoPackage."))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sent.gpkg"
        path.write_bytes(data)
        try:
            with contextlib.closing(_opened(path)) as database:
                return list(_rows(database, most, systems))
        except (sqlite3.Error, OverflowError, struct.error) as error:
            raise BadGeoPackage(_("The file is damaged, or too much for one proposal.")) from error


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    steps = iter(range(_STEPS // 10_000))
    database.set_progress_handler(lambda: next(steps, None) is None, 10_000)
    for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
        database.execute(f"PRAGMA {pragma}")
    return database


def _rows(database: sqlite3.Connection, most: int, systems: frozenset[int]) -> Iterator[SentRow]:
    found = database.execute(
        "SELECT c.table_name, g.column_name, g.srs_id FROM gpkg_contents c"
        " JOIN gpkg_geometry_columns g ON g.table_name = c.table_name"
        " WHERE c.data_type = 'features'"
    ).fetchall()
    if len(found) != 1:
        raise BadGeoPackage(_("One table of features is needed."))
    table, shape, srid = found[0]
    plain = database.execute(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ? AND sql NOT LIKE 'CREATE VIRTUAL%'",
        [table],
    ).fetchone()
    if not plain[0]:
        raise BadGeoPackage(_("One table of features is needed."))
    if srid not in systems:
        raise BadGeoPackage(_("The coordinate system %(srid)s is not supported.") % {"srid": srid})
    told = _quoted(str(table))
    if database.execute(f"SELECT count(*) FROM {told}").fetchone()[0] > most:
        raise BadGeoPackage(_("At most %(most)s features at once.") % {"most": most})
    cursor = database.execute(f"SELECT rowid, * FROM {told} ORDER BY rowid")
    names = [column[0] for column in cursor.description][1:]
    keys = {"fid", "ogc_fid", str(shape)}
    for fid, *values in cursor:
        row = dict(zip(names, values, strict=True))
        properties = {k: v for k, v in row.items() if k not in keys and not isinstance(v, bytes)}
        yield SentRow(int(fid), properties, _geometry(row.get(str(shape)), srid))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _geometry(blob: Any, srid: int) -> dict[str, Any] | None:
    if not isinstance(blob, bytes):
        return None
    import numpy as np
    import shapely
    from pyproj import Transformer

    if blob[:2] != b"GP" or len(blob) < 8:
        raise BadGeoPackage(_("A geometry is damaged."))
    start = 8 + _ENVELOPES.get((blob[3] >> 1) & 7, 0)
    try:
        shape = shapely.force_2d(shapely.from_wkb(blob[start:]))
    except shapely.errors.GEOSException as error:
        raise BadGeoPackage(_("A geometry is damaged.")) from error
    if shape.is_empty:
        return None
    if srid != 4326:
        there = Transformer.from_crs(srid, 4326, always_xy=True)
        shape = shapely.transform(
            shape, lambda xy: np.column_stack(there.transform(xy[:, 0], xy[:, 1]))
        )
    # As many digits as features are told with: what was fetched and not moved is the same.
    shape = shapely.transform(shape, lambda xy: np.round(xy, 9))
    return dict(json.loads(shapely.to_geojson(shape)))
