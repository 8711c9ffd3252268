"""Keeps the counts of the density map: folds the log of changes into them, or makes them anew.

One folder or rebuilder at a time, by an advisory lock. Both work in one transaction: whoever is killed
has changed nothing, and a reader sees the log and the counts as of one moment.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib.gis.geos import Polygon
from django.db import connection, transaction

from spatial_analytics.conf import CONF
from spatial_analytics.models import Hexagon
from spatial_analytics.queries.density_counts import (
    fill_days,
    fill_rollup,
    fold_share,
    missing_hexagons,
    read_pages,
)
from spatial_analytics.rules.hexes import in_metres
from spatial_analytics.rules.rollups import kinds
from tiles.actions.versions import data_changed

_LOCK = 0x64656E73  # "dens"
Progress = Callable[[float, str], None]


def _silent(done: float, message: str) -> None:
    """For whoever does not ask."""


def fold() -> int:
    """Adds the log of changes to the counts; gives how many changes. Nothing where another folds.

    Moves the version of all tiles: a case has moved that of the tile it lies on at once, but its
    hexagon may reach into the next.
    """
    total, oldest = 0, date.max
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                break
            taken, first = fold_share(CONF.density_fold_share)
        total, oldest = total + taken, min(oldest, first or oldest)
        if taken < CONF.density_fold_share:
            break
    if total:
        add_hexagons(since=oldest)
        data_changed("density")
    return total


def add_hexagons(*, since: date | None = None) -> int:
    """Outlines of the cells that have counts and no outline yet; gives how many. A tile whose outlines are
    not here yet is drawn without them, only slower."""
    cells = missing_hexagons(since)
    rows = [Hexagon(cell=cell, geom_m=Polygon(in_metres(cell), srid=3857)) for cell in cells]
    Hexagon.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)
    return len(rows)


_MAKE = """
CREATE TEMP TABLE density_read (
  cell bigint, month date, day date, request_type_id int, organisation_id int, channel_id int,
  district_id int, neighbourhood_id int, public boolean) ON COMMIT DROP;
CREATE TABLE density_fresh_day (LIKE spatial_analytics_densityday);
CREATE TABLE density_fresh_rollup (LIKE spatial_analytics_densityrollup);
"""
_INDEXES = (
    """CREATE UNIQUE INDEX density_fresh_day_key ON density_fresh_day
       (month, request_type_id, cell, day, organisation_id, channel_id, district_id,
        neighbourhood_id, public)
       INCLUDE (n)""",
    "CREATE INDEX density_fresh_day_none ON density_fresh_day (day) WHERE n = 0",
    """CREATE UNIQUE INDEX density_fresh_rollup_key ON density_fresh_rollup
       (resolution, facet, span, value, starts, cell, public) INCLUDE (n)""",
    "CREATE INDEX density_fresh_rollup_none ON density_fresh_rollup (starts) WHERE n = 0",
    "ANALYZE density_fresh_day",
    "ANALYZE density_fresh_rollup",
)
# The locks in the order in which a reader's statement takes them.
_SWAP = """
LOCK TABLE spatial_analytics_densityrollup, spatial_analytics_densityday;
DROP TABLE spatial_analytics_densityrollup, spatial_analytics_densityday;
ALTER TABLE density_fresh_day RENAME TO spatial_analytics_densityday;
ALTER INDEX density_fresh_day_key RENAME TO densityday_key;
ALTER INDEX density_fresh_day_none RENAME TO densityday_none;
ALTER TABLE density_fresh_rollup RENAME TO spatial_analytics_densityrollup;
ALTER INDEX density_fresh_rollup_key RENAME TO densityrollup_key;
ALTER INDEX density_fresh_rollup_none RENAME TO densityrollup_none;
"""
_VACUUM = """VACUUM spatial_analytics_densityday, spatial_analytics_densityrollup,
                    spatial_analytics_densitychange"""
_CHUNKS = 60


def rebuild(*, progress: Progress = _silent) -> int:
    """Counts all cases anew and puts the new tables in the place of the old; gives the rows of the table
    of days. Cases may be opened meanwhile.

    On a connection of its own, in one transaction that sees one moment: the cases of that moment are
    read, the log of that moment is deleted, what is logged later is folded later. Whoever raises in
    `progress` stops it, and nothing has changed.
    """
    own: Any = connection.copy()
    try:
        with own.cursor() as cursor:
            # Before the snapshot: it must not see a fold that is not committed yet.
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            own.set_autocommit(False)
            try:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                rows = _count_anew(cursor, progress)
                own.commit()
            finally:
                own.rollback()
                own.set_autocommit(True)
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
            # Reads from the index alone need to know that every row is visible.
            cursor.execute(_VACUUM)
    finally:
        own.close()  # a transaction that is not committed is rolled back
    progress(0.95, "hexagons")
    add_hexagons()
    data_changed("density")
    progress(1.0, "")
    return rows


def _count_anew(cursor: Any, progress: Progress) -> int:
    cursor.execute("SET LOCAL work_mem = '256MB'; SET LOCAL maintenance_work_mem = '512MB'")
    cursor.execute("SET LOCAL synchronous_commit = off")
    cursor.execute("DELETE FROM spatial_analytics_densitychange")
    cursor.execute(_MAKE)
    cursor.execute("SELECT pg_relation_size('cases_case') / current_setting('block_size')::int")
    pages = cursor.fetchone()[0]
    # Pages that are added meanwhile hold nothing that this moment sees.
    step = max(-(-pages // _CHUNKS), 1)
    for low in range(0, pages, step):
        read_pages(cursor, low, min(low + step, pages))
        progress(0.3 * min((low + step) / pages, 1.0), "cases")
    fill_days(cursor)
    rows: int = cursor.rowcount
    progress(0.5, "days")
    for i, kind in enumerate(kinds(), start=1):
        fill_rollup(cursor, *kind)
        progress(0.5 + 0.35 * i / len(kinds()), "roll-ups")
    for i, statement in enumerate(_INDEXES, start=1):
        cursor.execute(statement)
        progress(0.85 + 0.1 * i / len(_INDEXES), "indexes")
    cursor.execute(_SWAP)
    return rows
