"""Rolling-origin backtest: each test week is forecast from the weeks before it, by every method.

Nothing of a test week, nor of a later one, touches what forecast it: half-lives, trees, the choice of the
stack and the chances come from weeks whose horizon had passed; the area is the cells known before.  The
same walk goes on to the forecast day, so that what writes the forecast is what was measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sklearn.base import RegressorMixin

from spatial_analytics.hotspots.features import HORIZONS, FeatureTable
from spatial_analytics.hotspots.horizon import (
    LONG_HISTORY_WEEKS,
    SIMPLE_METHODS,
    STACK,
    Forecast,
    HorizonForecaster,
)
from spatial_analytics.hotspots.measures import (
    SHARES,
    Interval,
    MethodScore,
    WeekScore,
    bootstrap_ratio,
    pool,
    score_week,
)

MOST_TEST_WEEKS = 26
WEEKS_BEFORE_TEST = 52
LARGE_WEEKS_BEFORE_TEST = 13
LEAST_WEEKS = 6
LEAST_TESTS = 3
LONG_WARM_UP = 40
RENEWED_AFTER = 4
LONG_RENEWED_AFTER = 13
LARGE_RENEWED_AFTER = 26

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
Array = NDArray[np.float32]


class StudyCancelled(Exception):
    """Whoever asked for the study does not want it any more."""


@dataclass(frozen=True)
class TestedWeek:
    """The chosen forecast of one test week and what happened; arrays (A,) over the known cells."""

    week: int
    choice: str
    expected: Array
    happened: Array
    p_any: Array
    p_unusual: Array
    unusual: NDArray[np.bool_]
    inside: NDArray[np.bool_]


@dataclass(frozen=True)
class Backtest:
    """One horizon: what every method said of every test week, and what happened.

    weeks      first weeks of the tested spans; of a horizon of several weeks the spans overlap
    scores     by method, in the order of the weeks; `stack` is the chosen forecast
    tested     the chosen forecast, in the order of the weeks
    """

    horizon: int
    weeks: range
    scores: Mapping[str, list[WeekScore]]
    tested: list[TestedWeek] = field(repr=False)

    def pooled(self) -> dict[str, MethodScore]:
        """Every method over all weeks."""
        return {name: pool(weeks) for name, weeks in self.scores.items()}

    def verdict(self) -> Verdict:
        """The chosen forecast against the best simple mean, on the same weeks."""
        pooled = self.pooled()
        at = SHARES.index(0.05)
        rate = {name: pooled[name].shares[at].hit_rate.value for name in SIMPLE_METHODS}
        simple = max(rate, key=lambda name: rate[name])
        events = np.array([week.events for week in self.scores[simple]], dtype=float)
        more = np.array(
            [
                mine.catches[at].hits - other.catches[at].hits
                for mine, other in zip(self.scores[STACK], self.scores[simple], strict=True)
            ]
        )
        least = min(pooled[name].deviance for name in SIMPLE_METHODS)
        return Verdict(
            best_simple=simple,
            gain=bootstrap_ratio(more, events),
            simple_hit_rate=rate[simple],
            deviance_saved=1 - pooled[STACK].deviance / max(least, 1e-12),
        )


@dataclass(frozen=True)
class Verdict:
    """The chosen forecast against the simple means.

    best_simple      the simple mean of the best hit rate at 5 %, found with hindsight
    gain             hit rate of the chosen forecast less that one's, with its interval
    simple_hit_rate  hit rate of that one
    deviance_saved   share of the least deviance of any simple mean that the chosen forecast saves
    """

    best_simple: str
    gain: Interval
    simple_hit_rate: float
    deviance_saved: float

    @property
    def simple_as_good(self) -> bool:
        """A simple mean finds the hotspots as well: the interval of the gain holds zero or less."""
        return self.gain.low <= 0

    @property
    def simple_better(self) -> bool:
        """It finds them better: the whole interval lies at or below zero."""
        return self.gain.value < 0 and self.gain.high <= 0


def test_weeks(weeks: int, wanted: int | None = None, horizon: int = 1) -> range:
    """The last weeks of a history to test on: at most half of it, 26 unless more are wanted."""
    count = max(LEAST_TESTS, min(wanted or MOST_TEST_WEEKS, weeks // 2))
    last = weeks - horizon + 1
    return range(max(last - count, LEAST_WEEKS + horizon), last)


def weeks_needed(horizon: int) -> int:
    """The shortest history in which a horizon can be learned and tested."""
    return LEAST_WEEKS + LEAST_TESTS + 2 * horizon - 1


@dataclass(frozen=True)
class Walk:
    """What came out: measured figures and what is ready to forecast, by ascending horizon."""

    backtests: Mapping[int, Backtest]
    forecasters: Mapping[int, HorizonForecaster] = field(repr=False)

    def choices(self, week: int) -> dict[int, str]:
        """The pool of each horizon for a week: the shorter horizon's unless another is surely better."""
        found: dict[int, str] = {}
        shorter: str | None = None
        for horizon, forecaster in self.forecasters.items():
            shorter = found[horizon] = forecaster.stack.choice(week, shorter)
        return found


def run_backtest(
    table: FeatureTable,
    *,
    horizons: tuple[int, ...] = HORIZONS,
    methods: Mapping[str, RegressorMixin] | None = None,
    weeks: int | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Walk:
    """Walk from the first week that can be forecast to the forecast day.

    Members learn anew every 4 weeks, every 13 in a history longer than 60, every 26 where rows are
    drawn, and on the forecast day.  Raises `StudyCancelled`.
    """
    history = table.history
    forecasters = {horizon: HorizonForecaster(horizon, methods) for horizon in horizons}
    tested = {horizon: test_weeks(history.weeks, weeks, horizon) for horizon in horizons}
    scores: dict[int, dict[str, list[WeekScore]]] = {horizon: {} for horizon in horizons}
    kept: dict[int, list[TestedWeek]] = {horizon: [] for horizon in horizons}
    steps = range(_first(table, min(span[0] for span in tested.values())), history.weeks)
    renew = _renewed_after(table)
    for step, week in enumerate(steps):
        shorter: str | None = None
        for horizon, forecaster in forecasters.items():
            if cancelled is not None and cancelled():
                raise StudyCancelled
            if week + horizon > history.weeks:
                continue
            if step % renew == 0 or not forecaster.fitted:
                forecaster.learn(table, week)
            said = forecaster.forecast(table, week, shorter)
            shorter = said.choice
            happened = history.happened(week, horizon)
            if week in tested[horizon]:
                events = int(history.totals[week : week + horizon].sum())
                _score(scores[horizon], said, happened, events)
                kept[horizon].append(_tested(said, happened))
            forecaster.remember(said, happened)
        if progress is not None:
            progress(step + 1, len(steps) + len(horizons))
    for done, forecaster in enumerate(forecasters.values(), start=1):
        if cancelled is not None and cancelled():
            raise StudyCancelled
        forecaster.learn(table, history.weeks)
        if progress is not None:
            progress(len(steps) + done, len(steps) + len(horizons))
    backtests = {h: Backtest(h, tested[h], scores[h], kept[h]) for h in horizons}
    return Walk(backtests, forecasters)


def _first(table: FeatureTable, first_test: int) -> int:
    """The first week walked: the stack and the chances want some weeks before the first test week.

    A quarter of a year is enough where a week has very many cells.
    """
    weeks = table.history.weeks
    warm_up = LONG_WARM_UP if weeks > LONG_HISTORY_WEEKS else max(LEAST_WEEKS, weeks // 4)
    before = LARGE_WEEKS_BEFORE_TEST if table.draws else WEEKS_BEFORE_TEST
    return max(first_test - before, min(warm_up, first_test))


def _renewed_after(table: FeatureTable) -> int:
    if table.draws:
        return LARGE_RENEWED_AFTER
    return LONG_RENEWED_AFTER if table.history.weeks > LONG_HISTORY_WEEKS else RENEWED_AFTER


def _score(
    scores: dict[str, list[WeekScore]], said: Forecast, happened: NDArray[np.float64], events: int
) -> None:
    for name in said.members.columns:
        counts = said.members[name].to_numpy()
        scores.setdefault(name, []).append(score_week(said.week, counts, happened, events))
    scores.setdefault(STACK, []).append(score_week(said.week, said.expected, happened, events))


def _tested(said: Forecast, happened: NDArray[np.float64]) -> TestedWeek:
    chances = said.chances
    return TestedWeek(
        week=said.week,
        choice=said.choice,
        expected=said.expected.astype(np.float32),
        happened=happened.astype(np.float32),
        p_any=chances.p_any.astype(np.float32),
        p_unusual=chances.p_unusual.astype(np.float32),
        unusual=happened >= chances.unusual_from,
        inside=(happened >= chances.lower) & (happened <= chances.upper),
    )
