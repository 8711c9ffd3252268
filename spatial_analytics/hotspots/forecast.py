"""Next week's expected cases per cell, with a chance and bounds, and the whole run from cases to cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom

from spatial_analytics.hotspots.backtest import (
    Backtest,
    Progress,
    default_methods,
    run_backtest,
    test_weeks,
    training_weeks,
)
from spatial_analytics.hotspots.events import Notice, clean_events
from spatial_analytics.hotspots.features import FeatureTable
from spatial_analytics.hotspots.history import History, build_history
from spatial_analytics.rules.events import Events

CODE_VERSION = "1"
BOUNDS = (0.05, 0.95)
CALIBRATION_CLASSES = 10
LEAST_SHAPE, MOST_SHAPE = 0.05, 1e4

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class CellForecast:
    """One value per known cell (A,): expected count, chance of at least one, 90 % bounds."""

    cells: NDArray[np.int64]
    expected: Vector
    p_any: Vector
    lower: NDArray[np.int64]
    upper: NDArray[np.int64]


@dataclass(frozen=True)
class Calibration:
    """Of cells given about this chance of a case, the share that had one."""

    cells: int
    said: float
    happened: float


@dataclass(frozen=True)
class Study:
    """A history, its backtest and the notices about what was set aside."""

    history: History
    table: FeatureTable
    backtest: Backtest
    notices: tuple[Notice, ...]

    @property
    def chosen(self) -> str:
        """Code of the method that writes the forecast."""
        return self.backtest.verdict().chosen


def study(
    events: Events,
    *,
    now: np.datetime64,
    origin: np.datetime64 | None = None,
    only: int | None = None,
    resolution: int | None = None,
    weeks: int | None = None,
    progress: Progress | None = None,
) -> Study:
    """Clean, count and backtest. Raises `UnusableHistory` where nothing can be learned."""
    clean = clean_events(events, now=now, origin=origin, only=only)
    history = build_history(clean.events, clean.origin, resolution)
    table = FeatureTable(history)
    tested = run_backtest(table, weeks=test_weeks(history.weeks, weeks), progress=progress)
    return Study(history, table, tested, clean.notices)


def forecast_next_week(result: Study) -> CellForecast:
    """Learn the chosen method from all weeks and forecast the one that begins at the origin."""
    history, week = result.history, result.history.weeks
    rows = result.table.training(training_weeks(week))
    method = default_methods()[result.chosen].fit(rows.x, rows.y, week=rows.week)
    expected: Vector = method.predict(result.table.rows(week))
    tested = result.backtest
    shape = dispersion(tested.happened, tested.expected[result.chosen])
    known = history.known(week)
    low, high = (nbinom.ppf(bound, shape, shape / (shape + expected)) for bound in BOUNDS)
    return CellForecast(
        cells=history.grid.cells[known],
        expected=expected,
        p_any=chance_of_any(expected, shape),
        lower=low.astype(np.int64),
        upper=high.astype(np.int64),
    )


def dispersion(
    happened: Sequence[NDArray[np.float32]], expected: Sequence[NDArray[np.float32]]
) -> float:
    """Shape r of a negative binomial with variance m + m2 / r, by moments over past forecasts."""
    y = np.concatenate(happened).astype(float)
    mean = np.concatenate(expected).astype(float)
    excess = float(((y - mean) ** 2 - mean).sum())
    return float(np.clip((mean**2).sum() / max(excess, 1e-9), LEAST_SHAPE, MOST_SHAPE))


def chance_of_any(expected: Vector, shape: float) -> Vector:
    """P(at least one) of a negative binomial with these means (A,)."""
    chance: Vector = 1.0 - (1.0 + expected / shape) ** -shape
    return chance


def calibrate(tested: Backtest, method: str) -> list[Calibration]:
    """Classes of equal size by the chance given; each week's shape comes from the weeks before it."""
    said: list[Vector] = []
    happened: list[NDArray[np.bool_]] = []
    for i in range(1, len(tested.happened)):
        shape = dispersion(tested.happened[:i], tested.expected[method][:i])
        said.append(chance_of_any(tested.expected[method][i].astype(float), shape))
        happened.append(tested.happened[i] > 0)
    if not said:
        return []
    chance, any_case = np.concatenate(said), np.concatenate(happened)
    parts = np.array_split(np.argsort(chance, kind="stable"), CALIBRATION_CLASSES)
    return [
        Calibration(len(part), float(chance[part].mean()), float(any_case[part].mean()))
        for part in parts
        if len(part)
    ]


def calibration_error(classes: Sequence[Calibration]) -> float:
    """Mean distance between the chance said and the share that happened, weighted by cells."""
    cells = sum(one.cells for one in classes)
    return sum(abs(one.said - one.happened) * one.cells for one in classes) / max(cells, 1)
