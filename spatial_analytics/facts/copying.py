"""Makes the copy, keeps it up to the last change, and asks it.

A file holds the copy of one moment, and the snapshot of the database that tells which transactions it has
seen. Each process opens the newest file read-only and lays over it the cases that changed since: a log, written by
triggers in the transaction of the change itself, names them. Before every question the log is looked at, so an answer
holds all that was committed before it was asked. A file that is not there, is too old, or belongs to another
state of the database (emptied, restored) is made anew: what is in it is in the database too.
"""

import fcntl
import hashlib
import os
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from django.conf import settings
from django.db import connection

from core.queries import sql
from spatial_analytics.conf import CONF
from spatial_analytics.facts.tables import TABLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LOCK = threading.RLock()


@dataclass
class _Copy:
    """An open copy. `seen`: the snapshot up to which it holds everything; `changed`: cases laid over."""

    base: Path | None
    store: str
    seen: str
    looked: float
    link: duckdb.DuckDBPyConnection
    changed: int = 0
    process: int = field(default_factory=os.getpid)


_held: _Copy | None = None


def ask(text: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a question in DuckDB's SQL over the tables of `TABLES`. Cost: one look at the log,
    the cases changed since the last question, and the question itself.

    In a transaction that has written, a copy is made for this question alone: what it shows may
    still be rolled back.
    """
    with _asked() as link:
        return link.execute(text, parameters).fetchall()


def columns(
    text: str, parameters: Sequence[Any] | dict[str, Any] = ()
) -> "dict[str, NDArray[Any]]":
    """As `ask`, for answers of millions of rows: an array for each column, masked where it has nulls."""
    with _asked() as link:
        found: dict[str, NDArray[Any]] = link.execute(text, parameters).fetchnumpy()  # type: ignore[assignment]
        return found


@contextmanager
def _asked() -> Iterator[duckdb.DuckDBPyConnection]:
    with _LOCK:
        state = _state(_held.seen if _held else None)
        link = None if state["writing"] else _fresh(state).cursor()
    if link is None:
        link = _open(None)
        _lay_over(link, None)
    with link:
        yield link


def _fresh(state: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    """The copy of this process, with everything that was committed until now."""
    global _held
    if _held is None or not _still_good(_held, state) or _newer(_held, state):
        _held = _load(state["store"])
        return _held.link
    if changed := state["changed"]:
        _lay_over(_held.link, changed)
        _held.changed += len(changed)
    _held.seen, _held.looked = state["snapshot"], time.time()
    return _held.link


def _load(store: str) -> _Copy:
    base = newest(store) or make(store)
    link = _open(base)
    state = _state(link.execute("SELECT seen FROM base.made").fetchall()[0][0])
    changed = state["changed"] or []
    if changed:
        _lay_over(link, changed)
    return _Copy(base, store, state["snapshot"], time.time(), link, changed=len(changed))


def _newer(held: _Copy, state: dict[str, Any]) -> bool:
    """Whether to change to a newer file: looking for one pays where much lies over this one."""
    many = held.changed + len(state["changed"] or ()) > CONF.facts_laid_over
    return many and newest(held.store) not in (held.base, None)


def _still_good(held: _Copy, state: dict[str, Any]) -> bool:
    return (
        held.store == state["store"]
        and not state["earlier"]
        and held.process == os.getpid()
        and time.time() - held.looked < CONF.facts_oldest.total_seconds()
    )


def _state(seen: str | None) -> dict[str, Any]:
    return sql.run("spatial_analytics", "facts_state", {"seen": seen})[0]


# ── The file ─────────────────────────────────────────────────────────────────────────────────────


def _prefix(store: str) -> str:
    """Of the names of the files that may serve this database: another zone, another version of the
    tables, another copy."""
    form = repr((store, settings.TIME_ZONE, TABLES))
    return hashlib.sha256(form.encode()).hexdigest()[:16]


def newest(store: str) -> Path | None:
    """The newest file that may still be used."""
    files = sorted(settings.FACTS.glob(f"{_prefix(store)}-*.duckdb"))
    oldest = time.time() - CONF.facts_oldest.total_seconds()
    return files[-1] if files and files[-1].stat().st_mtime > oldest else None


def make(store: str, *, known: Path | None = None) -> Path:
    """Copies all cases into a new file and deletes older ones. Who comes while another makes one
    waits for it; with `known`, the newest that the caller has seen, it is made anew."""
    settings.FACTS.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (settings.FACTS / "making").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = newest(store)
        if found is not None and found != known:
            return found
        path = settings.FACTS / f"{_prefix(store)}-{time.time_ns():020d}.duckdb"
        fresh = path.with_suffix(".making")
        fresh.unlink(missing_ok=True)
        seen = _state(None)["snapshot"]
        with duckdb.connect(fresh, config=_config()) as link:
            for table, columns in TABLES.items():
                link.execute(f"CREATE TABLE {table} ({_columns(columns)})")
                _copy_into(link, table, table, None)
            link.execute("CREATE TABLE made (seen VARCHAR)")
            link.execute("INSERT INTO made VALUES (?)", [seen])
        fresh.rename(path)
        _tidy(path)
        return path


def renew() -> bool:
    """Makes a new file where many changes lie over the newest one, or it is half as old as it may be;
    and deletes from the log what no usable file lacks. Says whether it made one."""
    sql.execute("spatial_analytics", "forget_changes", {"age": 2 * CONF.facts_oldest})
    store = _state(None)["store"]
    found = newest(store)
    if found is None:
        make(store)
        return True
    with duckdb.connect(found, read_only=True, config=_config()) as link:
        seen = link.execute("SELECT seen FROM made").fetchall()[0][0]
    changes = len(_state(seen)["changed"] or ())
    half = CONF.facts_oldest.total_seconds() / 2
    if changes < CONF.facts_laid_over and time.time() - found.stat().st_mtime < half:
        return False
    make(store, known=found)
    return True


def _tidy(kept: Path) -> None:
    """Older files: those who have them open still read them."""
    for file in settings.FACTS.iterdir():
        same = file.name.split("-")[0] == kept.name.split("-")[0]
        old = time.time() - file.stat().st_mtime > CONF.facts_oldest.total_seconds()
        if file != kept and file.name != "making" and (same or old):
            file.unlink(missing_ok=True)


# ── What is laid over ────────────────────────────────────────────────────────────────────────────


def _config() -> dict[str, Any]:
    return {
        "threads": CONF.facts_threads,
        "memory_limit": CONF.facts_memory,
        "temp_directory": str(settings.FACTS / "spilled"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }


def _columns(columns: dict[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


def _open(base: Path | None) -> duckdb.DuckDBPyConnection:
    link = duckdb.connect(":memory:", config=_config())
    if base is not None:
        link.execute(f"ATTACH '{base}' AS base (READ_ONLY)")
    link.execute("CREATE TABLE changed (case_id BIGINT)")
    for table, columns in TABLES.items():
        link.execute(f"CREATE TABLE fresh_{table} ({_columns(columns)})")
        kept = (
            f"SELECT * FROM base.{table} WHERE case_id NOT IN (SELECT case_id FROM changed) UNION ALL "
            if base is not None
            else ""
        )
        link.execute(f"CREATE VIEW {table} AS {kept}SELECT * FROM fresh_{table}")
    return link


def _lay_over(link: duckdb.DuckDBPyConnection, cases: list[int] | None) -> None:
    """Replaces what is known of some cases (None: of all) by what the database says now."""
    with _transaction(link):
        if cases is not None:
            link.execute(
                "CREATE OR REPLACE TEMP TABLE these AS SELECT unnest(?::BIGINT[]) AS case_id",
                [cases],
            )
            link.execute("DELETE FROM changed WHERE case_id IN (SELECT case_id FROM these)")
            link.execute("INSERT INTO changed SELECT case_id FROM these")
        for table in TABLES:
            if cases is not None:
                link.execute(
                    f"DELETE FROM fresh_{table} WHERE case_id IN (SELECT case_id FROM these)"
                )
            _copy_into(link, table, f"fresh_{table}", cases)


@contextmanager
def _transaction(link: duckdb.DuckDBPyConnection) -> Iterator[None]:
    link.execute("BEGIN")
    try:
        yield
    except BaseException:
        link.execute("ROLLBACK")
        raise
    link.execute("COMMIT")


def _reading(table: str) -> str:
    """The statement that gives a table's rows, in the order of its columns."""
    match table:
        case "cases":
            return sql.statement("spatial_analytics", "copy_cases")
        case "deeds":
            return sql.statement("spatial_analytics", "copy_deeds")
        case "referrals":
            return sql.statement("spatial_analytics", "copy_referrals")
        case "surveys":
            return sql.statement("spatial_analytics", "copy_surveys")
    raise KeyError(table)


def _copy_into(
    link: duckdb.DuckDBPyConnection, table: str, target: str, cases: list[int] | None
) -> None:
    """By COPY and a file: a row costs a microsecond or two on either side."""
    text = _reading(table)
    with (
        tempfile.NamedTemporaryFile(prefix="facts-", suffix=".csv") as file,
        connection.cursor() as cursor,
    ):
        query = cursor.mogrify(text, {"cases": cases, "zone": settings.TIME_ZONE}).decode()
        cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT csv)", file)
        file.flush()
        kinds = ", ".join(f"'{name}': '{kind}'" for name, kind in TABLES[table].items())
        link.execute(
            f"INSERT INTO {target} SELECT * FROM read_csv('{file.name}', header = false,"
            f" auto_detect = false, delim = ',', quote = '\"', escape = '\"', columns = {{{kinds}}})"
        )
