"""The latest forecast: its run, its cells, its tiles."""

from collections.abc import Iterable
from typing import Any

from core.queries import sql
from spatial_analytics.models import HotspotRun
from spatial_analytics.rules.hex_tile import encode
from spatial_analytics.rules.hexes import Range, covering
from tiles.layers import TileRequest

WHOLE_FROM_ZOOM = 10
BEST_SHARE = 0.05
EVERYTHING = 1.0


def latest_run(group: int | None = None) -> HotspotRun | None:
    """The newest forecast of all types, or of one type group."""
    return HotspotRun.objects.filter(type_group_id=group).order_by("-created_at").first()


def hotspot_tile(request: TileRequest) -> bytes:
    """The layer `hotspots` of one tile: below zoom 10 the best 5 % of the cells only."""
    run = latest_run(request.parameters.get("group"))
    if run is None:
        return b""
    edge = EVERYTHING if request.tile.z >= WHOLE_FROM_ZOOM else BEST_SHARE
    ranges = covering(request.tile.bounds, run.resolution, run.resolution)
    rows = hotspot_cells(run_id=run.pk, ranges=ranges, edge=edge)
    return encode("hotspots", request.tile, _features(rows))


def hotspot_cells(*, run_id: int, ranges: list[Range], edge: float) -> list[dict[str, Any]]:
    """Cells of a run in ranges of indexes, among its best `edge` share."""
    return sql.run(
        "spatial_analytics",
        "hotspot_cells",
        {
            "run": run_id,
            "lows": [low for low, _ in ranges],
            "highs": [high for _, high in ranges],
            "edge": edge,
        },
    )


def _features(rows: Iterable[dict[str, Any]]) -> Iterable[tuple[int, dict[str, float | int]]]:
    for row in rows:
        yield (
            row["h3"],
            {
                "expected": round(row["expected"], 2),
                "p_any": round(row["p_any"], 3),
                "lower": row["lower"],
                "upper": row["upper"],
                "rank": round(row["rank_share"], 4),
            },
        )
