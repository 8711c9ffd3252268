# ruff: noqa: N803 - X is the name that scikit-learn gives it
"""Simple and smooth forecasts in scikit-learn's contract; the learned ones are measured against these.

X is a DataFrame of `FeatureTable` columns, one row per cell and week; y the count of the horizon that
begins then.  `fit` also takes `sample_weight`, for rows that were drawn, and `week`, the week of each
row.  What these expect is a column of X, so that they need its names: the parts of scikit-learn's
`check_estimator` that pass nameless arrays do not apply to them.
"""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from spatial_analytics.hotspots.features import (
    AHEAD,
    EXPOSURE,
    HALF_LIVES,
    KERNEL_BANDWIDTHS,
    KERNEL_HALF_LIVES,
    RATE,
    kernel_column,
    mean_column,
    season_column,
    smooth_column,
)
from spatial_analytics.hotspots.measures import SHARES, poisson_deviance, weighted_hits

LEAST_EXPECTED = 1e-3

Vector = NDArray[np.float64]
Weeks = NDArray[np.int64]


class ColumnForecast(RegressorMixin, BaseEstimator):
    """Expects what one column says, for every week ahead; where it says zero, what such cells had.

    The learned floor makes the Poisson deviance of a plain mean a fair opponent.  It fades out as the
    column rises (v + f exp(-v / f) rises with v), so that the order of the cells is the column's.
    """

    column_: str
    floor_: float

    def fit(
        self,
        X: pd.DataFrame,
        y: Vector,
        sample_weight: Vector | None = None,
        week: Weeks | None = None,
    ) -> Self:
        """Choose the column and learn the floor."""
        weight = np.ones(len(y)) if sample_weight is None else sample_weight
        week = np.zeros(len(y), dtype=np.int64) if week is None else week
        self.column_ = self._choose(X, y, weight, week)
        silent = X[self.column_].to_numpy() == 0
        ahead = float((weight * X[AHEAD].to_numpy(float))[silent].sum())
        had = float((weight * y)[silent].sum())
        self.floor_ = max(had / ahead if ahead else 0.0, LEAST_EXPECTED)
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X: pd.DataFrame) -> Vector:
        """Expected counts, shape (n,)."""
        check_is_fitted(self, "column_")
        values = X[self.column_].to_numpy(dtype=float)
        filled = values + self.floor_ * np.exp(-values / self.floor_)
        return np.asarray(filled * X[AHEAD].to_numpy(dtype=float))

    def _choose(self, X: pd.DataFrame, y: Vector, weight: Vector, week: Weeks) -> str:
        raise NotImplementedError


class LastWeek(ColumnForecast):
    """As many as last week."""

    def _choose(self, X: pd.DataFrame, y: Vector, weight: Vector, week: Weeks) -> str:
        return mean_column(1)


class MeanOfWeeks(ColumnForecast):
    """The mean of the last so many weeks."""

    def __init__(self, weeks: int = 8) -> None:
        self.weeks = weeks

    def _choose(self, X: pd.DataFrame, y: Vector, weight: Vector, week: Weeks) -> str:
        return mean_column(self.weeks)


class SeasonalMean(ColumnForecast):
    """The same weeks a year ago with one on either side; the mean of all weeks in the first year."""

    def _choose(self, X: pd.DataFrame, y: Vector, weight: Vector, week: Weeks) -> str:
        return season_column(int(X[AHEAD].iloc[0]))


class ExponentiallyWeightedMean(ColumnForecast):
    """Weights that halve every so many weeks; the half-life is tuned on the hit rate of past weeks."""

    half_life_: int

    def __init__(self, half_lives: tuple[int, ...] = HALF_LIVES) -> None:
        self.half_lives = half_lives

    def _choose(self, X: pd.DataFrame, y: Vector, weight: Vector, week: Weeks) -> str:
        caught = {
            half_life: _caught(X[smooth_column(half_life)].to_numpy(float), y, weight, week)
            for half_life in self.half_lives
        }
        self.half_life_ = max(caught, key=lambda half_life: caught[half_life])
        return smooth_column(self.half_life_)


def _caught(score: Vector, happened: Vector, weight: Vector, week: Weeks) -> float:
    """Events caught at the measured shares of the area, summed over weeks."""
    order = np.argsort(week, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(week[order])) + 1)
    return sum(
        weighted_hits(score[rows], happened[rows], weight[rows], share)
        for rows in parts
        for share in SHARES
    )


class GammaPoissonRate(RegressorMixin, BaseEstimator):
    """The cell's rate drawn towards its neighbours', at the level of the city (`FeatureTable`)."""

    column_: str

    def fit(
        self,
        X: pd.DataFrame,
        y: Vector,
        sample_weight: Vector | None = None,
        week: Weeks | None = None,
    ) -> Self:
        """Choose the column."""
        weight = np.ones(len(y)) if sample_weight is None else sample_weight
        self.column_ = self._choose(X, y, weight)
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X: pd.DataFrame) -> Vector:
        """Expected counts, shape (n,)."""
        check_is_fitted(self, "column_")
        return np.asarray(X[self.column_].to_numpy(dtype=float) * X[EXPOSURE].to_numpy(dtype=float))

    def _choose(self, X: pd.DataFrame, y: Vector, weight: Vector) -> str:
        return RATE


class KernelDensity(GammaPoissonRate):
    """Kernel density of past cases; bandwidth (in cell spacings) and half-life of least deviance."""

    def __init__(
        self,
        bandwidths: tuple[float, ...] = KERNEL_BANDWIDTHS,
        half_lives: tuple[int, ...] = KERNEL_HALF_LIVES,
    ) -> None:
        self.bandwidths = bandwidths
        self.half_lives = half_lives

    def _choose(self, X: pd.DataFrame, y: Vector, weight: Vector) -> str:
        exposure = X[EXPOSURE].to_numpy(dtype=float)
        deviance = {
            name: float(weight @ poisson_deviance(y, X[name].to_numpy(dtype=float) * exposure))
            for name in (kernel_column(b, h) for b in self.bandwidths for h in self.half_lives)
        }
        return min(deviance, key=lambda name: deviance[name])
