"""The measures, on grids small enough to count by hand, and laws that hold on any grid."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spatial_analytics.hotspots.measures import (
    bootstrap_ratio,
    chosen_cells,
    hits,
    most_hits,
    poisson_deviance,
    pool,
    score_week,
)

SCORE = np.array([5.0, 4.0, 3.0, 3.0, 3.0, 1.0, 0.0, 0.0, 0.0, 0.0])
HAPPENED = np.array([2.0, 0.0, 3.0, 0.0, 0.0, 1.0, 4.0, 0.0, 0.0, 0.0])


@pytest.mark.parametrize(
    ("cells", "share", "chosen"),
    [(100, 0.05, 5), (101, 0.05, 6), (20, 0.05, 1), (3, 0.01, 1), (1000, 0.01, 10)],
)
def test_a_share_of_the_area_is_rounded_up_to_whole_cells(cells, share, chosen):
    assert chosen_cells(cells, share) == chosen


@pytest.mark.parametrize(("chosen", "caught"), [(1, 2), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6)])
def test_hits_share_ties_at_the_edge(chosen, caught):
    # Three cells tie at 3.0 with 3 events together: each place among them is worth 1.
    assert hits(SCORE, HAPPENED, chosen) == caught


def test_the_most_that_could_be_caught():
    assert [most_hits(HAPPENED, n) for n in (1, 2, 3, 4, 10)] == [4, 7, 9, 10, 10]


def test_a_week_by_hand():
    week = score_week(7, SCORE, HAPPENED, events=12)  # two events fell into unknown cells
    assert [(c.chosen, c.hits, c.most) for c in week.catches] == [(1, 2, 4), (1, 2, 4)]
    score = pool([week])
    five = score.shares[1]
    assert five.hit_rate.value == pytest.approx(2 / 12)
    assert five.pai.value == pytest.approx((2 / 12) / (1 / 10))
    assert five.pei == pytest.approx(2 / 4)
    assert score.bias == pytest.approx(19 / 12)


def test_deviance_by_hand():
    deviance = poisson_deviance(np.array([0.0, 2.0, 3.0]), np.array([0.5, 2.0, 1.0]))
    assert deviance == pytest.approx([1.0, 0.0, 2 * (3 * np.log(3) - 2)])


def test_the_interval_of_equal_weeks_has_no_width():
    interval = bootstrap_ratio([3, 3, 3, 3], [10, 10, 10, 10])
    assert (interval.value, interval.low, interval.high) == pytest.approx((0.3, 0.3, 0.3))


def test_the_interval_pools_weeks_by_their_events():
    interval = bootstrap_ratio([0, 90], [10, 90])
    assert interval.value == pytest.approx(0.9)
    assert interval.low == pytest.approx(0.0)
    assert interval.high == pytest.approx(1.0)


grids = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 5)), min_size=1, max_size=60).map(
    lambda rows: (np.array([r[0] for r in rows], float), np.array([r[1] for r in rows], float))
)


@settings(max_examples=150, deadline=None)
@given(grids, st.integers(1, 60))
def test_no_choice_beats_the_best_and_a_wider_one_never_catches_less(grid, chosen):
    score, happened = grid
    chosen = min(chosen, len(score))
    caught = hits(score, happened, chosen)
    assert 0 <= caught <= most_hits(happened, chosen) + 1e-9
    if chosen < len(score):
        assert hits(score, happened, chosen + 1) >= caught - 1e-9
    assert hits(score, happened, len(score)) == pytest.approx(happened.sum())


@settings(max_examples=100, deadline=None)
@given(grids, st.integers(1, 60))
def test_ties_give_what_a_random_order_gives_on_average_and_order_of_cells_does_not_matter(grid, n):
    score, happened = grid
    chosen = min(n, len(score))
    level = hits(np.zeros(len(score)), happened, chosen)
    assert level == pytest.approx(chosen * happened.mean())
    assert hits(score[::-1], happened[::-1], chosen) == pytest.approx(hits(score, happened, chosen))
    assert hits(happened, happened, chosen) == pytest.approx(most_hits(happened, chosen))


@settings(max_examples=100, deadline=None)
@given(grids)
def test_deviance_is_never_negative_and_zero_for_the_truth(grid):
    expected, happened = grid
    assert (poisson_deviance(happened, expected + 0.1) >= -1e-9).all()
    assert poisson_deviance(happened, happened) == pytest.approx(0, abs=1e-9)
