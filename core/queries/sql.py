"""Runs the SQL files that rooms keep in `<app>/sql/`. A file is run by exactly one query function.

Tables that remember their past are read through `<table>_at(%(as_of)s)`. Where `as_of` is None the
table itself is read: the function would give the same rows, but hide the order of its indexes.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from django.apps import apps
from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet


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


class TooSlow(Exception):
    """A statement took longer than it was given."""


def run(
    app: str, name: str, parameters: Mapping[str, Any] | None = None, *, seconds: float = 0
) -> list[dict[str, Any]]:
    """All rows as dictionaries by column name. With `seconds` it may take no longer: raises TooSlow."""
    if seconds:
        return _in_time(app, name, parameters, seconds)
    with connection.cursor() as cursor:
        cursor.execute(_text(app, name, parameters), parameters or {})
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _in_time(
    app: str, name: str, parameters: Mapping[str, Any] | None, seconds: float
) -> list[dict[str, Any]]:
    with in_time(seconds):
        return run(app, name, parameters)


@contextmanager
def in_time(seconds: float, *, without: str = "") -> Iterator[None]:
    """Each statement inside takes no longer (0: as long as it takes), and is planned without what the setting
    `without` allows. A transaction of its own. Raises TooSlow."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            limits: dict[str, object] = {}
            limits |= {"statement_timeout": round(seconds * 1000)} if seconds else {}
            limits |= {without: "off"} if without else {}
            if limits:
                cursor.execute(";".join(f"SET LOCAL {k} = {v}" for k, v in limits.items()))
            yield
            if limits:  # what the same transaction goes on with is not limited
                cursor.execute(";".join(f"SET LOCAL {k} TO DEFAULT" for k in limits))
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) == _CANCELLED:
            raise TooSlow from error
        raise


_CANCELLED = "57014"
_PARAMETER = re.compile(r"%\((\w+)\)s")
# What each connection of the driver has planned already.
_PLANNED: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def run_planned(app: str, name: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Like `run`, but planned once per connection: for short statements that are asked very often,
    whose plan does not depend on the values. Left to itself PostgreSQL plans each of them anew where
    a list is a parameter, and that takes longer than running it.

    Every parameter carries a cast in the file, or stands where it can have one type only: it is taken
    from there. What depends on parameters alone is computed for each row, unless it stands in a SELECT of
    its own. Needs a connection of its own (no pool that hands out another one for each transaction).
    """
    with connection.cursor() as cursor:
        _execute_planned(cursor, app, name, parameters)
        columns = [column.name for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def value_planned(app: str, name: str, parameters: Mapping[str, Any]) -> Any:
    """The first column of the first row, or None, planned like `run_planned`."""
    with connection.cursor() as cursor:
        _execute_planned(cursor, app, name, parameters)
        row = cursor.fetchone()
        return row[0] if row else None


def _execute_planned(
    cursor: CursorWrapper, app: str, name: str, parameters: Mapping[str, Any]
) -> None:
    planned = _PLANNED.setdefault(connection.connection, set())
    plan = f"{app}_{name}" + ("" if parameters.get("as_of") is None else "_at")
    names, prepare, execute = _numbered(plan, _text(app, name, parameters))
    if not planned:
        cursor.execute("SET plan_cache_mode = force_generic_plan")
    if plan not in planned:
        cursor.execute(prepare)
        planned.add(plan)
    cursor.execute(execute, [parameters[n] for n in names] or None)


@cache
def _numbered(plan: str, body: str) -> tuple[tuple[str, ...], str, str]:
    """The names of the parameters in their order, the statement that plans and the one that runs."""
    names = tuple(dict.fromkeys(_PARAMETER.findall(body)))
    numbered = _PARAMETER.sub(lambda m: f"${names.index(m[1]) + 1}", body).replace("%%", "%")
    values = f"({', '.join(['%s'] * len(names))})" if names else ""
    return names, f"PREPARE {plan} AS {numbered}", f"EXECUTE {plan}{values}"


def value(
    app: str,
    name: str,
    parameters: Mapping[str, Any] | None = None,
    conditions: Mapping[str, str] | None = None,
) -> Any:
    """The first column of the first row, or None. `conditions` are SQL of our own making that stand
    in the file as `{{name}}`; whatever comes from outside is a parameter."""
    text = _text(app, name, parameters)
    for condition, words in (conditions or {}).items():
        text = text.replace("{{" + condition + "}}", words)
    with connection.cursor() as cursor:
        cursor.execute(text, parameters or {})
        row = cursor.fetchone()
        return row[0] if row else None


def execute(app: str, name: str, parameters: Mapping[str, Any] | None = None) -> int:
    """Runs a statement that returns nothing; gives the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(_text(app, name, parameters), parameters or {})
        return int(cursor.rowcount)


def condition(rows: QuerySet[Any]) -> tuple[str, dict[str, Any]]:
    """What a query set without joins filters by, as a condition on its table, and its named parameters."""
    try:
        text, values = rows.query.get_compiler("default").compile(rows.query.where)
    except EmptyResultSet:
        return "false", {}
    except FullResultSet:
        return "true", {}
    names = iter(f"scope_{i}" for i in range(len(values)))
    named = re.sub("%s", lambda _: f"%({next(names)})s", text)
    return named, {f"scope_{i}": value for i, value in enumerate(values)}
