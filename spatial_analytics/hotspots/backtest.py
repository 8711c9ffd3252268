"""Rolling-origin backtest: each test week is forecast from the weeks before it, by every method.

Nothing of a test week, nor of a later one, touches what forecast it: half-lives, trees and stack weights
come from earlier weeks; the area is the cells known before the week.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sklearn.base import RegressorMixin, clone

from spatial_analytics.hotspots.estimators import (
    ExponentiallyWeightedMean,
    LastWeek,
    MeanOfWeeks,
    Vector,
)
from spatial_analytics.hotspots.features import FeatureTable
from spatial_analytics.hotspots.learned import GradientBoostedCounts, StackOfForecasts
from spatial_analytics.hotspots.measures import (
    SHARES,
    Interval,
    MethodScore,
    WeekScore,
    bootstrap_ratio,
    pool,
    score_week,
)

SIMPLE_METHODS = ("last_week", "mean_8", "mean_52", "exponential_mean")
LEARNED_METHODS = ("gradient_boosting", "stack")
LONG_HISTORY_WEEKS = 60
MOST_TRAINING_WEEKS = 104
MOST_TEST_WEEKS = 26

Progress = Callable[[int, int], None]


def default_methods() -> dict[str, RegressorMixin]:
    """The methods of the table, unfitted, by code."""
    return {
        "last_week": LastWeek(),
        "mean_8": MeanOfWeeks(8),
        "mean_52": MeanOfWeeks(52),
        "exponential_mean": ExponentiallyWeightedMean(),
        "gradient_boosting": GradientBoostedCounts(),
        "stack": StackOfForecasts(),
    }


@dataclass(frozen=True)
class Backtest:
    """What every method said of every test week, and what happened.

    scores     by method, in the order of the weeks
    expected   by method, one array (A_w,) per test week
    happened   one array (A_w,) per test week
    """

    weeks: range
    scores: Mapping[str, list[WeekScore]]
    expected: Mapping[str, list[NDArray[np.float32]]]
    happened: list[NDArray[np.float32]] = field(repr=False)

    def pooled(self) -> dict[str, MethodScore]:
        """Every method over all weeks."""
        return {name: pool(weeks) for name, weeks in self.scores.items()}

    def verdict(self) -> Verdict:
        """The best learned against the best simple method, on the same weeks."""
        pooled = self.pooled()
        simple = _best([m for m in SIMPLE_METHODS if m in pooled], pooled)
        learned = _best([m for m in LEARNED_METHODS if m in pooled], pooled)
        at = SHARES.index(0.05)
        events = np.array([week.events for week in self.scores[simple]], dtype=float)
        more = np.array(
            [
                mine.catches[at].hits - other.catches[at].hits
                for mine, other in zip(self.scores[learned], self.scores[simple], strict=True)
            ]
        )
        chosen = min(pooled, key=lambda name: pooled[name].deviance)
        return Verdict(simple, learned, chosen, bootstrap_ratio(more, events))


@dataclass(frozen=True)
class Verdict:
    """Best simple and best learned method by hit rate at 5 %, and their paired difference.

    chosen  the method of least deviance, which writes the forecast
    gain    hit rate of the learned less that of the simple one, with its interval
    """

    best_simple: str
    best_learned: str
    chosen: str
    gain: Interval

    @property
    def simple_as_good(self) -> bool:
        """A simple mean finds the hotspots as well: the interval of the gain holds zero or less."""
        return self.gain.low <= 0


def _best(names: list[str], pooled: Mapping[str, MethodScore]) -> str:
    at = SHARES.index(0.05)
    return max(names, key=lambda name: pooled[name].shares[at].hit_rate.value)


def test_weeks(weeks: int, wanted: int | None = None) -> range:
    """The last weeks of a history to test on: at most half of it, 26 unless more are wanted."""
    count = min(wanted or MOST_TEST_WEEKS, weeks // 2)
    return range(weeks - count, weeks)


def training_weeks(week: int) -> range:
    """The weeks to learn from before a week: past a warm-up, at most the last two years."""
    warm_up = 26 if week > LONG_HISTORY_WEEKS else max(2, min(8, week // 2))
    return range(max(warm_up, week - MOST_TRAINING_WEEKS), week)


def run_backtest(
    table: FeatureTable,
    *,
    methods: Mapping[str, RegressorMixin] | None = None,
    weeks: range | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Forecast each test week; models are learned anew every 4 weeks (13 in a long history)."""
    history = table.history
    methods = default_methods() if methods is None else methods
    weeks = test_weeks(history.weeks) if weeks is None else weeks
    renew = 13 if history.weeks > LONG_HISTORY_WEEKS else 4
    scores: dict[str, list[WeekScore]] = {name: [] for name in methods}
    expected: dict[str, list[NDArray[np.float32]]] = {name: [] for name in methods}
    happened: list[NDArray[np.float32]] = []
    fitted: dict[str, RegressorMixin] = {}
    for step, week in enumerate(weeks):
        if step % renew == 0:
            rows = table.training(training_weeks(week))
            fitted = {
                name: clone(method).fit(rows.x, rows.y, week=rows.week)
                for name, method in methods.items()
            }
        x, then = table.rows(week), history.counts[history.known(week), week]
        happened.append(then)
        for name, method in fitted.items():
            counts: Vector = method.predict(x)
            events = int(history.totals[week])
            scores[name].append(score_week(week, counts, then.astype(float), events))
            expected[name].append(counts.astype(np.float32))
        if progress is not None:
            progress(step + 1, len(weeks))
    return Backtest(weeks, scores, expected, happened)
