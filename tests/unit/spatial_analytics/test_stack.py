"""The stack: which pool is used, at what level, by the weeks before only."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from spatial_analytics.hotspots.stack import POOLS, StackOfForecasts, pool_of

TWO = {"old": ("a",), "new": ("b",)}


def weeks_of(*, right: str, weeks: int = 8, cells: int = 400, seed: int = 5):
    """Members a and b, one of which expects what happens; X, y and week of each row."""
    draw = np.random.default_rng(seed)
    week = np.repeat(np.arange(weeks), cells)
    members = pd.DataFrame({name: draw.gamma(1.0, 1.0, len(week)) + 0.05 for name in "ab"})
    y = draw.poisson(members[right]).astype(float)
    return members, y, week


def test_a_pool_is_the_geometric_mean():
    x = pd.DataFrame({"a": [1.0, 4.0], "b": [4.0, 9.0]})
    assert pool_of(x, ("a", "b")) == pytest.approx([2, 6])


def test_the_default_stays_until_another_one_is_surely_better():
    members, y, week = weeks_of(right="b")
    stack = StackOfForecasts(TWO).fit(members, y, week=week)
    assert [stack.choice(w) for w in (0, 5, 6, 8)] == ["old", "old", "new", "new"]
    assert stack.predict(members[:3]) == pytest.approx(members["b"][:3], rel=0.2)
    members, y, week = weeks_of(right="a")
    assert StackOfForecasts(TWO).fit(members, y, week=week).choice() == "old"


def test_a_lead_by_chance_changes_nothing():
    members, y, week = weeks_of(right="a")
    members["b"] = members["a"] * np.where(week == 5, 0.97, 1.0)
    assert StackOfForecasts(TWO).fit(members, y, week=week).choice() == "old"


def test_the_level_follows_the_last_weeks_but_not_at_once():
    x = pd.DataFrame({"a": np.full(100, 2.0)})
    stack = StackOfForecasts({"one": ("a",)}, level_half_life=3, level_prior=2)
    stack.fit(x[:0], np.empty(0))
    said = []
    for week in range(12):
        said.append(stack.predict(x, week)[0])
        stack.partial_fit(x, np.full(100, 1.0), week)
    assert said[0] == 2
    assert all(later < earlier for earlier, later in pairwise(said))
    # Half as many as said, week after week; the belief in the level said is worth two weeks.
    age = np.arange(11)
    seen = (0.5 ** (age / 3)).sum()
    # What is believed beforehand is two weeks of what happened, on both sides.
    assert said[-1] == pytest.approx(2 * (seen + 2) / (2 * seen + 2))


def test_a_week_is_judged_by_weeks_whose_horizon_had_passed():
    members, y, week = weeks_of(right="b", weeks=30)
    stack = StackOfForecasts(TWO, horizon=4).fit(members, y, week=week)
    early = StackOfForecasts(TWO, horizon=4)
    known = week <= 20 - 4
    early.fit(members[known], y[known], week=week[known])
    x = members[week == 20]
    assert stack.predict(x, 20) == pytest.approx(early.predict(x, 20))
    # Twenty-four weeks of overlapping spans are worth six.
    assert stack.choice(26) == "old"
    assert stack.choice(27) == "new"
    # What a shorter horizon has learned holds until this one knows better.
    assert stack.choice(20, "new") == "new"


def test_its_parameters_are_scikit_learns():
    stack = StackOfForecasts(horizon=2, memory=26)
    assert clone(stack).get_params() == stack.get_params()
    assert {member for pool in POOLS.values() for member in pool} >= {"linear", "mean_52"}
