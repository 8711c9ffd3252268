"""Recurring work of this room."""

from datetime import timedelta

from django.utils import timezone

from core.rules.handlers import Payload, Progress, job
from tiles.actions.versions import data_changed


@job("spatial_analytics.forecast_hotspots", every=timedelta(days=1), attempts=2)
def forecast_hotspots(payload: Payload, progress: Progress) -> Payload:
    """Nightly: next week's hotspots. A city with too short a history is told so, not failed."""
    # The libraries of the models are large: no other process than the one that forecasts has them.
    from spatial_analytics.actions.forecast import store_forecast, study_city
    from spatial_analytics.hotspots.events import UnusableHistory

    now = timezone.now()

    def tell(done: int, of: int) -> None:
        progress(0.9 * done / of, f"{done}/{of}")

    try:
        result = study_city(now=now, group=payload.get("group"), progress=tell)
    except UnusableHistory as error:
        return {"skipped": error.code, "reason": str(error)}
    run = store_forecast(result, now=now, group=payload.get("group"))
    return {"run": run.pk, "method": run.method, "cells": run.cells.count()}


@job("spatial_analytics.refresh_density", every=timedelta(minutes=10), attempts=1)
def refresh_density(payload: Payload, progress: Progress) -> Payload:
    """Lets the density map be drawn anew: it is at most ten minutes old."""
    data_changed("density")
    return {}
