# ruff: noqa: N803 - X is the name that scikit-learn gives it
"""A generalised linear model of counts: Poisson, log link, offset log(rate x exposure)."""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import PoissonRegressor
from sklearn.preprocessing import StandardScaler
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from spatial_analytics.hotspots.features import OUTSIDE, RATE, WEEK_COLUMNS
from spatial_analytics.hotspots.rates import Table, checked_counts, exposure_of, log_ratios, rate_of

LONG_TRAINING_WEEKS = 52
FULL_TRAINING_WEEKS = 104
WIDEST = 6.0

Vector = NDArray[np.float64]
Weeks = NDArray[np.int64]


class LinearCounts(RegressorMixin, BaseEstimator):
    """Log of the expected count, linear in the logs of past means against the rate.

    alpha  penalty on the squared coefficients of standardised columns, when two years are learned from;
           it rises with the square of the lack, for the weeks, not the rows, say something new
    Season and level of the city are columns once a year has been seen: all cells share a week's.
    """

    model_: PoissonRegressor
    scaler_: StandardScaler
    week_columns_: list[str]

    def __init__(self, alpha: float = 1e-2, max_iter: int = 100) -> None:
        self.alpha = alpha
        self.max_iter = max_iter

    def fit(
        self,
        X: Table,
        y: Vector,
        sample_weight: Vector | None = None,
        week: Weeks | None = None,
    ) -> Self:
        """Learn from rows (n, F) and counts (n,)."""
        values, y, weight = checked_counts(self, X, y, sample_weight, finite=_finite(X))
        long = week is not None and len(np.unique(week)) >= LONG_TRAINING_WEEKS
        names = list(X.columns) if isinstance(X, pd.DataFrame) and RATE in X.columns else []
        self.week_columns_ = [
            name for name in names if long and (name in WEEK_COLUMNS or name.startswith(OUTSIDE))
        ]
        columns = self._columns(X, values)
        self.scaler_ = StandardScaler().fit(columns, sample_weight=weight)
        offset = rate_of(X) * exposure_of(X) * np.ones(len(values))
        weeks = FULL_TRAINING_WEEKS if week is None else len(np.unique(week))
        alpha = self.alpha * max(1.0, FULL_TRAINING_WEEKS / weeks) ** 2
        self.model_ = PoissonRegressor(
            alpha=alpha, solver="newton-cholesky", max_iter=self.max_iter
        )
        # A first step that goes too far overflows and is halved.
        with np.errstate(over="ignore", invalid="ignore"):
            self.model_.fit(self._scaled(columns), y / offset, sample_weight=offset * weight)
        self.n_iter_ = self.model_.n_iter_
        return self

    def predict(self, X: Table) -> Vector:
        """Expected counts, shape (n,)."""
        check_is_fitted(self, "model_")
        values = validate_data(self, X, reset=False, ensure_all_finite=_finite(X))
        columns = self._scaled(self._columns(X, values))
        expected: Vector = self.model_.predict(columns) * rate_of(X) * exposure_of(X)
        return expected

    def _columns(self, X: Table, values: Vector) -> Vector:
        if not isinstance(X, pd.DataFrame) or RATE not in X.columns:
            return values
        own = [log_ratios(X), np.log(np.asarray(rate_of(X)))[:, None]]
        if self.week_columns_:
            own.append(np.nan_to_num(X[self.week_columns_].to_numpy(dtype=float)))
        return np.column_stack(own)

    def _scaled(self, columns: Vector) -> Vector:
        """Standardised, and no further out than what was often seen: a log link explodes there."""
        scaled: Vector = np.clip(self.scaler_.transform(columns), -WIDEST, WIDEST)
        return scaled

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.positive_only = True
        tags.input_tags.allow_nan = False
        return tags


def _finite(X: Table) -> bool | str:
    """A `FeatureTable` may lack values in columns that are not used here; a plain array must not."""
    return "allow-nan" if isinstance(X, pd.DataFrame) and RATE in X.columns else True
