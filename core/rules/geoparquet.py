"""Tables with a geometry as GeoParquet 1.1: WKB in longitude and latitude (OGC:CRS84)."""

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any


def geoparquet(columns: Mapping[str, tuple[str, Sequence[Any]]], shapes: Sequence[Any]) -> bytes:
    """A file of `columns` (name → Arrow's name of its type, values) and the geometries of the rows (shapely,
    EPSG:4326)."""
    # Large libraries: only a worker that writes such a file has them.
    import pyarrow as pa
    import pyarrow.parquet as pq
    import shapely

    about: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": sorted({shape.geom_type for shape in shapes}),
        "orientation": "counterclockwise",
        "edges": "planar",
    }
    if shapes:
        about["bbox"] = [float(v) for v in shapely.total_bounds(shapes)]
    fields = [pa.field(name, pa.type_for_alias(kind)) for name, (kind, _v) in columns.items()]
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": about}}
    schema = pa.schema(
        [*fields, pa.field("geometry", pa.binary())], metadata={"geo": json.dumps(geo)}
    )
    arrays = [
        pa.array(values, type=field.type)
        for field, (_kind, values) in zip(fields, columns.values(), strict=True)
    ]
    wound: Any = shapely.orient_polygons(shapes) if shapes else []
    arrays.append(pa.array([shapely.to_wkb(s, byte_order=1) for s in wound], type=pa.binary()))
    out = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), out, compression="zstd")
    return out.getvalue()
