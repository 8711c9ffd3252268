"""Forecasts as they are kept: the newest and former ones, their cells, their tiles."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Case, F, QuerySet, When
from django.db.models.fields.json import KeyTransform

from core.queries import sql
from spatial_analytics.conf import CONF
from spatial_analytics.models import HotspotArea, HotspotRun
from spatial_analytics.rules.hex_tile import encode
from spatial_analytics.rules.hexes import Range, covering
from tiles.layers import TileRequest

WHOLE_FROM_ZOOM = 10
BEST_SHARE = 0.05
EVERYTHING = 1.0
HORIZONS = (1, 2, 4)
# Of a rarer place what is usual in a week would tell its one or two requests of the year.
LEAST_USUAL = CONF.public_minimum / 52
# Shade and share of the cells that are at least so dark.
SHADES = ((2, 0.25), (3, 0.10), (4, 0.05), (6, 0.01))


def runs(group: int | None = None) -> QuerySet[HotspotRun]:
    """The forecasts of all types, or of one type group, the newest first."""
    return HotspotRun.objects.filter(type_group_id=group).order_by("-created_at", "-pk")


def latest_run(group: int | None = None) -> HotspotRun | None:
    """The newest forecast of all types, or of one type group."""
    return runs(group).first()


def run_of(asked: Mapping[str, Any]) -> HotspotRun | None:
    """The forecast that `run` names, else the newest of `group`."""
    if asked.get("run"):
        return HotspotRun.objects.filter(pk=asked["run"]).first()
    return latest_run(asked.get("group"))


def hotspot_tile(request: TileRequest) -> bytes:
    """The layer `hotspots` of one tile: below zoom 10 the best 5 % of the cells only."""
    run = run_of(request.parameters)
    if run is None:
        return b""
    edge = EVERYTHING if request.tile.z >= WHOLE_FROM_ZOOM else BEST_SHARE
    ranges = covering(request.tile.bounds, run.resolution, run.resolution)
    weeks = int(request.parameters.get("weeks") or HORIZONS[0])
    rows = hotspot_cells(run_id=run.pk, weeks=weeks, ranges=ranges, edge=edge)
    return encode("hotspots", request.tile, ((row["h3"], told(row, weeks)) for row in rows))


def hotspot_cells(
    *, run_id: int, weeks: int, ranges: list[Range], edge: float
) -> list[dict[str, Any]]:
    """Cells of a run in ranges of indexes, among its best `edge` share."""
    return sql.run(
        "spatial_analytics",
        "hotspot_cells",
        {
            "run": run_id,
            "weeks": weeks,
            "lows": [low for low, _ in ranges],
            "highs": [high for _, high in ranges],
            "edge": edge,
        },
    )


def weekly_runs(group: int | None = None) -> list[HotspotRun]:
    """One of each week, the oldest first; the newest of all is the last. With `then`, what came of it, and
    without the rest of the measurement."""
    kept: dict[tuple[int, int], HotspotRun] = {}
    rows = runs(group).annotate(then=KeyTransform("then", "scores")).only("pk", "horizon_start")
    every = list(rows.order_by("created_at", "pk"))
    for run in every:
        kept.setdefault(run.horizon_start.isocalendar()[:2], run)
    if not every:
        return []
    newest = every[-1]
    former = (run for run in kept.values() if run.horizon_start != newest.horizon_start)
    return [*former, newest]


def all_cells(run: HotspotRun, weeks: int) -> Iterable[dict[str, Any]]:
    """Every cell of a forecast, the highest expectation first: h3 and what `told` gives."""
    rows = run.cells.filter(weeks=weeks).order_by("rank_share")
    names = (
        "h3", "expected", "usual", "distinct", "dwellings", "p_any", "p_unusual", "lower", "upper",
        "rank_share", "happened", "emerging",
    )  # fmt: skip
    for row in rows.values(*names):
        row["distinct_expected"] = row.pop("distinct")
        yield {"h3": f"{row['h3']:x}", **told(row, weeks)}


def told(row: Mapping[str, Any], weeks: int) -> dict[str, float | int | str]:
    """What anyone may know of a cell. Of what happened there the public is told no count of one or two: -1
    stands for it; what is not known yet is left out."""
    dwellings = row["dwellings"] or 0
    found: dict[str, float | int | str] = {
        "expected": round(row["expected"], 2),
        "distinct": round(row["distinct_expected"], 2),
        "p_any": round(row["p_any"], 3),
        "p_unusual": round(row["p_unusual"], 3),
        "lower": row["lower"],
        "upper": row["upper"],
        "rank": round(row["rank_share"], 4),
    }
    if row["usual"] >= LEAST_USUAL * weeks:
        found["usual"] = round(row["usual"], 2)
    if dwellings >= CONF.least_dwellings:
        found["per_100"] = round(100 * row["expected"] / dwellings, 2)
    if row.get("emerging"):
        found["emerging"] = row["emerging"]
    # Of longer times not: less the first week they would tell single requests.
    if row["happened"] is not None and weeks == HORIZONS[0]:
        few = 0 < row["happened"] < CONF.public_minimum
        found["happened"] = -1 if few else row["happened"]
    return found


def areas_of(run: HotspotRun) -> QuerySet[Any]:
    """The areas of a forecast with `told`, what is usual there as far as anyone may know it, and `excess`, what
    is expected beyond it."""
    told = Case(When(usual__gte=LEAST_USUAL, then=F("usual")))
    return run.areas.annotate(told=told, excess=F("expected") - told)


def types_told(area: HotspotArea, *, everything: bool) -> list[dict[str, Any]]:
    """The most frequent types of an area: id and share. Who is not told everything is told no type of one or two
    requests in the year: with what is usual there its share would give the number. Nor one of a forecast that was made
    before their numbers were kept."""
    least = 0 if everything else CONF.public_minimum
    return [one for one in area.types if one.get("count", 0) >= least]


def stops(run: HotspotRun, weeks: int, shown: str) -> list[tuple[int, float]]:
    """Shade and least value of a figure: the best 1, 5, 10 and 25 % of the cells, and the rest."""
    found: list[tuple[int, float]] = [(1, 0.0)]
    if shown == "emerging":
        return found
    asked = {
        "run": run.pk, "weeks": weeks, "shown": shown, "shares": [share for _, share in SHADES],
        "dwellings": CONF.least_dwellings,
    }  # fmt: skip
    rows = sql.run("spatial_analytics", "hotspot_stops", asked)
    for (shade, _), least in zip(SHADES, rows[0]["least"] or (), strict=False):
        if least > found[-1][1]:
            found.append((shade, round(float(least), 3)))
    return found
