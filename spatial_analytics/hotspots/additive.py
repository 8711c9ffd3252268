# ruff: noqa: N803 - X is the name that scikit-learn gives it
"""Expected counts as a sum of non-negative shares of smooth means: Poisson, identity link."""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils import Tags
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from spatial_analytics.hotspots.features import (
    KERNEL_BANDWIDTHS,
    KERNEL_HALF_LIVES,
    RATE,
    kernel_column,
    season_column,
    smooth_column,
)
from spatial_analytics.hotspots.rates import Table, exposure_of

PARTS = (
    RATE,
    *(kernel_column(b, h) for b in KERNEL_BANDWIDTHS for h in KERNEL_HALF_LIVES),
    *(smooth_column(h) for h in (1, 4, 13, 52, 104)),
    "ring1_1",
    "ring1_4",
    "ring1_52",
    season_column(1),
)
LEAST = 1e-9

Vector = NDArray[np.float64]
Weeks = NDArray[np.int64]


class AdditiveCounts(RegressorMixin, BaseEstimator):
    """A constant and the columns `PARTS`, each with a non-negative weight, times the exposure."""

    weights_: Vector
    named_: bool

    def __init__(self, rounds: int = 200) -> None:
        self.rounds = rounds

    def fit(
        self,
        X: Table,
        y: Vector,
        sample_weight: Vector | None = None,
        week: Weeks | None = None,
    ) -> Self:
        """Learn the weights from rows (n, F) and counts (n,)."""
        self.named_ = isinstance(X, pd.DataFrame) and RATE in X.columns
        values, y = validate_data(self, X, y, y_numeric=True, ensure_all_finite=self._finite())
        if (y < 0).any() or (not self.named_ and (values < 0).any()):
            raise ValueError("Negative values in data passed to AdditiveCounts.")
        weight = _check_sample_weight(sample_weight, values, dtype=float)
        parts = self._parts(X, values)
        sums = (parts * weight[:, None]).sum(axis=0)
        some = y > 0
        self.weights_ = poisson_weights(parts[some], y[some], sums, weight[some], self.rounds)
        return self

    def predict(self, X: Table) -> Vector:
        """Expected counts, shape (n,)."""
        check_is_fitted(self, "weights_")
        values = validate_data(self, X, reset=False, ensure_all_finite=self._finite())
        return np.maximum(self._parts(X, values) @ self.weights_, LEAST)

    def _finite(self) -> bool | str:
        return "allow-nan" if self.named_ else True

    def _parts(self, X: Table, values: Vector) -> Vector:
        if isinstance(X, pd.DataFrame) and self.named_:
            values = X[list(PARTS)].to_numpy(dtype=float)
        whole = np.column_stack([np.ones(len(values)), values])
        return np.asarray(whole * np.reshape(exposure_of(X), (-1, 1)))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.positive_only = True
        tags.input_tags.positive_only = True
        return tags


def poisson_weights(
    members: Vector,
    y: Vector,
    sums: Vector,
    weight: Vector | None = None,
    rounds: int = 200,
    prior: Vector | None = None,
) -> Vector:
    """Non-negative weights w (K,) that maximise the Poisson likelihood of y given members @ w.

    members, y, weight  rows with y > 0: (n, K), (n,), (n,); rows without a case enter by `sums` alone
    sums                weighted sum of each member over all rows (K,)
    prior               cases (K,) that each member is taken to have explained beforehand: a gamma prior

    Expectation-maximisation; the problem is convex and every round raises the likelihood.
    """
    counts = y if weight is None else y * weight
    sums = np.maximum(sums, 1e-12)
    weights = np.full(members.shape[1], max(counts.sum(), 1e-12) / sums.sum())
    extra = np.zeros(members.shape[1]) if prior is None else prior
    whole = sums if prior is None else sums * (1 + extra.sum() / max(counts.sum(), 1e-12))
    before = -np.inf
    for _ in range(rounds):
        expected = members @ weights + 1e-12
        likelihood = float(
            counts @ np.log(expected) - whole @ weights + extra @ np.log(weights + 1e-12)
        )
        if likelihood - before < 1e-7 * abs(likelihood):
            break
        before = likelihood
        weights = (weights * (members.T @ (counts / expected)) + extra) / whole
    return weights
