"""A page of features as a file: FlatGeobuf, GeoPackage, GeoParquet, written by GDAL and Arrow.

Geometry has easting first, as these formats want it. PostGIS has ST_AsFlatGeobuf, but that of version 3.3
writes features that GDAL cannot read.
"""

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tiles.features import telling
from tiles.features.collection import Kind
from tiles.features.question import Question
from tiles.features.reading import Page, ids_of

if TYPE_CHECKING:  # large: only who asks for a file loads it
    import pyarrow as pa

_DRIVERS = {"fgb": "FlatGeobuf", "gpkg": "GPKG"}


def columns(question: Question) -> list[str]:
    """SQL of what a file holds: the id, the properties, the geometry as WKB."""
    geometry = "NULL::bytea"
    if question.shape.geometry is not None and not question.skip_geometry:
        geometry = f"ST_AsBinary({telling.easting_first(question.shape, question.crs)})"
    told = [f"({p.told})::text" if p.type in ("object", "uuid") else p.told for p in question.told]
    return [f"({question.shape.id})::text", *told, geometry]


def written(form: str, page: Page) -> bytes:
    """The file (`fgb`, `gpkg` or `parquet`) of a page that was read with `columns`."""
    question = page.statement.question
    table = _table(page)
    kind = question.shape.geometry.type if question.shape.geometry else None
    if question.skip_geometry:
        kind = None
    if kind is None:
        table = table.drop_columns(["geometry"])
    if form == "parquet":
        return _parquet(table, kind, question)
    import pyogrio

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / f"{question.collection.name}.{form}"
        pyogrio.write_arrow(
            table,
            place,
            layer=question.collection.name,
            driver=_DRIVERS[form],
            geometry_name="geometry" if kind else None,
            geometry_type="Unknown" if kind == "Geometry" else kind,
            crs=f"EPSG:{question.crs.srid}" if kind else None,
            # With an index a feature without a place is refused, and the order is another one.
            **({"layer_options": {"SPATIAL_INDEX": "NO"}} if form == "fgb" else {}),
        )
        return place.read_bytes()


def _table(page: Page) -> "pa.Table":
    import pyarrow as pa

    statement = page.statement
    rows: list[tuple[Any, ...]] = []
    at = len(statement.keys)
    for part in page.parts():
        ids = ids_of(statement, part)
        for i, row in enumerate(part):
            shape = None if row[-1] is None else bytes(row[-1])
            rows.append((ids[i], *row[at + 1 : -1], shape))
    kinds = [_arrow(p.type) for p in statement.question.told]
    names = [p.name for p in statement.question.told]
    schema = pa.schema(
        [("id", pa.string()), *zip(names, kinds, strict=True), ("geometry", pa.binary())]
    )
    if not rows:
        return schema.empty_table()
    values = [
        pa.array([_plain(v) for v in column], type=field.type)
        for column, field in zip(zip(*rows, strict=True), schema, strict=True)
    ]
    return pa.Table.from_arrays(values, schema=schema)


def _plain(value: Any) -> Any:
    """Decimals are told as floating numbers."""
    return float(value) if type(value).__name__ == "Decimal" else value


def _arrow(kind: Kind) -> "pa.DataType":
    import pyarrow as pa

    return {
        "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(), "date": pa.date32(),
        "instant": pa.timestamp("us", tz="UTC"),
    }.get(kind, pa.string())  # fmt: skip


def _parquet(table: "pa.Table", kind: str | None, question: Question) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if kind is not None:
        column: dict[str, Any] = {
            "encoding": "WKB",
            "geometry_types": [] if kind == "Geometry" else [kind],
        }
        if question.crs.srid != 4326:  # without it: longitude and latitude (OGC:CRS84)
            import pyproj

            column["crs"] = pyproj.CRS.from_epsg(question.crs.srid).to_json_dict()
        geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
        table = table.replace_schema_metadata({"geo": json.dumps(geo)})
    out = pa.BufferOutputStream()
    pq.write_table(table, out, compression="zstd")
    return bytes(out.getvalue())
