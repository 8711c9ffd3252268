# ruff: noqa: N803 - X is the name that scikit-learn gives it
"""What the learned forecasts take from X: the rate they correct, its exposure, and comparable columns.

A table without names (scikit-learn's own checks pass such) has rate and exposure one.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import _check_sample_weight, validate_data

from spatial_analytics.hotspots.features import (
    EXPOSURE,
    FAR_RING_HALF_LIVES,
    HALF_LIVES,
    HORIZONS,
    KERNEL_BANDWIDTHS,
    KERNEL_HALF_LIVES,
    LEAST_RATE,
    MEANS,
    OTHER_HALF_LIVES,
    RATE,
    RING_HALF_LIVES,
    SEEN,
    kernel_column,
    mean_column,
    season_column,
    smooth_column,
)

PRIOR_CASES = 1.0

Vector = NDArray[np.float64]
Table = pd.DataFrame | NDArray[np.floating]


def checked_counts(
    estimator: BaseEstimator,
    X: Table,
    y: Vector,
    sample_weight: Vector | None,
    *,
    finite: bool | str,
) -> tuple[NDArray[Any], Vector, Vector]:
    """Values (n, F), counts (n,) and weights (n,) as scikit-learn's contract wants them checked. Raises ValueError."""
    values, y = validate_data(estimator, X, y, y_numeric=True, ensure_all_finite=finite)
    if (y < 0).any():
        raise ValueError("Counts below zero: some value(s) of y are out of the valid range.")
    return values, y, _check_sample_weight(sample_weight, values, dtype=float)


def exposure_of(X: Table) -> Vector | float:
    """Ordinary weeks that the forecast span is worth, (n,)."""
    if not isinstance(X, pd.DataFrame) or EXPOSURE not in X.columns:
        return 1.0
    return np.asarray(X[EXPOSURE], dtype=float)


def rate_of(X: Table) -> Vector | float:
    """Cases in an ordinary week as the gamma-Poisson rate has them, (n,)."""
    if not isinstance(X, pd.DataFrame) or RATE not in X.columns:
        return 1.0
    return np.asarray(np.maximum(np.asarray(X[RATE], dtype=float), LEAST_RATE))


@cache
def means_behind() -> dict[str, tuple[float, float]]:
    """Each column that is a mean of past counts: how many cells and weeks it is a mean of."""
    behind = {mean_column(span): (1.0, float(span)) for span in MEANS}
    behind["mean_all"] = 1.0, np.inf
    lives = sorted({*HALF_LIVES, *KERNEL_HALF_LIVES})
    behind |= {smooth_column(life): (1.0, _span(life)) for life in lives}
    behind |= {season_column(horizon): (1.0, horizon + 2.0) for horizon in HORIZONS}
    behind |= {f"ring1_{life}": (6.0, _span(life)) for life in RING_HALF_LIVES}
    behind |= {f"ring2_{life}": (12.0, _span(life)) for life in FAR_RING_HALF_LIVES}
    behind |= {
        kernel_column(bandwidth, life): (1 + 6 * math.exp(-0.5 / bandwidth**2), _span(life))
        for bandwidth in KERNEL_BANDWIDTHS
        for life in KERNEL_HALF_LIVES
    }
    return behind | {f"other_{life}": (1.0, _span(life)) for life in OTHER_HALF_LIVES}


def log_ratios(X: pd.DataFrame) -> Vector:
    """Means of past counts against the rate, on a log scale, (n, K).

    A mean of few weeks says little: both sides get one case more, so that a mean of n cell-weeks differs
    from the rate as log((n x + 1) / (n rate + 1)).
    """
    rate = rate_of(X)
    seen = np.maximum(X[SEEN].to_numpy(float), 1)
    found = []
    for name, (cells, weeks) in means_behind().items():
        if name in X.columns:
            span = cells * np.minimum(weeks, seen)
            mean = X[name].to_numpy(float)
            found.append(np.log((span * mean + PRIOR_CASES) / (span * rate + PRIOR_CASES)))
    return np.column_stack(found)


def _span(half_life: float) -> float:
    """Weeks of equal weight that know as much as weights of this half-life."""
    keep = math.pow(0.5, 1 / half_life)
    return (1 + keep) / (1 - keep)
