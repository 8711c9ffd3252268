# ruff: noqa: N803 - X is the name that scikit-learn gives it
"""Simple forecasts in scikit-learn's contract; every learned one is measured against these.

X is a DataFrame of `FeatureTable` columns, one row per cell and week; y the count of that week.  `fit`
also takes `week`, the week of each row, since order in time matters to every choice made inside.
"""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from spatial_analytics.hotspots.features import HALF_LIVES, mean_column, smooth_column
from spatial_analytics.hotspots.measures import SHARES, chosen_cells, hits

LEAST_EXPECTED = 1e-3

Vector = NDArray[np.float64]
Weeks = NDArray[np.int64]


class ColumnForecast(RegressorMixin, BaseEstimator):
    """Expects what one column says; where it says zero, what such cells had on average.

    The learned floor makes the Poisson deviance of a plain mean a fair opponent.
    """

    column_: str
    floor_: float

    def fit(self, X: pd.DataFrame, y: Vector, week: Weeks | None = None) -> Self:
        """Choose the column and learn the floor."""
        self.column_ = self._choose(X, y, week)
        silent = X[self.column_].to_numpy() == 0
        self.floor_ = max(float(y[silent].mean()) if silent.any() else 0.0, LEAST_EXPECTED)
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X: pd.DataFrame) -> Vector:
        """Expected counts, shape (n,)."""
        check_is_fitted(self, "column_")
        values = X[self.column_].to_numpy(dtype=float)
        return np.where(values == 0, min(self.floor_, _least(values)), values)

    def _choose(self, X: pd.DataFrame, y: Vector, week: Weeks | None) -> str:
        raise NotImplementedError


def _least(values: Vector) -> float:
    """The smallest count above zero: a silent cell never ranks above one with a case."""
    positive = values[values > 0]
    return float(positive.min()) if len(positive) else np.inf


class LastWeek(ColumnForecast):
    """As many as last week."""

    def _choose(self, X: pd.DataFrame, y: Vector, week: Weeks | None) -> str:
        return mean_column(1)


class MeanOfWeeks(ColumnForecast):
    """The mean of the last so many weeks."""

    def __init__(self, weeks: int = 8) -> None:
        self.weeks = weeks

    def _choose(self, X: pd.DataFrame, y: Vector, week: Weeks | None) -> str:
        return mean_column(self.weeks)


class ExponentiallyWeightedMean(ColumnForecast):
    """Weights that halve every so many weeks; the half-life is tuned on the hit rate of past weeks."""

    half_life_: int

    def __init__(self, half_lives: tuple[int, ...] = HALF_LIVES) -> None:
        self.half_lives = half_lives

    def _choose(self, X: pd.DataFrame, y: Vector, week: Weeks | None) -> str:
        week = np.zeros(len(y), dtype=np.int64) if week is None else week
        caught = {h: _caught(X[smooth_column(h)].to_numpy(float), y, week) for h in self.half_lives}
        self.half_life_ = max(caught, key=lambda half_life: caught[half_life])
        return smooth_column(self.half_life_)


def _caught(score: Vector, happened: Vector, week: Weeks) -> float:
    """Events caught at the measured shares of the area, summed over weeks."""
    total = 0.0
    for one in np.unique(week):
        rows = week == one
        for share in SHARES:
            total += hits(score[rows], happened[rows], chosen_cells(int(rows.sum()), share))
    return total
