"""Learn from the city's cases and store next week's forecast."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from django.db import transaction

from spatial_analytics.conf import CONF
from spatial_analytics.hotspots.backtest import Progress
from spatial_analytics.hotspots.forecast import (
    CODE_VERSION,
    CellForecast,
    Study,
    forecast_next_week,
    study,
)
from spatial_analytics.hotspots.report import study_as_json
from spatial_analytics.models import HotspotCell, HotspotRun
from spatial_analytics.queries.histories import case_history
from spatial_analytics.rules.events import Events
from tiles.actions.versions import data_changed

BATCH = 5000


def study_city(
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
    since = now - timedelta(weeks=CONF.hotspot_history_weeks)
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE)).replace(tzinfo=None)
    return study(
        case_history(since=since, public=True),
        now=np.datetime64(local, "s"),
        origin=np.datetime64(local.date(), "D"),
        only=group,
        resolution=resolution,
        weeks=weeks,
        progress=progress,
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


def store_forecast(result: Study, *, now: datetime, group: int | None = None) -> HotspotRun:
    """Write the run and its cells at once, drop old runs, and let tiles be drawn anew."""
    forecast = forecast_next_week(result)
    history = result.history
    with transaction.atomic():
        run = HotspotRun.objects.create(
            created_at=now,
            data_from=_day(history.start_of(0)),
            data_to=_day(history.origin) - timedelta(days=1),
            horizon_start=_day(history.origin),
            resolution=history.grid.resolution,
            type_group_id=group,
            method=result.chosen,
            code_version=CODE_VERSION,
            scores=study_as_json(result),
            notices=[notice.as_json() for notice in result.notices],
        )
        HotspotCell.objects.bulk_create(_cells(run, forecast), batch_size=BATCH)
        oldest = now - timedelta(weeks=CONF.hotspot_weeks_kept)
        HotspotRun.objects.filter(created_at__lt=oldest).delete()
        data_changed("hotspots")
    return run


def _cells(run: HotspotRun, forecast: CellForecast) -> list[HotspotCell]:
    rank = ranks(forecast)
    return [
        HotspotCell(
            run=run,
            h3=int(cell),
            expected=float(forecast.expected[i]),
            p_any=float(forecast.p_any[i]),
            lower=int(forecast.lower[i]),
            upper=int(forecast.upper[i]),
            rank_share=float(rank[i]),
        )
        for i, cell in enumerate(forecast.cells)
    ]


def ranks(forecast: CellForecast) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Place of each cell by expected count, 1 / A for the best and 1 for the last."""
    rank = np.empty(len(forecast.cells))
    rank[np.argsort(-forecast.expected, kind="stable")] = np.arange(1, len(rank) + 1)
    return rank / len(rank)


def _day(moment: np.datetime64) -> date:
    return date.fromisoformat(str(moment.astype("datetime64[D]")))
