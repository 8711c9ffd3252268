"""What is said of chances that came true or did not, and how much of it chance alone can make."""

import numpy as np
import pytest
from django.utils.translation import override

from spatial_analytics.hotspots.calibration import (
    Calibration,
    reliability,
    worst_beyond_chance,
    worst_class,
)
from spatial_analytics.queries.accuracy import chances_line


def weeks_of(seed: int, shock: float, weeks: int = 20, cells: int = 600):
    """Right chances of cells whose log-odds share a shock in each week: (said, happened, week)."""
    draw = np.random.default_rng(seed)
    said = np.tile(draw.uniform(0.1, 0.9, cells), weeks)
    week = np.repeat(np.arange(weeks), cells)
    odds = np.log(said / (1 - said)) + draw.normal(0, shock, weeks)[week]
    return said, draw.random(weeks * cells) < 1 / (1 + np.exp(-odds)), week


def test_cells_that_go_their_own_way_leave_the_error_of_drawing():
    said, happened, week = weeks_of(1, 0.0, weeks=200)
    for one in reliability(said, happened, week):
        assert one.error == pytest.approx(
            1.96 * np.sqrt(one.said * (1 - one.said) / one.cells), rel=0.2
        )


def test_the_error_covers_what_weeks_have_in_common():
    beyond = cells = 0
    for seed in range(60):
        for one in reliability(*weeks_of(seed, 0.4)):
            beyond += abs(one.happened - one.said) > one.error
            cells += 1
    assert beyond / cells < 0.09


def test_spans_that_overlap_are_not_so_many_weeks():
    apart, over = (reliability(*weeks_of(3, 0.4), horizon=h)[5] for h in (1, 4))
    assert over.error > 2 * apart.error and over.happened == apart.happened


def test_chances_that_are_wrong_lie_beyond_chance():
    said, happened, week = weeks_of(4, 0.1)
    right, wrong = (reliability(p, happened, week) for p in (said, np.minimum(said + 0.1, 1)))
    assert worst_beyond_chance(right) < 0.03
    assert worst_beyond_chance(wrong) == worst_class(wrong) > 0.08


def test_the_page_says_which_it_is():
    def line(worst: float, beyond: float | None) -> str:
        return chances_line({"calibration_worst": worst, "calibration_beyond_chance": beyond})

    with override("en"):
        assert "within 1.5" in line(0.015, 0.0)
        assert "so few weeks" in line(0.04, 0.0)
        assert "so few weeks" not in line(0.04, 0.04)
        assert "so few weeks" not in chances_line({"calibration_worst": 0.04})  # an older run
    assert worst_beyond_chance([Calibration(50, 0.1, 0.9, 0.01)]) == 0  # too few cells to tell
