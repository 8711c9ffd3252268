"""One horizon, walked through time: members learn, the stack chooses, the spread is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import RegressorMixin, clone

from spatial_analytics.hotspots.additive import AdditiveCounts
from spatial_analytics.hotspots.boosting import GradientBoostedCounts
from spatial_analytics.hotspots.estimators import (
    ExponentiallyWeightedMean,
    GammaPoissonRate,
    KernelDensity,
    LastWeek,
    MeanOfWeeks,
    SeasonalMean,
)
from spatial_analytics.hotspots.features import USUAL, FeatureTable
from spatial_analytics.hotspots.linear import LinearCounts
from spatial_analytics.hotspots.spread import Chances, CountSpread
from spatial_analytics.hotspots.stack import StackOfForecasts

STACK = "stack"
SIMPLE_METHODS = ("last_week", "mean_8", "mean_52", "exponential_mean", "seasonal_mean")
LONG_HISTORY_WEEKS = 60
MOST_TRAINING_WEEKS = 104

Vector = NDArray[np.float64]


def default_methods() -> dict[str, RegressorMixin]:
    """The members of the table, unfitted, by code; the stack is made of them."""
    return {
        "last_week": LastWeek(),
        "mean_8": MeanOfWeeks(8),
        "mean_52": MeanOfWeeks(52),
        "exponential_mean": ExponentiallyWeightedMean(),
        "seasonal_mean": SeasonalMean(),
        "kernel_density": KernelDensity(),
        "gamma_poisson": GammaPoissonRate(),
        "linear": LinearCounts(),
        "additive": AdditiveCounts(),
        "gradient_boosting": GradientBoostedCounts(),
    }


def training_weeks(week: int, horizon: int = 1) -> range:
    """Weeks to learn from before a week: their horizon has passed, a warm-up is left out, and of a long
    history the last two years are enough."""
    warm_up = 26 if week > LONG_HISTORY_WEEKS else max(2, min(8, week // 2))
    last = week - horizon + 1
    first = max(warm_up, week - MOST_TRAINING_WEEKS)
    return range(min(first, max(1, last - 2)), last)


@dataclass(frozen=True)
class Forecast:
    """What is said of the cells known before a week, (A,) each, and by which pool."""

    week: int
    choice: str
    members: pd.DataFrame
    expected: Vector
    usual: Vector
    chances: Chances


class HorizonForecaster:
    """Everything that is learned for one horizon; weeks must come in the order of time.

    members  unfitted estimators by code; those that `POOLS` names must be among them
    """

    def __init__(
        self, horizon: int, members: Mapping[str, RegressorMixin] | None = None, seed: int = 0
    ) -> None:
        self.horizon = horizon
        self.members = dict(members or default_methods())
        self.fitted: dict[str, RegressorMixin] = {}
        self.stack = StackOfForecasts(horizon=horizon).fit(
            pd.DataFrame(columns=list(self.members), dtype=float), np.empty(0)
        )
        self._spread = CountSpread(horizon, seed)

    def learn(self, table: FeatureTable, week: int) -> None:
        """Fit every member on the weeks before."""
        rows = table.training(training_weeks(week, self.horizon), self.horizon)
        self.fitted = {
            code: clone(member).fit(rows.x, rows.y, sample_weight=rows.weight, week=rows.week)
            for code, member in self.members.items()
        }

    def said(self, x: pd.DataFrame) -> pd.DataFrame:
        """Every member's forecast of some rows, a column each."""
        return pd.DataFrame({code: member.predict(x) for code, member in self.fitted.items()})

    def forecast(self, table: FeatureTable, week: int, default: str | None = None) -> Forecast:
        """Say what the horizon from a week on will bring.

        default  the pool of a shorter horizon, which has seen more spans pass
        """
        x = table.rows(week, self.horizon)
        members = self.said(x)
        choice = self.stack.choice(week, default)
        expected = self.stack.predict(members, week, default)
        usual = x[USUAL].to_numpy(dtype=float) * self.horizon
        chances = self._spread.chances(week, expected, usual)
        return Forecast(week, choice, members, expected, usual, chances)

    def remember(self, forecast: Forecast, happened: Vector) -> None:
        """Take what then happened (A,) into account from the end of the horizon on."""
        self.stack.partial_fit(forecast.members, happened, forecast.week)
        self._spread.remember(forecast.week, forecast.expected, forecast.usual, happened)
