"""Runs the SQL files that rooms keep in `<app>/sql/`. A file is run by exactly one query function.

Tables that remember their past are read through `<table>_at(%(as_of)s)`. Where `as_of` is None the
table itself is read: the function would give the same rows, but hide the order of its indexes.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection


@cache
def statement(app: str, name: str) -> str:
    """The text of `<app>/sql/<name>.sql`, with named parameters as `%(name)s`."""
    path = Path(apps.get_app_config(app).path) / "sql" / f"{name}.sql"
    return path.read_text(encoding="utf-8")


@cache
def _present(app: str, name: str) -> str:
    return re.sub(r"(\w+)_at\(%\(as_of\)s\)", r"\1", statement(app, name))


def _text(app: str, name: str, parameters: Mapping[str, Any] | None) -> str:
    now = parameters is not None and parameters.get("as_of", True) is None
    return _present(app, name) if now else statement(app, name)


def run(app: str, name: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """All rows as dictionaries by column name."""
    with connection.cursor() as cursor:
        cursor.execute(_text(app, name, parameters), parameters or {})
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def value(app: str, name: str, parameters: Mapping[str, Any] | None = None) -> Any:
    """The first column of the first row, or None."""
    with connection.cursor() as cursor:
        cursor.execute(_text(app, name, parameters), parameters or {})
        row = cursor.fetchone()
        return row[0] if row else None


def execute(app: str, name: str, parameters: Mapping[str, Any] | None = None) -> int:
    """Runs a statement that returns nothing; gives the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(_text(app, name, parameters), parameters or {})
        return int(cursor.rowcount)
