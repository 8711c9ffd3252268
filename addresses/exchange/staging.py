"""Bulk path into temporary tables: rows go through COPY, everything after is set-based SQL."""

import csv
import io
from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from django.db import connection
from numpy.typing import NDArray

Row = Sequence[object]


def create(table: str, columns: str) -> None:
    """An empty temporary table that ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        cursor.execute(f"CREATE TEMP TABLE {table} ({columns}) ON COMMIT DROP")


def analyze(table: str) -> None:
    """The planner knows nothing of a temporary table until it is told."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Appends rows by COPY. None and "" both become NULL."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    if buffer.tell():
        buffer.seek(0)
        with connection.cursor() as cursor:
            cursor.copy_expert(
                f"COPY {table} ({', '.join(columns)}) FROM STDIN WITH (FORMAT csv)", buffer
            )


def texts(values: Iterable[str]) -> str:
    """An array of keys as COPY reads it."""
    return "{" + ",".join(f'"{value}"' for value in values) + "}"


def ewkb(shapes: NDArray[np.object_]) -> list[str | None]:
    """Geometries of EPSG:4326 as hexadecimal EWKB, which COPY reads; None stays None."""
    return [
        None if text is None else str(text)
        for text in shapely.to_wkb(shapely.set_srid(shapes, 4326), hex=True, include_srid=True)
    ]
