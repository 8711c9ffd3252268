"""The tables of counts as they are kept: a share of the log added, or all made anew. See
`actions/density.py` for when, and for the lock that every caller holds."""

from datetime import date
from typing import Any

from django.conf import settings

from core.queries import sql
from spatial_analytics.rules.hexes import COARSEST, FINEST
from spatial_analytics.rules.rollups import kinds

SHOWN = list(range(COARSEST, FINEST + 1))


def fold_share(share: int) -> tuple[int, date | None]:
    """Moves at most so many rows of the log into the counts; gives how many, and the first month that
    they changed."""
    kept = kinds()
    parameters = {
        "zone": settings.TIME_ZONE,
        "share": share,
        "facets": [facet for facet, _span, _resolution in kept],
        "spans": [span for _facet, span, _resolution in kept],
        "resolutions": [resolution for _facet, _span, resolution in kept],
    }
    (row,) = sql.run("spatial_analytics", "fold_density", parameters)
    sql.execute("spatial_analytics", "drop_empty_density")
    return row["changes"], row["oldest"]


def missing_hexagons(since: date | None = None) -> list[int]:
    """Cells of the counts that have no outline yet; those of months before `since` are not looked at."""
    rows = sql.run("spatial_analytics", "missing_hexagons", {"resolutions": SHOWN, "since": since})
    return [row["cell"] for row in rows]


def read_pages(cursor: Any, low: int, high: int) -> None:
    """Some pages of the cases into `density_read`, on a rebuild's own connection."""
    cursor.execute(
        sql.statement("spatial_analytics", "rebuild_density_read"),
        {"zone": settings.TIME_ZONE, "low": f"({low},0)", "high": f"({high},0)"},
    )


def fill_days(cursor: Any) -> None:
    """The new table of days, from what was read."""
    cursor.execute(sql.statement("spatial_analytics", "rebuild_density_days"))


def fill_rollup(cursor: Any, facet: str, span: str, resolution: int) -> None:
    """One kind of roll-up, from the new table of days."""
    cursor.execute(
        sql.statement("spatial_analytics", "rebuild_density_rollup"),
        {"facet": facet, "span": span, "resolution": resolution},
    )
