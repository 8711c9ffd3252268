"""Learn from the city's cases, store the coming weeks' forecasts, and look back at what came of former ones."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import numpy as np
import scipy.sparse as sp
import shapely
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import transaction
from django.db.models import Sum
from numpy.typing import NDArray

from cases.rules.holidays import holidays
from spatial_analytics.conf import CONF
from spatial_analytics.hotspots.areas import areas
from spatial_analytics.hotspots.backtest import Progress
from spatial_analytics.hotspots.duplicates import near_duplicates
from spatial_analytics.hotspots.emergence.classes import HotSpot, classes
from spatial_analytics.hotspots.events import ONE_WEEK, Notice, UnusableHistory
from spatial_analytics.hotspots.explanation import explain
from spatial_analytics.hotspots.forecast import CODE_VERSION, CellForecast, Study, forecast, study
from spatial_analytics.hotspots.groups import spread_over, study_groups
from spatial_analytics.hotspots.history import History, cells_at
from spatial_analytics.hotspots.measures import chosen_cells
from spatial_analytics.hotspots.report import study_as_json
from spatial_analytics.models import CellHomes, HotspotArea, HotspotCell, HotspotRun
from spatial_analytics.queries.histories import case_history
from spatial_analytics.queries.hotspots import BEST_SHARE
from spatial_analytics.queries.outlines import places_in
from spatial_analytics.queries.outside_series import weekly_series
from spatial_analytics.queries.type_groups import type_groups
from spatial_analytics.rules.events import Events
from spatial_analytics.rules.outlines import outline
from tiles.actions.versions import data_changed

BATCH = 5000
YEAR = np.timedelta64(364, "D")
AREA_WEEKS = 1
# A cell's own share of repeated reports counts as much as the city's once it has so many cases.
SHARE_CASES = 20
NIGHTLY_KEPT = timedelta(days=8)
TYPES_TOLD = 3
CLASS_WEEKS = 26
CLASS_CASES = 4
EXPLAINED_SHARE = 0.25
MOST_EXPLAINED = 2000
#: Weeks before the first forecast of a city for which there is one afterwards.
CAUGHT_UP = (2, 1)
_AFTERWARDS = Notice(
    "made_afterwards", "It was computed afterwards, from the cases opened before its first day."
)

Vector = NDArray[np.float64]
Tell = Callable[[float, str], None]


@dataclass(frozen=True)
class _Extra:
    """What is told of cells beside the forecast: share of distinct reports (C,), dwellings by cell, class of
    emerging hot spot (C,), and why so many are expected, by cell."""

    distinct: Vector
    dwellings: dict[int, float]
    emerging: list[str]
    because: dict[int, dict[str, Any]]


def city_events(*, now: datetime) -> Events:
    """What anyone may see of the last three years: the map is public."""
    return case_history(since=now - timedelta(weeks=CONF.hotspot_history_weeks), public=True)


def study_city(
    events: Events,
    *,
    now: datetime,
    group: int | None = None,
    resolution: int | None = None,
    weeks: int | None = None,
    progress: Progress | None = None,
) -> Study:
    """Backtest on the city's own cases; the forecast week begins today.

    Raises `UnusableHistory` where nothing sensible can be learned.
    """
    return study(
        events, only=group, resolution=resolution, weeks=weeks, progress=progress, **_of_city(now)
    )


def study_events(
    events: Events,
    *,
    now: datetime,
    resolution: int | None = None,
    weeks: int | None = None,
    progress: Progress | None = None,
) -> Study:
    """The same for cases from a file: the forecast week begins on the day of the last case."""
    instant = np.datetime64(now.astimezone(UTC).replace(tzinfo=None), "s")
    return study(events, now=instant, resolution=resolution, weeks=weeks, progress=progress)


def forecast_all(
    groups: list[int | None] | None, progress: Tell, *, now: datetime
) -> dict[str, Any]:
    """Learns, measures and stores the forecast of all types and of each group (by default every one); each is
    kept as soon as it is made. Says how many, and why others were not."""
    events = city_events(now=now)
    wanted = [None, *(group.id for group in type_groups())] if groups is None else groups
    made, skipped = 0, {}
    first = None in wanted and not HotspotRun.objects.filter(type_group_id=None).exists()
    done = 0

    def tell(step: int = 0, steps: int = 1) -> None:
        share = (done + step / steps) / len(wanted)
        progress(0.95 * share, f"{done}/{len(wanted)}")

    tell()
    steps = None if settings.DASK_SCHEDULER else tell  # other machines cannot tell
    with spread_over(settings.DASK_SCHEDULER):
        for one in study_groups(events, wanted, progress=steps, **_of_city(now)):
            if one.study is not None:
                store_forecast(one.study, events, now=now, group=one.group)
                made += 1
            elif one.refusal is not None:
                skipped[str(one.group or "*")] = {
                    "code": one.refusal.code,
                    "reason": str(one.refusal),
                    "facts": one.refusal.facts,
                }
            done += 1
            tell()
    afterwards = _catch_up(events, now=now) if first and made else 0
    return {
        "made": made, "skipped": skipped, "afterwards": afterwards,
        "looked_back": look_back(events, now=now),
    }  # fmt: skip


def _catch_up(events: Events, *, now: datetime) -> int:
    """With a city's first forecast: those of all types that the last weeks would have had, each from what was
    opened before its first day, so that the map shows at once what came of some; how many."""
    made = 0
    for weeks in CAUGHT_UP:
        then = now - timedelta(weeks=weeks)
        known = events.where(events.time < np.datetime64(_today(then), "D"))
        try:
            result = study_city(known, now=then)
        except UnusableHistory:
            continue
        store_forecast(result, known, now=then, notices=[_AFTERWARDS])
        made += 1
    return made


def _today(now: datetime) -> date:
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def _of_city(now: datetime) -> dict[str, Any]:
    """The clock, the days of rest and the outside series of this city, for a study."""
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE)).replace(tzinfo=None)
    years = range(local.year - CONF.hotspot_history_weeks // 52 - 1, local.year + 2)
    return {
        "now": np.datetime64(local, "s"),
        "origin": np.datetime64(local.date(), "D"),
        "holidays": {np.datetime64(free, "D") for year in years for free in holidays(year)},
        "outside": weekly_series(until=local.date(), weeks=CONF.hotspot_history_weeks),
    }


def store_forecast(
    result: Study, events: Events, *, now: datetime, group: int | None = None,
    notices: Sequence[Notice] = (),
) -> HotspotRun:  # fmt: skip
    """Write the run with its cells and areas at once, drop old runs, and let tiles be drawn anew.

    events  what was learned from: for the share of repeated reports and the types of areas
    """
    history = result.history
    if group is not None and events.group is not None:
        events = events.where(events.group == group)
    said = forecast(result)
    recent = events.where(events.time >= history.origin - YEAR)
    cells = cells_at(recent, history.grid.resolution)
    extra = _Extra(
        _distinct_share(history, recent, cells), _dwellings(history), _emerging(history),
        _because(result, said[AREA_WEEKS]),
    )  # fmt: skip
    with transaction.atomic():
        run = HotspotRun.objects.create(
            created_at=now,
            data_from=_day(history.start_of(0)),
            data_to=_day(history.origin) - timedelta(days=1),
            horizon_start=_day(history.origin),
            resolution=history.grid.resolution,
            type_group_id=group,
            method=result.choice(),
            code_version=CODE_VERSION,
            scores=study_as_json(result),
            notices=[notice.as_json() for notice in (*notices, *result.notices)],
        )
        for weeks, coming in said.items():
            rows = _cells(run, weeks, coming, history, extra)
            HotspotCell.objects.bulk_create(rows, batch_size=BATCH)
        HotspotArea.objects.bulk_create(_areas(run, said[AREA_WEEKS], history, recent, cells))
        _forget(now)
        data_changed("hotspots")
    return run


def look_back(events: Events, *, now: datetime) -> int:
    """Tells former forecasts what then happened, once their time is over; how many."""
    today = _today(now)
    waiting = HotspotCell.objects.filter(
        happened=None, run__horizon_start__lte=today - timedelta(weeks=1)
    )
    pairs = waiting.order_by().values_list("run", "weeks").distinct()
    done = 0
    for run in HotspotRun.objects.filter(pk__in={pk for pk, _ in pairs}):
        for weeks in sorted(weeks for pk, weeks in pairs if pk == run.pk):
            if run.horizon_start + timedelta(weeks=weeks) <= today:
                _tell(run, weeks, events)
                done += 1
    if done:
        data_changed("hotspots")
    return done


@transaction.atomic
def _tell(run: HotspotRun, weeks: int, events: Events) -> None:
    """Counts of the cells, and the share of all that the best 5 % of them caught."""
    begin = np.datetime64(run.horizon_start, "D")
    inside = (events.time >= begin) & (events.time < begin + weeks * ONE_WEEK)
    if run.type_group_id is not None and events.group is not None:
        inside &= events.group == run.type_group_id
    came = events.where(inside)
    counts = Counter(cells_at(came, run.resolution).tolist())
    rows = list(run.cells.filter(weeks=weeks))
    for row in rows:
        row.happened = counts.get(row.h3, 0)
    HotspotCell.objects.bulk_update(rows, ["happened"], batch_size=BATCH)
    best = sorted(rows, key=lambda row: row.rank_share)[: chosen_cells(len(rows), BEST_SHARE)]
    caught = sum(row.happened or 0 for row in best)
    kept = HotspotRun.objects.select_for_update().get(pk=run.pk)
    kept.scores.setdefault("then", {})[str(weeks)] = {
        "cases": len(came),
        "caught": caught,
        "hit_rate_5": round(caught / max(len(came), 1), 4),
        "expected": round(sum(row.expected for row in rows), 1),
    }
    kept.save(update_fields=["scores"])


def _forget(now: datetime) -> None:
    """Old runs go; of those before last week one in each week stays, the first: for looking back."""
    oldest = now - timedelta(weeks=CONF.hotspot_weeks_kept)
    HotspotRun.objects.filter(created_at__lt=oldest).delete()
    seen: set[tuple[int | None, tuple[int, int]]] = set()
    gone = []
    before = HotspotRun.objects.filter(created_at__lt=now - NIGHTLY_KEPT).order_by("created_at")
    for pk, group, first in before.values_list("pk", "type_group_id", "horizon_start"):
        week = (group, first.isocalendar()[:2])
        if week in seen:
            gone.append(pk)
        seen.add(week)
    HotspotRun.objects.filter(pk__in=gone).delete()


def _cells(
    run: HotspotRun,
    weeks: int,
    coming: CellForecast,
    history: History,
    extra: _Extra,
) -> Iterator[HotspotCell]:
    rank = ranks(coming)
    because = extra.because if weeks == AREA_WEEKS else {}
    rows = history.grid.index_of(coming.cells)
    for i, cell in enumerate(coming.cells.tolist()):
        yield HotspotCell(
            run=run,
            weeks=weeks,
            h3=cell,
            expected=float(coming.expected[i]),
            usual=float(coming.usual[i]),
            p_any=float(coming.p_any[i]),
            p_unusual=float(coming.p_unusual[i]),
            lower=int(coming.lower[i]),
            upper=int(coming.upper[i]),
            rank_share=float(rank[i]),
            distinct=float(coming.expected[i] * extra.distinct[rows[i]]),
            dwellings=extra.dwellings.get(cell),
            emerging=extra.emerging[rows[i]],
            because=because.get(cell),
        )


def ranks(coming: CellForecast) -> Vector:
    """Place of each cell by expected count, 1 / A for the best and 1 for the last."""
    rank = np.empty(len(coming.cells))
    rank[np.argsort(-coming.expected, kind="stable")] = np.arange(1, len(rank) + 1)
    return rank / len(rank)


def _distinct_share(history: History, recent: Events, cells: NDArray[np.int64]) -> Vector:
    """Share of the last year's cases of each cell (C,) that are no repeated report of the same thing,
    drawn towards the city's where a cell has few."""
    seconds = recent.time.astype("datetime64[s]").astype(np.int64)
    kind = recent.group if recent.kind is None else recent.kind
    counts = near_duplicates(seconds, recent.lat, recent.lon, kind)
    rows = history.grid.index_of(cells)
    known = rows >= 0
    every = np.bincount(rows[known], minlength=len(history.grid)).astype(float)
    once = np.bincount(rows[known & counts], minlength=len(history.grid)).astype(float)
    city = float(counts.mean()) if len(counts) else 1.0
    share: Vector = (once + SHARE_CASES * city) / (every + SHARE_CASES)
    return share


def _dwellings(history: History) -> dict[int, float]:
    rows = CellHomes.objects.filter(
        resolution=history.grid.resolution, cell__in=history.grid.cells.tolist()
    )
    return dict(rows.values_list("cell").annotate(Sum("dwellings")).order_by())


def _emerging(history: History) -> list[str]:
    """Over the last half year, each cell with the six around it."""
    near = sp.csr_array(sp.identity(len(history.grid), format="csr")) + history.grid.rings[0]
    counts = history.counts[:, -CLASS_WEEKS:]
    codes = classes(counts, near)
    # A place that had hardly a case is not hot, whatever lies around it.
    own = counts.sum(axis=1) >= CLASS_CASES
    return [
        HotSpot(code).name if mine and code != HotSpot.NONE else ""
        for code, mine in zip(codes, own, strict=True)
    ]


def _because(result: Study, coming: CellForecast) -> dict[int, dict[str, Any]]:
    """Of the cells with most: the factors that make up what is expected, and the last half year's counts."""
    count = min(max(int(EXPLAINED_SHARE * len(coming.cells)), 1), MOST_EXPLAINED)
    best = coming.cells[np.argsort(-coming.expected, kind="stable")[:count]]
    found = explain(result, best.tolist(), AREA_WEEKS)
    expected = dict(zip(coming.cells.tolist(), coming.expected.tolist(), strict=True))
    # The level of the last weeks is set after the parts are told: the ordinary cell shares it.
    return {
        one.cell: {
            "ordinary": round(one.ordinary * expected[one.cell] / one.expected, 3),
            "parts": [[part.code, round(part.factor, 3), part.facts] for part in one.parts],
            "counts": list(one.counts),
        }
        for one in found
    }


def _areas(
    run: HotspotRun,
    coming: CellForecast,
    history: History,
    recent: Events,
    cells: NDArray[np.int64],
) -> list[HotspotArea]:
    found = areas(coming.cells, coming.expected, coming.usual)
    shapes = [outline(area.cells.tolist()) for area in found]
    made = []
    for rank, (area, shape, place) in enumerate(
        zip(found, shapes, places_in(shapes), strict=True), start=1
    ):
        made.append(
            HotspotArea(
                run=run, rank=rank, name=place.name,
                geom=cast(MultiPolygon, GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326)),
                cells=area.cells.tolist(), expected=area.expected, usual=area.usual,
                trend=_trend(history, history.grid.index_of(area.cells)),
                types=_types(recent, np.isin(cells, area.cells)), streets=place.streets,
                buildings=place.buildings, neighbourhood=place.neighbourhood,
            )
        )  # fmt: skip
    return made


def _trend(history: History, rows: NDArray[np.int64]) -> float:
    """Mean of the last 4 weeks over that of the 13 before; 1 where those had nothing."""
    weeks = history.counts[rows].sum(axis=0)
    before = float(weeks[-17:-4].mean()) if len(weeks) > 4 else 0.0
    return round(float(weeks[-4:].mean()) / before, 3) if before > 0 else 1.0


def _types(recent: Events, inside: NDArray[np.bool_]) -> list[dict[str, Any]]:
    """The most frequent types of the last year: id, share of the area's cases, and count."""
    if recent.kind is None or not inside.any():
        return []
    names, counts = np.unique(recent.kind[inside], return_counts=True)
    first = np.argsort(-counts, kind="stable")[:TYPES_TOLD]
    return [
        {
            "type": int(names[i]),
            "share": round(float(counts[i] / inside.sum()), 3),
            "count": int(counts[i]),
        }
        for i in first
    ]


def _day(moment: np.datetime64) -> date:
    return date.fromisoformat(str(moment.astype("datetime64[D]")))
