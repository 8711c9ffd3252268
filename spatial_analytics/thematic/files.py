"""The areas of a thematic map as table, spreadsheet, GeoPackage and GeoParquet: the same columns in each.

id (of a hexagon its H3 index), area, within (the district), value (what is painted), n (cases that it rests on),
figure and before (of a change), most_frequent and next, state (hidden, few, tie, none), from, to.
"""

import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from core.rules import spreadsheet
from core.rules.geoparquet import geoparquet
from core.rules.spreadsheet import safe_cell
from spatial_analytics.queries.areas import shapes
from spatial_analytics.queries.thematic import Painted, ThematicMap

COLUMNS = {
    "id": "string",
    "area": "string",
    "within": "string",
    "value": "float64",
    "n": "int64",
    "figure": "float64",
    "before": "float64",
    "most_frequent": "string",
    "next": "string",
    "state": "string",
    "from": "string",
    "to": "string",
}


def _values(area: Painted, found: ThematicMap) -> tuple[Any, ...]:
    period, told = found.asked.question.period, area.state != "hidden"
    return (
        f"{area.id:x}" if found.asked.level == "cell" else str(area.id),
        area.name,
        area.parent,
        area.value,
        area.n if told else None,
        area.figure,
        area.before,
        area.key_name,
        area.second_name,
        area.state,
        period.begin.isoformat(),
        period.end.isoformat(),
    )


def as_rows(found: ThematicMap) -> Iterator[list[str]]:
    """Lines of a CSV file."""
    for area in found.areas:
        yield ["" if v is None else safe_cell(str(v)) if isinstance(v, str) else str(v)
               for v in _values(area, found)]  # fmt: skip


def as_xlsx(found: ThematicMap, title: str) -> bytes:
    """A spreadsheet; numbers are numbers."""
    lines = (_values(area, found) for area in found.areas)
    return spreadsheet.as_xlsx([(title, chain([tuple(COLUMNS)], lines))])


def _with_shapes(found: ThematicMap) -> tuple[dict[str, tuple[str, list[Any]]], list[Any]]:
    """Columns and geometries of the areas that have one."""
    import shapely

    outlines = shapes(found.asked.level, [area.id for area in found.areas])
    drawn = [area for area in found.areas if area.id in outlines]
    rows = [_values(area, found) for area in drawn]
    columns = {
        name: (kind, [row[i] for row in rows]) for i, (name, kind) in enumerate(COLUMNS.items())
    }
    return columns, [shapely.geometry.shape(outlines[area.id]) for area in drawn]


def as_geoparquet(found: ThematicMap) -> bytes:
    """EPSG:4326, boundaries generalised together."""
    return geoparquet(*_with_shapes(found))


def as_geopackage(found: ThematicMap) -> bytes:
    """One layer `areas`, EPSG:4326, boundaries generalised together."""
    import pyarrow as pa
    import pyogrio
    import shapely

    columns, geometries = _with_shapes(found)
    kinds = {shape.geom_type for shape in geometries}
    if len(kinds) > 1:
        geometries = [_many(shape) for shape in geometries]
        kinds = {geometries[0].geom_type}
    arrays = {name: pa.array(values, type=kind) for name, (kind, values) in columns.items()}
    arrays["geom"] = pa.array([shapely.to_wkb(shape) for shape in geometries], type=pa.binary())
    with tempfile.TemporaryDirectory(prefix="thematic-") as folder:
        path = Path(folder) / "map.gpkg"
        pyogrio.write_arrow(
            pa.table(arrays), path, driver="GPKG", layer="areas", geometry_name="geom",
            geometry_type=next(iter(kinds), "Polygon"), crs="EPSG:4326",
        )  # fmt: skip
        return path.read_bytes()


def _many(shape: Any) -> Any:
    """A single polygon or line as a collection of one: a layer holds one kind."""
    import shapely

    if shape.geom_type == "Polygon":
        return shapely.MultiPolygon([shape])
    return shapely.MultiLineString([shape]) if shape.geom_type == "LineString" else shape
