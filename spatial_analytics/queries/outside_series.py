"""Daily figures from outside, weather above all, as the weekly series that forecasts learn from."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from spatial_analytics.models import OutsideIndicator, OutsideValue

# A week of which fewer days are known is unknown.
LEAST_DAYS = 4


def weekly_series(*, until: date, weeks: int) -> dict[str, NDArray[np.float64]]:
    """Mean value a day of each of the last weeks (weeks,), oldest first, NaN where unknown; by the code of the
    indicator. `until`: the day after the last one."""
    chosen = OutsideIndicator.objects.filter(
        forecasts=True,
        level=OutsideIndicator.Level.CITY,
        step=OutsideIndicator.Step.DAY,
        audience=OutsideIndicator.Audience.PUBLIC,
    )
    return {one.code: _weekly(one, until, weeks) for one in chosen.order_by("code")}


def _weekly(one: OutsideIndicator, until: date, weeks: int) -> NDArray[np.float64]:
    begin = until - timedelta(weeks=weeks)
    rows = OutsideValue.objects.filter(
        indicator=one, key=0, replaced_by=None, begin__gte=begin, begin__lt=until
    ).values_list("begin", "value")
    totals, days = np.zeros(weeks), np.zeros(weeks)
    known: dict[date, float] = {}
    for day, value in rows:  # categories of one day are its parts
        known[day] = known.get(day, 0.0) + value
    for day, value in known.items():
        week = (day - begin).days // 7
        totals[week] += value
        days[week] += 1
    return np.where(days >= LEAST_DAYS, totals / np.maximum(days, 1), np.nan)
