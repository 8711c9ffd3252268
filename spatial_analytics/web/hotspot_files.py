"""Cells and areas of a forecast as CSV rows, GeoJSON and GeoParquet: the same columns in each.

Cells: h3 (hexadecimal text), expected, usual, distinct, per_100 (dwellings), p_any, p_unusual, lower, upper, rank (share of
the cells with at least as much), happened (-1, in CSV <3: one or two; of one week only), emerging. Empty where it is not known.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from core.rules.geoparquet import geoparquet
from core.rules.spreadsheet import safe_cell
from spatial_analytics.rules.hexes import ring_of

COLUMNS = {
    "h3": "string", "expected": "float64", "usual": "float64", "distinct": "float64", "per_100": "float64",
    "p_any": "float64", "p_unusual": "float64", "lower": "int32", "upper": "int32", "rank": "float64",
    "happened": "int32", "emerging": "string",
}  # fmt: skip
Cell = Mapping[str, Any]
_FEW = "<3"


def as_rows(cells: Iterable[Cell]) -> Iterator[list[str]]:
    """Lines of a CSV file."""
    for cell in cells:
        yield [
            "" if (v := cell.get(name)) is None else _FEW if v == -1 else safe_cell(str(v))
            for name in COLUMNS
        ]


def as_geojson(cells: Iterable[Cell], about: Mapping[str, Any]) -> str:
    """A feature collection of hexagons, EPSG:4326; `about` stands beside the features."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [ring_of(int(cell["h3"], 16))]},
            "properties": dict(cell),
        }
        for cell in cells
    ]
    return json.dumps({"type": "FeatureCollection", **about, "features": features})


def as_geoparquet(cells: Iterable[Cell]) -> bytes:
    """GeoParquet 1.1: hexagons as WKB in longitude and latitude (OGC:CRS84)."""
    import shapely  # large: only a worker that writes such a file has it

    rows = list(cells)
    columns = {name: (kind, [row.get(name) for row in rows]) for name, kind in COLUMNS.items()}
    return geoparquet(columns, [shapely.Polygon(ring_of(int(row["h3"], 16))) for row in rows])
