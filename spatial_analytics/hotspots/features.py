"""What was known of each cell before a week: the columns that the estimators learn from.

Every column of week w is computed from weeks before w only.  Rows are cells known before w.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial_analytics.hotspots.history import History

HALF_LIVES = (1, 2, 4, 8, 13, 26, 52)
MEANS = (1, 4, 8, 13, 52)
RING_HALF_LIVES = (1, 4, 13, 52)
KERNEL_BANDWIDTHS = (0.6, 1.2)
KERNEL_HALF_LIVES = (13, 52)
SHRINKAGE_WEEKS = 52
LEVEL_WEEKS = 8
WEEK_COLUMNS = ("season_sin", "season_cos", "city_1", "city_4", "city_4_to_13", "city_4_to_52")
YEAR_DAYS = 365.25

Array = NDArray[np.float32]


def mean_column(weeks: int) -> str:
    """Name of the column with the mean count of the last so many weeks."""
    return f"mean_{weeks}"


def smooth_column(half_life: int) -> str:
    """Name of the column with the exponentially weighted mean of a half-life in weeks."""
    return f"smooth_{half_life}"


class _Product(Protocol):
    def __matmul__(self, other: Array) -> Array: ...


@dataclass(frozen=True)
class TrainingRows:
    """Rows of several weeks under each other: features (n, F), counts (n,), week of each row (n,)."""

    x: pd.DataFrame
    y: NDArray[np.float64]
    week: NDArray[np.int64]


class FeatureTable:
    """All columns for weeks 0 … T of a history; (C, T + 1) arrays, made once."""

    def __init__(self, history: History) -> None:
        self.history = history
        self._cell_columns = _cell_columns(history)
        self._week_columns = _week_columns(history)

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [*self._cell_columns, *self._week_columns, "east_km", "north_km"]

    def rows(self, week: int) -> pd.DataFrame:
        """Features of the cells known before a week, in the order of `history.known(week)`."""
        known = self.history.known(week)
        columns = {name: values[known, week] for name, values in self._cell_columns.items()}
        size = int(known.sum())
        for name, values in self._week_columns.items():
            columns[name] = np.full(size, values[week], dtype=np.float32)
        metres = self.history.grid.metres[known].astype(np.float32) / 1000
        columns["east_km"], columns["north_km"] = metres[:, 0], metres[:, 1]
        return pd.DataFrame(columns, copy=False)

    def training(self, weeks: range) -> TrainingRows:
        """Rows and what then happened, for weeks that have passed."""
        history = self.history
        parts = [self.rows(week) for week in weeks]
        happened = [history.counts[history.known(week), week] for week in weeks]
        number = np.repeat(np.array(weeks, dtype=np.int64), [len(part) for part in parts])
        x = pd.concat(parts, ignore_index=True)
        return TrainingRows(x, np.concatenate(happened).astype(np.float64), number)


def _cell_columns(history: History) -> dict[str, Array]:
    counts, grid = history.counts, history.grid
    columns: dict[str, Array] = {}
    for weeks in MEANS:
        columns[mean_column(weeks)] = trailing_mean(counts, weeks)
    for half_life in HALF_LIVES:
        columns[smooth_column(half_life)] = exponential_mean(counts, half_life)
    for distance, ring in zip((1, 2), grid.rings[:2], strict=True):
        size = np.maximum(np.asarray(ring.sum(axis=1)).reshape(-1, 1), 1).astype(np.float32)
        for half_life in RING_HALF_LIVES if distance == 1 else (4, 52):
            smooth = columns[smooth_column(half_life)]
            columns[f"ring{distance}_{half_life}"] = _times(ring, smooth) / size
    for bandwidth in KERNEL_BANDWIDTHS:
        kernel = grid.kernel(bandwidth)
        for half_life in KERNEL_HALF_LIVES:
            density = _times(kernel, columns[smooth_column(half_life)])
            columns[f"kernel_{bandwidth}_{half_life}"] = density
    columns["shrunk"] = shrunken_rate(history)
    columns["weeks_since_last"] = _weeks_since_last(counts)
    columns["last_year"] = _last_year(counts)
    return columns


def _times(matrix: _Product, values: Array) -> Array:
    return np.asarray(matrix @ values, dtype=np.float32)


def trailing_mean(counts: Array, weeks: int) -> Array:
    """Mean count of up to `weeks` weeks before each week, (C, T) -> (C, T + 1); 0 before any."""
    total = np.cumsum(counts, axis=1, dtype=np.float64)
    total = np.concatenate([np.zeros((len(counts), 1)), total], axis=1)
    result = np.zeros_like(total)
    for week in range(1, total.shape[1]):
        span = min(weeks, week)
        result[:, week] = (total[:, week] - total[:, week - span]) / span
    return result.astype(np.float32)


def exponential_mean(counts: Array, half_life: float) -> Array:
    """Mean of the past with weights that halve every `half_life` weeks, (C, T) -> (C, T + 1)."""
    keep = 0.5 ** (1.0 / half_life)
    result = np.zeros((len(counts), counts.shape[1] + 1), dtype=np.float32)
    total, weight = np.zeros(len(counts)), 0.0
    for week in range(counts.shape[1]):
        total = keep * total + counts[:, week]
        weight = keep * weight + 1.0
        result[:, week + 1] = total / weight
    return result


def shrunken_rate(history: History) -> Array:
    """Gamma-Poisson rate of each cell, drawn towards its neighbours' mean; (C, T + 1).

    The prior mean is the mean of two rings, itself drawn towards the city's; its strength comes from
    the method of moments over the known cells (Clayton and Kaldor 1987); the sum is set to the level
    of the last eight weeks.
    """
    counts, (ring1, ring2) = history.counts, history.grid.rings[:2]
    size = (ring1.sum(axis=1) + 0.5 * ring2.sum(axis=1)).reshape(-1)
    result = np.full((len(counts), history.weeks + 1), 1e-3, dtype=np.float32)
    for week in range(1, history.weeks + 1):
        known = history.known(week)
        if not known.any():
            continue
        span = min(SHRINKAGE_WEEKS, week)
        past = counts[:, week - span : week].sum(axis=1, dtype=np.float64)
        city = max(past[known].mean(), 1e-9)
        prior = (ring1 @ past + 0.5 * (ring2 @ past) + 2 * city) / ((size + 2) * span)
        rate = past / span
        excess = np.mean((rate[known] - prior[known]) ** 2 - prior[known] / span)
        shape = float(np.clip(np.mean(prior[known] ** 2) / max(excess, 1e-9), 0.02, 50.0))
        posterior = (shape + past) / (shape / prior + span)
        level = min(LEVEL_WEEKS, week)
        recent = counts[known, week - level : week].sum(dtype=np.float64) / level
        result[:, week] = posterior * (recent / max(posterior[known].sum(), 1e-9))
    return np.maximum(result, np.float32(1e-4))


def _weeks_since_last(counts: Array) -> Array:
    result = np.full((len(counts), counts.shape[1] + 1), np.nan, dtype=np.float32)
    for week in range(counts.shape[1]):
        result[:, week + 1] = np.where(counts[:, week] > 0, 1, result[:, week] + 1)
    return result


def _last_year(counts: Array) -> Array:
    """Mean of the three weeks around the same week one year ago; -1 in the first year."""
    result = np.full((len(counts), counts.shape[1] + 1), -1, dtype=np.float32)
    for week in range(53, counts.shape[1] + 1):
        result[:, week] = counts[:, week - 53 : week - 50].mean(axis=1)
    return result


def _week_columns(history: History) -> dict[str, Array]:
    """Season and level of the city, one value per week, (T + 1,)."""
    weeks = history.weeks
    days = [history.start_of(week) for week in range(weeks + 1)]
    of_year = np.array([(day - day.astype("datetime64[Y]")).astype(int) for day in days])
    angle = 2 * np.pi * of_year / YEAR_DAYS
    known = np.array([max(int(history.known(week).sum()), 1) for week in range(weeks + 1)])
    totals = history.totals.astype(np.float32)[None, :]
    level = {span: trailing_mean(totals, span)[0] for span in (1, 4, 13, 52)}
    columns = {
        "season_sin": np.sin(angle),
        "season_cos": np.cos(angle),
        "city_1": level[1] / known,
        "city_4": level[4] / known,
        "city_4_to_13": level[4] / np.maximum(level[13], 1),
        "city_4_to_52": level[4] / np.maximum(level[52], 1),
    }
    return {name: values.astype(np.float32) for name, values in columns.items()}
