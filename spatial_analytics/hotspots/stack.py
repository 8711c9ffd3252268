# ruff: noqa: N803 - X is the name that scikit-learn gives it
"""The stack: pools of several forecasts, and which of them is used, decided by the weeks before.

A pool is the geometric mean of its members.  Its level follows what the last weeks had against what it
had said for them.  The default pool gives way to another one only where that one's lead in deviance over
the past weeks is larger than the lead's own standard error: between equals nothing is changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from spatial_analytics.hotspots.measures import poisson_deviance

POOLS: Mapping[str, tuple[str, ...]] = {
    "broad": ("mean_52", "kernel_density", "gamma_poisson", "additive", "gradient_boosting"),
    "cautious": ("mean_52", "gamma_poisson", "gradient_boosting"),
    "regressions": ("gamma_poisson", "linear", "additive", "gradient_boosting"),
    "learned": ("linear", "additive", "gradient_boosting"),
    "all": (
        "mean_52",
        "exponential_mean",
        "kernel_density",
        "gamma_poisson",
        "linear",
        "additive",
        "gradient_boosting",
    ),
    "mean_52": ("mean_52",),
    "exponential_mean": ("exponential_mean",),
}
LEAST_EXPECTED = 1e-6
MOST_SHIFT = 3.0

Vector = NDArray[np.float64]
Weeks = NDArray[np.int64]


@dataclass(frozen=True)
class _PastWeek:
    """What each pool said of a week before and after its level was set, and what the week had."""

    week: int
    happened: float
    said: Mapping[str, float]
    deviance: Mapping[str, float]


class StackOfForecasts(RegressorMixin, BaseEstimator):
    """One of the pools of member forecasts, at the level of the last weeks.

    X holds the members' forecasts, a column each by name, made without knowledge of what then happened;
    y is what happened.  Weeks are learned in the order of time, by `fit` or one after the other by
    `partial_fit`; a week w is judged with what was known of weeks up to w - horizon.

    standard_errors   lead, in its standard errors, from which another pool is used
    level_half_life   weeks after which what was said and what happened counts half for the level
    level_prior       weeks' worth of belief that the level said is right
    """

    past_: list[_PastWeek]

    def __init__(
        self,
        pools: Mapping[str, tuple[str, ...]] | None = None,
        *,
        horizon: int = 1,
        memory: int = 52,
        least_weeks: int = 6,
        standard_errors: float = 1.0,
        level_half_life: float = 3.0,
        level_prior: float = 2.0,
    ) -> None:
        self.pools = pools
        self.horizon = horizon
        self.memory = memory
        self.least_weeks = least_weeks
        self.standard_errors = standard_errors
        self.level_half_life = level_half_life
        self.level_prior = level_prior

    def fit(
        self,
        X: pd.DataFrame,
        y: Vector,
        sample_weight: Vector | None = None,
        week: Weeks | None = None,
    ) -> Self:
        """Forget, then learn week after week."""
        self.past_ = []
        week = np.zeros(len(y), dtype=np.int64) if week is None else week
        weight = np.ones(len(y)) if sample_weight is None else sample_weight
        for one in np.unique(week):
            rows = week == one
            self.partial_fit(X[rows], y[rows], int(one), weight[rows])
        self.n_features_in_ = X.shape[1]
        return self

    def partial_fit(
        self, X: pd.DataFrame, y: Vector, week: int, sample_weight: Vector | None = None
    ) -> Self:
        """Learn one more week."""
        if not hasattr(self, "past_"):
            self.past_ = []
        weight = np.ones(len(y)) if sample_weight is None else sample_weight
        said, deviance = {}, {}
        for name, members in self._pools().items():
            pooled = pool_of(X, members)
            said[name] = float(weight @ pooled)
            levelled = pooled * self._shift(name, week)
            deviance[name] = float(weight @ poisson_deviance(y, levelled))
        self.past_.append(_PastWeek(week, float(weight @ y), said, deviance))
        self.past_ = self.past_[-self.memory - self.horizon :]
        return self

    def predict(
        self, X: pd.DataFrame, week: int | None = None, default: str | None = None
    ) -> Vector:
        """Expected counts of one week, shape (n,); the week after the last one where none is given."""
        check_is_fitted(self, "past_")
        week = self._next() if week is None else week
        name = self.choice(week, default)
        return np.maximum(pool_of(X, self._pools()[name]) * self._shift(name, week), LEAST_EXPECTED)

    def choice(self, week: int | None = None, default: str | None = None) -> str:
        """The pool used for a week, by the weeks whose horizon had passed before it.

        default  what is used unless another one is surely better; the first pool where none is given
        """
        default = next(iter(self._pools())) if default is None else default
        past = self._before(self._next() if week is None else week)
        if len(past) < self.least_weeks * self.horizon:
            return default
        deviance = {name: np.array([one.deviance[name] for one in past]) for name in self._pools()}
        best = min(deviance, key=lambda name: deviance[name].sum())
        lead = deviance[default] - deviance[best]
        # Spans of several weeks overlap: so many fewer of them are independent.
        error = float(lead.std(ddof=1)) / np.sqrt(len(lead) / self.horizon)
        return best if lead.mean() > self.standard_errors * error else default

    def _pools(self) -> Mapping[str, tuple[str, ...]]:
        return POOLS if self.pools is None else self.pools

    def _next(self) -> int:
        return self.past_[-1].week + self.horizon if self.past_ else 0

    def _before(self, week: int) -> list[_PastWeek]:
        done = [one for one in self.past_ if one.week + self.horizon <= week]
        return done[-self.memory :]

    def _shift(self, name: str, week: int) -> float:
        """Factor on a pool: what the last weeks had over what it had said, drawn towards one."""
        past = self._before(week)
        if not past:
            return 1.0
        age = np.array([week - self.horizon - one.week for one in past])
        weight = 0.5 ** (age / self.level_half_life)
        happened = np.array([one.happened for one in past])
        said = np.array([one.said[name] for one in past])
        prior = self.level_prior * float(happened.mean())
        shift = (weight @ happened + prior) / max(float(weight @ said + prior), 1e-9)
        return float(np.clip(shift, 1 / MOST_SHIFT, MOST_SHIFT))


def pool_of(X: pd.DataFrame, members: tuple[str, ...]) -> Vector:
    """Geometric mean of some columns, (n,)."""
    logs = np.zeros(len(X))
    for name in members:
        logs += np.log(np.maximum(X[name].to_numpy(dtype=float), LEAST_EXPECTED))
    return np.exp(logs / len(members))
