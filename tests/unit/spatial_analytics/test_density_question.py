"""What the density map is asked for, and whether a count has changed."""

from datetime import date
from math import comb

import numpy as np
import pytest

from spatial_analytics.rules.change import FALL, FEW, NONE, RISE, change_of, cut_off, p_values
from spatial_analytics.rules.density import PARAMETERS, read_density, steps
from spatial_analytics.rules.question import BadQuestion
from spatial_analytics.rules.rollups import ALL, ORGANISATION, TYPE, Window

TODAY = date(2026, 11, 26)


def ask(**query: str):
    return read_density(
        {name.rstrip("_"): text for name, text in query.items()}, today=TODAY, usual_days=365
    )


def test_days_end_today():
    question = ask(days="30")
    assert (question.begin, question.end) == (date(2026, 10, 28), TODAY)


def test_the_permalink_asks_the_same():
    for query in (
        {"days": "90", "group": "3"},
        {"from_": "2026-01-01", "to": "2026-03-31", "type": "hole", "channel": "web"},
        {"days": "7", "organisation": "2", "district": "5", "neighbourhood": "8"},
        {"days": "7", "measure": "residents", "compare": "year"},
    ):
        question = ask(**query)
        again = read_density(question.as_query(), today=TODAY, usual_days=1)
        assert again == question


def test_an_open_end():
    assert ask(from_="2026-11-01").end == TODAY
    assert ask(to="2026-03-31").begin == date(2025, 4, 1)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("days", "0"), ("days", "9999"), ("from", "2026-13-01"), ("from", "1"), ("group", "1;"),
        ("type", "a b"), ("type", "x" * 61), ("channel", "'"), ("measure", "area"),
        ("compare", "x"), ("district", "-1"), ("neighbourhood", "1e3"), ("organisation", "9" * 10),
    ],
)  # fmt: skip
def test_what_is_refused(name, text):
    with pytest.raises(ValueError):
        PARAMETERS[name](text)
    with pytest.raises(BadQuestion) as told:
        read_density({name: text}, today=TODAY, usual_days=365)
    assert told.value.field == name


def test_a_period_that_ends_before_it_begins():
    with pytest.raises(BadQuestion):
        ask(from_="2026-05-01", to="2026-04-01")


def test_what_it_is_compared_with():
    previous = ask(days="30", compare="previous").windows[1]
    assert previous == Window(1, date(2026, 9, 28), date(2026, 10, 27))
    year = ask(days="7", compare="year").windows[1]
    assert year == Window(1, date(2025, 11, 21), date(2025, 11, 27))
    assert year.begin.weekday() == ask(days="7").begin.weekday()


def test_facets():
    assert ask().facet == ALL
    assert ask(group="1", type="hole").facet == TYPE
    assert ask(organisation="1").facet == ORGANISATION
    assert ask(organisation="1", channel="web").facet is None


def test_steps_cover_the_period():
    question = ask(from_="2026-01-15", to="2026-03-04")
    assert [(w.begin, w.end) for w in steps(question, "month")] == [
        (date(2026, 1, 15), date(2026, 1, 31)),
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2026, 3, 1), date(2026, 3, 4)),
    ]
    weeks = steps(question, "week")
    assert all(w.begin.weekday() == 0 for w in weeks[1:])
    assert len(steps(ask(days="3660"), "week")) == 60


def exact(a: int, n: int, share: float) -> float:
    """The definition: twice the smaller tail of the binomial."""
    mass = [comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
    return min(1.0, 2 * min(sum(mass[: a + 1]), sum(mass[a:])))


@pytest.mark.parametrize("share", [0.5, 0.25])
def test_the_p_value_is_exact(share):
    pairs = [(0, 0), (0, 8), (8, 0), (5, 5), (12, 3), (30, 55)]
    found = p_values([a for a, _ in pairs], [b for _, b in pairs], share)
    assert found == pytest.approx([exact(a, a + b, share) for a, b in pairs])


def test_the_cut_off_controls_the_share_of_false_changes():
    # By hand: 0.05 * i / 5 = 0.01, 0.02, 0.03, 0.04, 0.05.
    assert cut_off(np.array([0.5, 0.001, 0.029, 0.9, 0.015])) == 0.029
    assert cut_off(np.array([0.2, 0.9])) == 0.0
    rng = np.random.default_rng(1)
    false = []
    for _ in range(200):
        nothing = rng.poisson(20, (2, 400))
        p = p_values(list(nothing[0]), list(nothing[1]), 0.5)
        false.append((p <= cut_off(p)).any() and cut_off(p) > 0)
    assert np.mean(false) < 0.1  # where nothing has changed, all that is shown is false


def test_classes_of_change():
    assert change_of(20, 5, 0.001, 0.01, 0.5) == RISE
    assert change_of(5, 20, 0.001, 0.01, 0.5) == FALL
    assert change_of(20, 5, 0.02, 0.01, 0.5) == NONE
    assert change_of(2, 3, 0.0, 0.01, 0.5) == FEW
    assert change_of(None, 50, 0.0, 0.01, 0.5) == FEW
