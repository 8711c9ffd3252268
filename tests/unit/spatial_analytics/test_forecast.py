"""The whole way from cases to a forecast and its measurement."""

import numpy as np
import pytest

from spatial_analytics.hotspots.backtest import run_backtest, test_weeks, training_weeks
from spatial_analytics.hotspots.features import FeatureTable
from spatial_analytics.hotspots.forecast import (
    calibrate,
    calibration_error,
    chance_of_any,
    dispersion,
    forecast_next_week,
    study,
)
from spatial_analytics.hotspots.history import build_history
from spatial_analytics.hotspots.report import study_as_json, study_as_text
from tests.unit.spatial_analytics.synthetic import NOW, ORIGIN, city

test_weeks.__test__ = False  # a function of the product, not a test


@pytest.fixture(scope="module")
def result():
    return study(city(weeks=40), now=NOW, origin=ORIGIN, weeks=10)


def test_a_steady_city_is_forecast_far_better_than_by_last_week(result):
    pooled = result.backtest.pooled()
    at_five = {name: score.shares[1] for name, score in pooled.items()}
    assert at_five["stack"].hit_rate.value > at_five["last_week"].hit_rate.value
    assert pooled["stack"].deviance < pooled["last_week"].deviance
    assert at_five["stack"].pai.low > 3
    for share in at_five.values():
        assert share.hit_rate.low <= share.hit_rate.value <= share.hit_rate.high
        assert share.pei <= 1


def test_where_nothing_changes_a_simple_mean_does_as_well(result):
    assert result.backtest.verdict().simple_as_good
    assert "A simple mean does as well" in study_as_text(result)


def test_the_forecast_covers_the_known_cells_of_the_coming_week(result):
    forecast = forecast_next_week(result)
    assert len(forecast.cells) == result.history.known(result.history.weeks).sum()
    assert forecast.expected.sum() == pytest.approx(120, rel=0.25)
    assert ((forecast.p_any > 0) & (forecast.p_any < 1)).all()
    assert (forecast.lower <= forecast.upper).all()
    assert (forecast.upper >= np.floor(forecast.expected)).all()


def test_chances_are_calibrated(result):
    classes = calibrate(result.backtest, result.chosen)
    assert sum(one.cells for one in classes) == sum(len(y) for y in result.backtest.happened[1:])
    assert calibration_error(classes) < 0.05


def test_the_stored_figures(result):
    stored = study_as_json(result)
    assert stored["horizon_start"] == "2026-06-01"
    assert stored["test_weeks"] == 10
    assert set(stored["methods"]) == {
        "last_week",
        "mean_8",
        "mean_52",
        "exponential_mean",
        "gradient_boosting",
        "stack",
    }
    assert set(stored["methods"]["stack"]["hit_rate_5"]) == {"value", "low", "high"}


def test_a_test_week_does_not_touch_its_own_forecast():
    history = build_history(city(weeks=30), ORIGIN, resolution=8)
    weeks = range(26, 28)
    before = run_backtest(FeatureTable(history), weeks=weeks)
    history.counts[:, 26:] = 50
    after = run_backtest(FeatureTable(history), weeks=weeks)
    for name in before.expected:
        assert before.expected[name][0] == pytest.approx(after.expected[name][0])


def test_weeks_to_test_and_to_learn_from():
    assert test_weeks(104) == range(78, 104)
    assert test_weeks(26) == range(13, 26)
    assert test_weeks(26, 40) == range(13, 26)
    assert training_weeks(13) == range(6, 13)
    assert training_weeks(156) == range(52, 156)


def test_dispersion_and_chance():
    draw = np.random.default_rng(1)
    mean = np.full(200_000, 2.0, dtype=np.float32)
    shape = 1.5
    y = draw.negative_binomial(shape, shape / (shape + 2.0), 200_000).astype(np.float32)
    assert dispersion([y], [mean]) == pytest.approx(shape, rel=0.05)
    assert chance_of_any(np.array([2.0]), shape)[0] == pytest.approx((y > 0).mean(), abs=0.01)
    # Without any excess the chance is Poisson's.
    assert chance_of_any(np.array([0.7]), 1e4)[0] == pytest.approx(1 - np.exp(-0.7), abs=1e-4)
