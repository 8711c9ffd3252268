"""The whole register, or a part of it, as files: NDJSON, CSV, GeoPackage, GeoParquet, FlatGeobuf.

Every extract says which change set it reflects; the feed goes on behind that number. Rows are read
in one snapshot and in batches, so that memory stays flat. Geometry is EPSG:4326.
"""

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from addresses.queries.data_model import Column, EntityType
from addresses.queries.feed import Area, latest

if TYPE_CHECKING:  # large: only what writes such a file has it
    import pyarrow as pa

_BATCH = 20_000
FORMATS = {
    "ndjson": ".ndjson.gz",
    "csv": ".csv.gz",
    "gpkg": ".gpkg",
    "parquet": ".parquet",
    "fgb": ".fgb",
}


def write(
    kinds: Sequence[EntityType],
    form: str,
    path: Path,
    *,
    area: Area | None = None,
    as_of: date | None = None,
    progress: Callable[[str, int], None] = lambda _kind, _rows: None,
) -> int:
    """Writes an extract to `path` and gives the change number that it reflects.

    GeoPackage holds all kinds as layers; the other formats hold one kind per file. Raises
    LookupError for a format that there is not, ValueError for several kinds in a file of one, or for
    FlatGeobuf of a kind without geometry.
    """
    if form not in FORMATS:
        raise LookupError(form)
    if (form != "gpkg" and len(kinds) != 1) or (form == "fgb" and not kinds[0].geometry):
        raise ValueError(form)
    written: list[tuple[str, int]] = []
    with snapshot():
        number = latest()
        for kind in kinds:
            match form:
                case "ndjson":
                    rows = _ndjson(kind, path, area, as_of)
                case "csv":
                    rows = _csv(kind, path, area, as_of)
                case "gpkg":
                    rows = _gpkg(kind, path, area, as_of, number)
                case "fgb":
                    rows = _fgb(kind, path, area, as_of)
                case _:
                    rows = _parquet(kind, path, area, as_of, number)
            written.append((kind.name, rows))
    # Progress is written to a row of its own, which the snapshot would refuse.
    for name, rows in written:
        progress(name, rows)
    return number


@contextmanager
def snapshot() -> Iterator[None]:
    """One picture of the register for several statements. Inside another transaction (a test's)
    that transaction's own picture has to do."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _from(kind: EntityType, area: Area | None, as_of: date | None) -> str:
    where = f" WHERE {kind.within('t')}" if area is not None else ""
    return f" FROM {kind.at(as_of)} t{kind.joins('t')}{where} ORDER BY t.id"


def _parameters(area: Area | None, as_of: date | None) -> dict[str, Any]:
    found: dict[str, Any] = {"day": as_of}
    if area is not None:
        found |= {"areas": list(area.neighbourhoods), "districts": list(area.districts)}
    return found


def _copy(statement: str, parameters: dict[str, Any], options: str, path: Path) -> int:
    """COPY of a query into a gzip file; gives the number of rows."""
    with connection.cursor() as cursor, gzip.open(path, "wb", compresslevel=5) as out:
        query = cursor.mogrify(statement, parameters).decode()
        cursor.copy_expert(f"COPY ({query}) TO STDOUT WITH ({options})", out)
        return int(cursor.rowcount)


def _ndjson(kind: EntityType, path: Path, area: Area | None, as_of: date | None) -> int:
    # Neither character stands in JSON: nothing is quoted, a line is the row's own text.
    return _copy(
        f"SELECT {kind.body('t')}::text{_from(kind, area, as_of)}",
        _parameters(area, as_of),
        r"FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02'",
        path,
    )


def _csv(kind: EntityType, path: Path, area: Area | None, as_of: date | None) -> int:
    columns = [f"{sql} AS {name}" for name, sql in _columns(kind)]
    if kind.geometry == "Point":
        columns += ["ST_X(t.geom) AS lon", "ST_Y(t.geom) AS lat"]
    elif kind.geometry:
        columns.append("ST_AsText(t.geom, 9) AS wkt")
    return _copy(
        f"SELECT {', '.join(columns)}{_from(kind, area, as_of)}",
        _parameters(area, as_of),
        "FORMAT csv, HEADER",
        path,
    )


def _columns(kind: EntityType) -> list[tuple[str, str]]:
    """Name and SQL of the plain columns."""
    found = [
        ("uid", "t.uid::text"), ("version", "t.version"), ("valid_from", "t.valid_from"),
    ]  # fmt: skip
    for c in kind.columns:
        if c.type == "reference":
            found.append((c.name, f"t_{c.name}.uid::text"))
        else:
            found.append((c.name, f"t.{c.column}" + ("::text" if c.type == "object" else "")))
    return found


def _schema(kind: EntityType) -> "pa.Schema":
    import pyarrow as pa

    types = {"integer": pa.int64(), "date": pa.date32()}
    by_name: dict[str, Column] = kind.by_name
    fields = [("uid", pa.string()), ("version", pa.int64()), ("valid_from", pa.date32())]
    fields += [(n, types.get(by_name[n].type, pa.string())) for n, _sql in _columns(kind)[3:]]
    return pa.schema([*fields, ("geometry", pa.binary())])


def _batches(kind: EntityType, area: Area | None, as_of: date | None) -> Iterator["pa.RecordBatch"]:
    """Record batches with WKB in `geometry`, read through a cursor on the server."""
    import pyarrow as pa

    schema = _schema(kind)
    columns = [sql for _name, sql in _columns(kind)]
    columns.append("ST_AsBinary(t.geom)" if kind.geometry else "NULL::bytea")
    raw = connection.connection
    with raw.cursor(name="extract") as cursor:
        cursor.itersize = _BATCH
        cursor.execute(
            f"SELECT {', '.join(columns)}{_from(kind, area, as_of)}", _parameters(area, as_of)
        )
        while rows := cursor.fetchmany(_BATCH):
            values = list(zip(*rows, strict=True))
            values[-1] = tuple(None if g is None else bytes(g) for g in values[-1])
            arrays = [pa.array(v, type=f.type) for v, f in zip(values, schema, strict=True)]
            yield pa.record_batch(arrays, schema=schema)


def _gpkg(kind: EntityType, path: Path, area: Area | None, as_of: date | None, number: int) -> int:
    import pyarrow as pa

    rows = 0
    schema = _schema(kind)
    if not kind.geometry:
        schema = schema.remove(schema.get_field_index("geometry"))
    first = True
    for batch in _batches(kind, area, as_of):
        rows += batch.num_rows
        table = pa.table(batch) if kind.geometry else pa.table(batch).drop_columns(["geometry"])
        _append(table, kind, path, first and not path.exists(), first, number)
        first = False
    if first:
        _append(schema.empty_table(), kind, path, not path.exists(), True, number)
    return rows


def _append(
    table: "pa.Table", kind: EntityType, path: Path, new_file: bool, new_layer: bool, number: int
) -> None:
    # It brings pandas with it, which web workers have no use for.
    import pyogrio

    pyogrio.write_arrow(
        table,
        path,
        layer=kind.name,
        driver="GPKG",
        geometry_name="geometry" if kind.geometry else None,
        geometry_type=kind.geometry or None,
        crs="EPSG:4326" if kind.geometry else None,
        append=not new_layer,
        **({"layer_metadata": {"CHANGE_NUMBER": str(number)}} if new_layer else {}),
    )


def _fgb(kind: EntityType, path: Path, area: Area | None, as_of: date | None) -> int:
    import pyarrow as pa
    import pyogrio

    rows = 0

    def counted() -> Iterator[pa.RecordBatch]:
        nonlocal rows
        for batch in _batches(kind, area, as_of):
            rows += batch.num_rows
            yield batch

    pyogrio.write_arrow(
        pa.RecordBatchReader.from_batches(_schema(kind), counted()),
        path,
        layer=kind.name,
        driver="FlatGeobuf",
        geometry_name="geometry",
        geometry_type=kind.geometry,
        crs="EPSG:4326",
        # Its index would hold all of it in memory, and refuse what has no place.
        layer_options={"SPATIAL_INDEX": "NO"},
    )
    return rows


def _parquet(
    kind: EntityType, path: Path, area: Area | None, as_of: date | None, number: int
) -> int:
    import pyarrow.parquet as pq

    schema = _schema(kind)
    metadata = {"change_number": str(number)}
    if kind.geometry:
        # No crs member: GeoParquet then means OGC:CRS84, longitude and latitude in WGS 84.
        column = {"encoding": "WKB", "geometry_types": [kind.geometry]}
        geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
        metadata["geo"] = json.dumps(geo)
    rows = 0
    with pq.ParquetWriter(path, schema.with_metadata(metadata), compression="zstd") as writer:
        for batch in _batches(kind, area, as_of):
            rows += batch.num_rows
            writer.write_batch(batch)
    return rows
