"""Chances and bounds come true on counts that are drawn as they are taken to be."""

import numpy as np
import pytest

from spatial_analytics.hotspots.calibration import reliability
from spatial_analytics.hotspots.spread import CountSpread, chance_of, fit_shape, unusual_counts


def drawn(mean: np.ndarray, shape: float, seed: int) -> np.ndarray:
    draw = np.random.default_rng(seed)
    return draw.negative_binomial(shape, shape / (shape + mean)).astype(float)


def test_the_shape_is_found_again():
    mean = np.random.default_rng(1).gamma(0.7, 1.5, 100_000) + 0.01
    assert fit_shape(mean, drawn(mean, 1.5, 2)) == pytest.approx(1.5, rel=0.05)
    poisson = np.random.default_rng(3).poisson(mean).astype(float)
    assert fit_shape(mean, poisson) > 50


def test_chances():
    # Without any excess the chance is Poisson's.
    assert chance_of(1, np.array([0.7]), 1e4)[0] == pytest.approx(1 - np.exp(-0.7), abs=1e-4)
    y = drawn(np.full(200_000, 2.0), 1.5, 1)
    assert chance_of(1, np.array([2.0]), 1.5)[0] == pytest.approx((y > 0).mean(), abs=0.01)


def test_an_unusual_number_is_one_that_the_usual_level_seldom_reaches():
    usual = np.array([0.01, 1.0, 5.0, 40.0])
    edge = unusual_counts(usual, 2.0)
    assert edge[0] == 2
    assert (chance_of(edge, usual, 2.0) <= 0.025).all()
    assert (chance_of(edge[1:] - 1, usual[1:], 2.0) > 0.025).all()


@pytest.mark.parametrize("bias", [1.0, 1.3])
def test_what_is_said_comes_true_in_every_class_even_if_too_much_was_expected(bias):
    draw = np.random.default_rng(9)
    spread = CountSpread()
    for week in range(30):
        mean = draw.gamma(0.6, 1.0, 1500) + 0.005
        spread.remember(week, mean * bias, mean, drawn(mean, 1.2, 100 + week))
    mean = draw.gamma(0.6, 1.0, 200_000) + 0.005
    happened = drawn(mean, 1.2, 7)
    chances = spread.chances(30, mean * bias, mean)
    alone = np.arange(len(mean))
    for one in reliability(chances.p_any, happened > 0, alone):
        assert one.said == pytest.approx(one.happened, abs=0.02)
    for one in reliability(chances.p_unusual, happened >= chances.unusual_from, alone):
        assert one.said == pytest.approx(one.happened, abs=0.015)
    inside = (happened >= chances.lower) & (happened <= chances.upper)
    assert 0.9 <= inside.mean() <= 0.99
    order = np.argsort(mean)
    assert (np.diff(chances.p_any[order]) >= -1e-9).all()


def test_only_weeks_that_had_passed_count():
    spread, fewer = CountSpread(horizon=4), CountSpread(horizon=4)
    mean = np.full(1000, 0.5)
    for week in range(12):
        happened = drawn(mean * (3 if week > 8 else 1), 1.0, week)
        spread.remember(week, mean, mean, happened)
        if week <= 6:
            fewer.remember(week, mean, mean, happened)
    for name in ("p_any", "p_unusual", "lower", "upper"):
        left = getattr(spread.chances(10, mean, mean), name)
        assert left == pytest.approx(getattr(fewer.chances(10, mean, mean), name))
