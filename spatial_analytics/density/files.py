"""Cells and their figures as CSV rows, GeoJSON and GeoParquet: the same columns in each.

h3 (index as hexadecimal text), area (the neighbourhood that most of its dwellings lie in), cases, before,
rate, change; empty where the figure was not asked for or is not shown.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.rules.geoparquet import geoparquet
from core.rules.spreadsheet import safe_cell
from spatial_analytics.queries.density import CellFigure
from spatial_analytics.rules.hexes import ring_of

COLUMNS = ("h3", "area", "cases", "before", "rate", "change")
Areas = Mapping[int, str]


def _values(figure: CellFigure, areas: Areas) -> tuple[Any, ...]:
    return (
        f"{figure.cell:x}",
        areas.get(figure.cell, ""),
        figure.cases,
        figure.before,
        figure.rate,
        figure.change or None,
    )


def as_rows(figures: Sequence[CellFigure], areas: Areas) -> Iterator[list[str]]:
    """Lines of a CSV file."""
    for figure in figures:
        yield ["" if v is None else safe_cell(str(v)) for v in _values(figure, areas)]


def as_geojson(figures: Sequence[CellFigure], areas: Areas) -> str:
    """A feature collection of hexagons, EPSG:4326."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [ring_of(figure.cell)]},
            "properties": dict(zip(COLUMNS, _values(figure, areas), strict=True)),
        }
        for figure in figures
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def as_geoparquet(figures: Sequence[CellFigure], areas: Areas) -> bytes:
    """GeoParquet 1.1: hexagons as WKB in longitude and latitude (OGC:CRS84)."""
    import shapely  # large: only a worker that writes such a file has it

    kinds = ("string", "string", "int32", "int32", "float64", "string")
    columns = list(zip(*(_values(f, areas) for f in figures), strict=True)) or [()] * len(COLUMNS)
    return geoparquet(
        {name: (kind, c) for name, kind, c in zip(COLUMNS, kinds, columns, strict=True)},
        [shapely.Polygon(ring_of(figure.cell)) for figure in figures],
    )
