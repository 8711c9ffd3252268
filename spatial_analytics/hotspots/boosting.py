# ruff: noqa: N803 - X is the name that scikit-learn gives it
"""Gradient boosting of counts in scikit-learn's contract."""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from spatial_analytics.hotspots.features import GIVEN, OUTSIDE, WEEK_COLUMNS
from spatial_analytics.hotspots.rates import Table, checked_counts, exposure_of, rate_of

ROWS_FOR_THREADS = 300_000
LONG_TRAINING_WEEKS = 52
ROUNDS_PER_WEEK = 2
CLASSES = 128
LEAST_EXPECTED = 1e-6

Vector = NDArray[np.float64]
Weeks = NDArray[np.int64]


class GradientBoostedCounts(RegressorMixin, BaseEstimator):
    """Histogram gradient boosting under Poisson loss, as a factor on the gamma-Poisson rate.

    y / rate with weight rate under Poisson loss is the same likelihood as an offset log(rate).  How
    much it may learn follows the number of weeks seen, for all cells share a week's weather: with less
    than a year there are fewer and smaller trees, and neither season nor the city's level is a feature.
    """

    model_: HistGradientBoostingRegressor
    columns_: list[int]
    edges_: list[NDArray[np.float32]]

    def __init__(
        self,
        learning_rate: float = 0.05,
        max_iter: int = 150,
        max_leaf_nodes: int = 15,
        min_samples_leaf: int = 100,
        l2_regularization: float = 5.0,
        random_state: int = 0,
    ) -> None:
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.max_leaf_nodes = max_leaf_nodes
        self.min_samples_leaf = min_samples_leaf
        self.l2_regularization = l2_regularization
        self.random_state = random_state

    def fit(
        self,
        X: Table,
        y: Vector,
        sample_weight: Vector | None = None,
        week: Weeks | None = None,
    ) -> Self:
        """Learn from rows (n, F) and counts (n,)."""
        values, y, weight = checked_counts(self, X, y, sample_weight, finite="allow-nan")
        seen = LONG_TRAINING_WEEKS if week is None else len(np.unique(week))
        long = seen >= LONG_TRAINING_WEEKS
        names = X.columns if isinstance(X, pd.DataFrame) else [""] * values.shape[1]
        self.columns_ = [
            i
            for i, name in enumerate(names)
            if name not in GIVEN
            and (long or not (name in WEEK_COLUMNS or name.startswith(OUTSIDE)))
        ]
        offset = rate_of(X) * exposure_of(X) * np.ones(len(values))
        self.model_ = HistGradientBoostingRegressor(
            loss="poisson",
            learning_rate=self.learning_rate,
            max_iter=self.max_iter if long else min(self.max_iter, 20 + ROUNDS_PER_WEEK * seen),
            max_leaf_nodes=self.max_leaf_nodes if long else min(self.max_leaf_nodes, 7),
            min_samples_leaf=self.min_samples_leaf,
            l2_regularization=self.l2_regularization,
            early_stopping=False,
            random_state=self.random_state,
        )
        values = values[:, self.columns_].astype(np.float32)
        self.edges_ = [_edges(values[:, column]) for column in range(values.shape[1])]
        with _threads(len(y)):
            self.model_.fit(self._coded(values), y / offset, sample_weight=offset * weight)
        self.n_iter_ = self.model_.n_iter_
        return self

    def predict(self, X: Table) -> Vector:
        """Expected counts, shape (n,)."""
        check_is_fitted(self, "model_")
        values = validate_data(self, X, reset=False, ensure_all_finite="allow-nan")
        coded = self._coded(values[:, self.columns_].astype(np.float32))
        with _threads(len(coded)):
            expected: Vector = self.model_.predict(coded) * rate_of(X) * exposure_of(X)
        return np.maximum(expected, LEAST_EXPECTED)

    def _coded(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Each value by the number of its class: few distinct values keep the library's own binning
        from computing weighted percentiles one by one, which took longer than all the trees."""
        coded = np.empty_like(values)
        for i, edges in enumerate(self.edges_):
            column = values[:, i]
            coded[:, i] = np.where(np.isnan(column), np.nan, np.searchsorted(edges, column))
        return coded

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.positive_only = True
        tags.input_tags.allow_nan = True
        return tags


def _edges(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bounds of up to `CLASSES` classes of equal size, missing values apart."""
    present = values[~np.isnan(values)]
    if not len(present):
        return np.empty(0, dtype=np.float32)
    return np.unique(np.quantile(present, np.linspace(0, 1, CLASSES)[1:-1])).astype(np.float32)


def _threads(rows: int) -> threadpool_limits:
    """One thread for small data: on busy cores threads that wait for each other cost many times more."""
    return threadpool_limits(1 if rows < ROWS_FOR_THREADS else None)
