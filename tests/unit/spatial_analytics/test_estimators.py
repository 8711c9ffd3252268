"""The estimators keep scikit-learn's contract and forecast what they say."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from spatial_analytics.hotspots.backtest import default_methods
from spatial_analytics.hotspots.estimators import (
    ExponentiallyWeightedMean,
    LastWeek,
    MeanOfWeeks,
)
from spatial_analytics.hotspots.features import FeatureTable
from spatial_analytics.hotspots.history import build_history
from spatial_analytics.hotspots.learned import choose_weights, poisson_weights
from tests.unit.spatial_analytics.synthetic import ORIGIN, city


@pytest.fixture(scope="module")
def table() -> FeatureTable:
    return FeatureTable(build_history(city(weeks=30), ORIGIN, resolution=8))


@pytest.mark.parametrize("name", list(default_methods()))
def test_contract(name, table):
    method = default_methods()[name]
    rows = table.training(range(8, 24))
    with pytest.raises(NotFittedError):
        method.predict(rows.x)
    assert method.fit(rows.x, rows.y, week=rows.week) is method
    expected = method.predict(table.rows(24))
    assert expected.shape == (table.history.known(24).sum(),)
    assert (expected > 0).all()
    assert np.isfinite(expected).all()
    again = clone(method).fit(rows.x, rows.y, week=rows.week)
    assert again.get_params().keys() == method.get_params().keys()
    assert again.predict(table.rows(24)) == pytest.approx(expected)
    # The level is right: the sum is near what happened in those weeks.
    assert expected.sum() == pytest.approx(rows.y.sum() / 16, rel=0.35)


def frame(**columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame(columns)


def test_last_week_says_last_week_and_the_learned_floor_where_that_was_nothing():
    x = frame(mean_1=[2, 0, 0, 0], mean_8=[1, 0, 0, 0])
    method = LastWeek().fit(x, np.array([3.0, 0.0, 0.6, 0.0]))
    assert method.predict(x) == pytest.approx([2, 0.2, 0.2, 0.2])


def test_a_silent_cell_never_ranks_above_one_with_a_case():
    x = frame(mean_8=[0.125, 0.0])
    method = MeanOfWeeks(8).fit(x, np.array([0.0, 5.0]))
    loud, silent = method.predict(x)
    assert loud >= silent


def test_the_half_life_is_the_one_that_catches_most():
    # One per cent and five per cent of 20 cells are one cell: the slow mean points at the right one.
    fast, slow = np.zeros(20), np.zeros(20)
    fast[3], slow[7] = 5, 5
    y = np.zeros(20)
    y[7] = 9
    x = frame(smooth_1=fast.tolist(), smooth_52=slow.tolist())
    method = ExponentiallyWeightedMean(half_lives=(1, 52)).fit(x, y)
    assert method.half_life_ == 52


def test_weights_are_found_again():
    draw = np.random.default_rng(3)
    members = draw.gamma(1.0, 1.0, (40_000, 3))
    y = draw.poisson(members @ np.array([0.6, 0.0, 0.3])).astype(float)
    assert poisson_weights(members, y) == pytest.approx([0.6, 0.0, 0.3], abs=0.03)


def test_weights_that_do_not_carry_over_give_way_to_the_mean():
    draw = np.random.default_rng(4)
    week = np.repeat(np.arange(4), 300)
    members = draw.gamma(1.0, 1.0, (1200, 2))
    # Each week the other member is right: what was learned before is always wrong.
    right = members[np.arange(1200), week % 2]
    weights = choose_weights(members, draw.poisson(right).astype(float), week)
    assert weights == pytest.approx([0.5, 0.5])
