# ruff: noqa: N803 - X is the name that scikit-learn gives it
"""Learned forecasts in scikit-learn's contract: gradient boosting, and a stack with the smooth ones."""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from spatial_analytics.hotspots.estimators import (
    LEAST_EXPECTED,
    ExponentiallyWeightedMean,
    Vector,
    Weeks,
)
from spatial_analytics.hotspots.features import WEEK_COLUMNS
from spatial_analytics.hotspots.measures import poisson_deviance

OFFSET = "shrunk"
ROWS_BEFORE_THINNING = 2_000_000
ZEROS_KEPT = 0.05
ROWS_FOR_THREADS = 300_000
LONG_TRAINING_WEEKS = 52
ROUNDS_PER_WEEK = 2
CLASSES = 128


class GradientBoostedCounts(RegressorMixin, BaseEstimator):
    """Histogram gradient boosting under Poisson loss, as a factor on the shrunken rate of the cell.

    y / rate with weight rate under Poisson loss is the same likelihood as an offset log(rate).  How
    much it may learn follows the number of weeks seen, for all cells share a week's weather: with less
    than a year there are fewer and smaller trees, and neither season nor the city's level is a feature.
    Over `ROWS_BEFORE_THINNING` rows only a weighted 5 % of the rows without a case are learned from.
    """

    model_: HistGradientBoostingRegressor
    columns_: list[str]
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

    def fit(self, X: pd.DataFrame, y: Vector, week: Weeks | None = None) -> Self:
        """Learn from rows (n, F) and counts (n,)."""
        seen = LONG_TRAINING_WEEKS if week is None else len(np.unique(week))
        long = seen >= LONG_TRAINING_WEEKS
        self.columns_ = [name for name in X.columns if long or name not in WEEK_COLUMNS]
        rows, weight = self._thinned(y)
        rate = self._rate(X)[rows]
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
        values = X[self.columns_].to_numpy(dtype=np.float32)[rows]
        self.edges_ = [_edges(values[:, column]) for column in range(values.shape[1])]
        with _threads(len(rows)):
            self.model_.fit(self._coded(values), y[rows] / rate, sample_weight=rate * weight)
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X: pd.DataFrame) -> Vector:
        """Expected counts, shape (n,)."""
        check_is_fitted(self, "model_")
        coded = self._coded(X[self.columns_].to_numpy(dtype=np.float32))
        with _threads(len(X)):
            expected: Vector = self.model_.predict(coded) * self._rate(X)
        return np.maximum(expected, LEAST_EXPECTED / 10)

    def _coded(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Each value by the number of its class: few distinct values keep the library's own binning
        from computing weighted percentiles one by one, which took longer than all the trees."""
        columns = [
            np.where(np.isnan(column), np.nan, np.searchsorted(edges, column))
            for edges, column in zip(self.edges_, values.T, strict=True)
        ]
        return np.column_stack(columns).astype(np.float32)

    @staticmethod
    def _rate(X: pd.DataFrame) -> Vector:
        rate: Vector = np.maximum(X[OFFSET].to_numpy(dtype=float), 1e-4)
        return rate

    def _thinned(self, y: Vector) -> tuple[NDArray[np.int64], Vector]:
        if len(y) <= ROWS_BEFORE_THINNING:
            return np.arange(len(y)), np.ones(len(y))
        drawn = np.random.default_rng(self.random_state).random(len(y)) < ZEROS_KEPT
        rows = np.flatnonzero((y > 0) | drawn)
        return rows, np.where(y[rows] > 0, 1.0, 1.0 / ZEROS_KEPT)


def _edges(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bounds of up to `CLASSES` classes of equal size, missing values apart."""
    present = values[~np.isnan(values)]
    if not len(present):
        return np.empty(0, dtype=np.float32)
    return np.unique(np.quantile(present, np.linspace(0, 1, CLASSES)[1:-1])).astype(np.float32)


def _threads(rows: int) -> threadpool_limits:
    """One thread for small data: on busy cores threads that wait for each other cost many times more."""
    return threadpool_limits(1 if rows < ROWS_FOR_THREADS else None)


class StackOfForecasts(RegressorMixin, BaseEstimator):
    """A weighted sum of gradient boosting and the smooth means, or their plain mean.

    Weights are non-negative and come from the last `validation_weeks` weeks, which the boosting behind
    them has not seen; whether weights or the plain mean are used is decided by weighting each of those
    weeks from the ones before it.  Then the boosting is learned again from all weeks.
    """

    weights_: Vector
    learned_: GradientBoostedCounts
    smooth_: ExponentiallyWeightedMean

    def __init__(
        self, learned: GradientBoostedCounts | None = None, validation_weeks: int = 8
    ) -> None:
        self.learned = learned
        self.validation_weeks = validation_weeks

    def fit(self, X: pd.DataFrame, y: Vector, week: Weeks) -> Self:
        """Learn members, then weights, in the order of time."""
        numbers = np.unique(week)
        held = numbers[-min(self.validation_weeks, max(1, len(numbers) // 3)) :]
        late = np.isin(week, held)
        if len(numbers) > 1:
            self._fit_members(X[~late], y[~late], week[~late])
            members = self._members(X[late])
            self.weights_ = choose_weights(members, y[late], week[late])
        else:
            self.weights_ = np.full(len(self.member_names), 1 / len(self.member_names))
        self._fit_members(X, y, week)
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X: pd.DataFrame) -> Vector:
        """Expected counts, shape (n,)."""
        check_is_fitted(self, "weights_")
        return np.maximum(self._members(X) @ self.weights_, LEAST_EXPECTED / 10)

    @property
    def member_names(self) -> list[str]:
        """What the weights belong to."""
        return ["gradient_boosting", "exponential_mean", "shrunk", "kernel_0.6_52"]

    def _fit_members(self, X: pd.DataFrame, y: Vector, week: Weeks) -> None:
        learned = self.learned if self.learned is not None else GradientBoostedCounts()
        self.learned_ = clone(learned).fit(X, y, week)
        self.smooth_ = ExponentiallyWeightedMean().fit(X, y, week)

    def _members(self, X: pd.DataFrame) -> Vector:
        columns = [X[name].to_numpy(dtype=float) for name in self.member_names[2:]]
        return np.column_stack([self.learned_.predict(X), self.smooth_.predict(X), *columns])


def choose_weights(members: Vector, y: Vector, week: Weeks) -> Vector:
    """Weights of K members (n, K): learned ones or equal ones, whichever forecast the later weeks."""
    equal = np.full(members.shape[1], 1 / members.shape[1])
    numbers = np.unique(week)
    gain = 0.0
    for number in numbers[1:]:
        before, now = week < number, week == number
        weights = poisson_weights(members[before], y[before])
        gain += float(
            poisson_deviance(y[now], members[now] @ equal).sum()
            - poisson_deviance(y[now], members[now] @ weights).sum()
        )
    return poisson_weights(members, y) if gain > 0 else equal


def poisson_weights(members: Vector, y: Vector, rounds: int = 200) -> Vector:
    """Non-negative weights w (K,) that maximise the Poisson likelihood of y given members @ w.

    Expectation-maximisation; the problem is convex and every round raises the likelihood.
    """
    sums = np.maximum(members.sum(axis=0), 1e-12)
    weights = np.full(members.shape[1], y.sum() / sums.sum())
    positive = y > 0
    some, counts = members[positive], y[positive]
    before = -np.inf
    for _ in range(rounds):
        expected = some @ weights + 1e-12
        likelihood = float(counts @ np.log(expected) - sums @ weights)
        if likelihood - before < 1e-7 * abs(likelihood):
            break
        before = likelihood
        weights = weights * (some.T @ (counts / expected)) / sums
    return weights
