"""The database's work for tiles, bounded: how long it takes, and how many do it at once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from tiles.conf import CONF


@dataclass(frozen=True)
class Bounds:
    """How many statements run at once, over all processes (`turns` for each one of `TILE_BUILDS`), and the
    name of the figure that says how long each may take. `lock` is the class of the advisory locks that are
    the turns."""

    lock: int
    turns: int
    seconds: str


TILES = Bounds(0x74696C65, 1, "build_seconds")
#: A page of features is small work beside a tile, and most callers are programs that wait for it.
FEATURES = Bounds(0x66656174, 2, "page_seconds")
COUNTS = Bounds(0x66656174, 2, "count_seconds")
COUNT_OF_ALL = Bounds(0x66656174, 2, "count_all_seconds")


class Overloaded(Exception):
    """No turn came, or the work took too long: somebody may ask again a little later."""


@cache
def _before(bounds: Bounds = TILES) -> str:
    """What precedes each statement in the same message, and so costs no round trip: limits that end
    with it, and a turn that it holds until then. All processes share the turns. (jit is off for every
    connection, see the settings.)"""
    turns = settings.TILE_BUILDS * bounds.turns
    free = " ".join(
        f"WHEN pg_try_advisory_xact_lock({bounds.lock}, {n}) THEN true" for n in range(turns)
    )
    return (
        "SET LOCAL max_parallel_workers_per_gather = 0;"
        f" SET LOCAL lock_timeout = {int(1000 * CONF.slot_seconds)};"
        f" SELECT CASE {free} ELSE pg_advisory_xact_lock({bounds.lock},"
        f" floor(random() * {turns})::int) IS NULL END;"
        f" SET LOCAL statement_timeout = {int(1000 * getattr(CONF, bounds.seconds))}; "
    )


def _execute(
    bounds: Bounds,
    execute: Callable[..., Any],
    sql: str,
    params: Any,
    many: bool,
    context: dict[str, Any],
) -> Any:
    # Only what reads: in a transaction of its own nothing of this lasts longer than the statement.
    return execute(_before(bounds) + sql, params, many, context)


_TOO_MUCH = frozenset({"57014", "55P03"})  # query cancelled, lock not available


_T = TypeVar("_T")


def bounded(work: Callable[[], _T], bounds: Bounds = TILES) -> _T:
    """What `work` reads, each of its statements bounded. Raises Overloaded.

    Because it only reads, nobody asks first whether the connection is still alive, which would take as
    long as a small tile: on a dead one the work is begun anew.
    """
    if not connection.in_atomic_block:  # what Django does when it begins with a request
        connection.close_if_unusable_or_obsolete()
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        return _bounded(work, bounds)
    except (OperationalError, InterfaceError):
        kept = connection.connection
        if kept is None or not kept.closed or connection.in_atomic_block:
            raise
        connection.close()
        return _bounded(work, bounds)


def _bounded(work: Callable[[], _T], bounds: Bounds) -> _T:
    try:
        with connection.execute_wrapper(partial(_execute, bounds)):
            return work()
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) in _TOO_MUCH:
            raise Overloaded from error
        raise
