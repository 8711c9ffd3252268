"""Cases per H3 cell."""

from datetime import timedelta

from django.utils import timezone

from core.queries import sql
from spatial_analytics.conf import CONF
from spatial_analytics.queries.reach import Counted, counted
from spatial_analytics.rules.hex_tile import encode
from spatial_analytics.rules.hexes import FINEST, Range, covering, resolution_of
from tiles.layers import TileRequest

EVERYWHERE: list[Range] = [(0, 2**63 - 1)]


def density_tile(request: TileRequest) -> bytes:
    """The layer `density` of one tile."""
    tile = request.tile
    resolution = resolution_of(tile.z)
    cells = density_cells(
        ranges=covering(tile.bounds, resolution, FINEST),
        resolution=resolution,
        days=request.parameters.get("days", CONF.density_days),
        group=request.parameters.get("group"),
        counts=counted(request.viewer),
    )
    return encode("density", tile, ((cell, {"cases": cases}) for cell, cases in cells))


def density_cells(
    *, ranges: list[Range], resolution: int, days: int, group: int | None, counts: Counted
) -> list[tuple[int, int]]:
    """Cell and its cases of the last days; the public is shown no cell under the minimum."""
    rows = sql.run(
        "spatial_analytics",
        "density_cells",
        {
            "lows": [low for low, _ in ranges],
            "highs": [high for _, high in ranges],
            "resolution": resolution,
            "since": timezone.now() - timedelta(days=days),
            "group": group,
            **counts.sql(),
            "minimum": CONF.public_minimum if counts == Counted.PUBLIC else 1,
        },
    )
    return [(row["cell"], row["cases"]) for row in rows]
