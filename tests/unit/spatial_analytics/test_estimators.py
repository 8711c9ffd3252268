"""The estimators keep scikit-learn's contract and forecast what they say."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import parametrize_with_checks

from spatial_analytics.hotspots.additive import AdditiveCounts, poisson_weights
from spatial_analytics.hotspots.boosting import GradientBoostedCounts
from spatial_analytics.hotspots.estimators import (
    ExponentiallyWeightedMean,
    KernelDensity,
    LastWeek,
    MeanOfWeeks,
    SeasonalMean,
)
from spatial_analytics.hotspots.features import EXPOSURE, FeatureTable
from spatial_analytics.hotspots.history import build_history
from spatial_analytics.hotspots.horizon import default_methods
from spatial_analytics.hotspots.linear import LinearCounts
from tests.unit.spatial_analytics.synthetic import ORIGIN, city

LEARNED = ("linear", "additive", "gradient_boosting")


@pytest.fixture(scope="module")
def table() -> FeatureTable:
    return FeatureTable(build_history(city(weeks=30), ORIGIN, resolution=8))


# Trees of a hundred cells each are none on the few rows of these checks.
SMALL_TREES = GradientBoostedCounts(min_samples_leaf=5, l2_regularization=0.0)


def known_to_fail(estimator) -> dict[str, str]:
    """What does not apply, and why."""
    if isinstance(estimator, GradientBoostedCounts):
        why = "classes of the columns and the least leaf count rows, not weights"
        return {"check_sample_weight_equivalence_on_dense_data": why}
    return {}


@parametrize_with_checks(
    [LinearCounts(), AdditiveCounts(), SMALL_TREES], expected_failed_checks=known_to_fail
)
def test_scikit_learns_own_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("name", list(default_methods()))
@pytest.mark.parametrize("horizon", [1, 4])
def test_contract(name, horizon, table):
    method = default_methods()[name]
    rows = table.training(range(8, 24 - horizon + 1), horizon)
    with pytest.raises(NotFittedError):
        method.predict(rows.x)
    assert method.fit(rows.x, rows.y, sample_weight=rows.weight, week=rows.week) is method
    expected = method.predict(table.rows(24, horizon))
    assert expected.shape == (table.history.known(24).sum(),)
    assert (expected > 0).all()
    assert np.isfinite(expected).all()
    again = clone(method).fit(rows.x, rows.y, sample_weight=rows.weight, week=rows.week)
    assert again.get_params().keys() == method.get_params().keys()
    assert again.predict(table.rows(24, horizon)) == pytest.approx(expected)
    # The level is right: the sum is near what happened in those weeks.
    weeks = len(np.unique(rows.week))
    assert expected.sum() == pytest.approx(rows.y.sum() / weeks, rel=0.35)


@pytest.mark.parametrize("name", LEARNED)
def test_a_row_of_weight_two_is_two_rows(name, table):
    rows = table.training(range(8, 20))
    twice = np.arange(len(rows.y)) % 3 == 0
    order = np.concatenate([np.arange(len(rows.y)), np.flatnonzero(twice)])
    method = default_methods()[name]
    doubled = clone(method).fit(rows.x.iloc[order], rows.y[order], week=rows.week[order])
    weighted = clone(method).fit(
        rows.x, rows.y, sample_weight=np.where(twice, 2.0, 1.0), week=rows.week
    )
    x = table.rows(24)
    # Trees bin by the rows, not by their weights: nearly the same is what can be had.
    tolerance = 0.1 if name == "gradient_boosting" else 1e-4
    assert weighted.predict(x).sum() == pytest.approx(doubled.predict(x).sum(), rel=tolerance)


@pytest.mark.parametrize("name", [*LEARNED, "gamma_poisson", "kernel_density"])
def test_a_week_worth_half_an_ordinary_one_brings_half(name, table):
    rows = table.training(range(8, 24))
    method = default_methods()[name].fit(rows.x, rows.y, week=rows.week)
    x = table.rows(24)
    half = x.assign(**{EXPOSURE: x[EXPOSURE] / 2})
    assert method.predict(half) == pytest.approx(method.predict(x) / 2, rel=1e-3, abs=1e-5)


def frame(**columns: list[float]) -> pd.DataFrame:
    size = len(next(iter(columns.values())))
    return pd.DataFrame({"weeks_ahead": [1.0] * size, "exposure": [1.0] * size, **columns})


def test_last_week_says_last_week_and_the_learned_floor_where_that_was_nothing():
    x = frame(mean_1=[2, 0, 0, 0], mean_8=[1, 0, 0, 0])
    method = LastWeek().fit(x, np.array([3.0, 0.0, 0.6, 0.0]))
    assert method.predict(x) == pytest.approx([2, 0.2, 0.2, 0.2], abs=1e-4)
    assert method.predict(x.assign(weeks_ahead=4.0)) == pytest.approx([8, 0.8, 0.8, 0.8], abs=1e-4)


def test_a_silent_cell_never_ranks_above_one_with_a_case():
    x = frame(mean_8=[0.125, 0.0])
    method = MeanOfWeeks(8).fit(x, np.array([0.0, 5.0]))
    loud, silent = method.predict(x)
    assert loud >= silent


def test_the_season_is_that_of_the_span_ahead():
    x = frame(season_1=[1.0, 2.0], season_4=[3.0, 4.0])
    assert SeasonalMean().fit(x, np.ones(2)).predict(x) == pytest.approx([1, 2])
    x = x.assign(weeks_ahead=4.0)
    assert SeasonalMean().fit(x, np.ones(2)).predict(x) == pytest.approx([12, 16])


def test_the_half_life_is_the_one_that_catches_most():
    # One per cent and five per cent of 20 cells are one cell: the slow mean points at the right one.
    fast, slow = np.zeros(20), np.zeros(20)
    fast[3], slow[7] = 5, 5
    y = np.zeros(20)
    y[7] = 9
    x = frame(smooth_1=fast.tolist(), smooth_52=slow.tolist())
    method = ExponentiallyWeightedMean(half_lives=(1, 52)).fit(x, y)
    assert method.half_life_ == 52


def test_the_kernel_is_the_one_that_expects_what_happened():
    narrow, wide = [4.0, 0.1, 0.1], [1.4, 1.4, 1.4]
    x = frame(**{"kernel_0.5_8": narrow, "kernel_1.3_8": wide})
    method = KernelDensity(bandwidths=(0.5, 1.3), half_lives=(8,))
    assert method.fit(x, np.array([4.0, 0.0, 0.0])).predict(x) == pytest.approx(narrow)
    assert method.fit(x, np.array([1.0, 2.0, 1.0])).predict(x) == pytest.approx(wide)


def test_weights_are_found_again():
    draw = np.random.default_rng(3)
    members = draw.gamma(1.0, 1.0, (40_000, 3))
    y = draw.poisson(members @ np.array([0.6, 0.0, 0.3])).astype(float)
    some = y > 0
    found = poisson_weights(members[some], y[some], members.sum(axis=0))
    assert found == pytest.approx([0.6, 0.0, 0.3], abs=0.03)
