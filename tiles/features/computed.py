"""Rows that are computed rather than stored, as a source of features: filtered, sorted and paged like tables."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tiles.features.collection import Source

Form = Mapping[str, str]  # columns and their types in PostgreSQL
GEOJSON, WKB = (
    "ST_SetSRID(ST_GeomFromGeoJSON(geometry), 4326)",
    "ST_SetSRID(geometry::geometry, 4326)",
)


def as_source(
    columns: Form,
    rows: Iterable[Mapping[str, Any]],
    geometry: str = GEOJSON,
    version: Callable[[], str] | None = None,
) -> Source:
    """A source of some thousand rows. They have the columns, and `geometry`: GeoJSON as text, or WKB in
    hexadecimal digits with WKB."""
    return from_text(columns, json.dumps(list(rows)), geometry, version)


def from_text(
    columns: Form,
    rows: str,
    geometry: str = GEOJSON,
    version: Callable[[], str] | None = None,
) -> Source:
    """The same, of rows that are JSON already."""
    typed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    names = ", ".join(f'"{name}"' for name in columns)
    table = (
        f"(SELECT {names}, {geometry} AS geom FROM jsonb_to_recordset(%(rows)s::jsonb)"
        f" AS r({typed}, geometry text))"
    )
    return Source(table, values={"rows": rows}, version=version)
