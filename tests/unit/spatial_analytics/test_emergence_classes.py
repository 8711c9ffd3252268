"""One drawn example of each of the eight classes."""

import numpy as np
import pytest
import scipy.sparse as sp

from spatial_analytics.hotspots.emergence.classes import (
    HotSpot,
    classes,
    classes_of,
    mann_kendall,
    significant_from,
)

WEEKS = 20
# One letter a week: h hot, c cold, dot neither; the last is the newest.
DRAWN = {
    HotSpot.NONE: "....................",
    HotSpot.NEW: "...................h",
    HotSpot.CONSECUTIVE: "................hhhh",
    HotSpot.SPORADIC: "..h...hh......h...hh",
    HotSpot.OSCILLATING: "..h...cc......h...hh",
    HotSpot.HISTORICAL: "hhhhhhhhhhhhhhhhhhh.",
    HotSpot.PERSISTENT: "hhhhhhhhh.hhhhhhhhhh",
}


@pytest.mark.parametrize(("expected", "drawn"), DRAWN.items(), ids=lambda one: str(one))
def test_the_rules(expected: HotSpot, drawn: str) -> None:
    letters = np.array([list(drawn)])
    score = np.where(letters == "h", 5.0, np.where(letters == "c", -5.0, 0.0))
    assert classes_of(score, letters == "h", letters == "c").tolist() == [expected]


@pytest.mark.parametrize(
    ("slope", "expected"), [(0.2, HotSpot.INTENSIFYING), (-0.2, HotSpot.DIMINISHING)]
)
def test_a_trend(slope: float, expected: HotSpot) -> None:
    score = 6 + slope * np.arange(WEEKS)[None] + np.tile([0.1, -0.1], WEEKS // 2)[None]
    hot = np.ones((1, WEEKS), dtype=bool)
    assert classes_of(score, hot, ~hot).tolist() == [expected]


def _town(seed: int = 1) -> tuple[np.ndarray, sp.csr_array]:
    """Two hundred places along a road with one case a week each."""
    counts = np.random.default_rng(seed).poisson(1.0, (200, WEEKS)).astype(float)
    step = sp.csr_array(np.eye(200, k=1))
    return counts, sp.csr_array(step + step.T + sp.identity(200))


def test_counts_become_classes() -> None:
    counts, near = _town()
    counts[20:23, -1] += 12  # only now
    counts[60:63, -4:] += 12  # for four weeks
    counts[100:103] += 12  # always
    counts[140:143] += np.linspace(6, 30, WEEKS)  # more and more
    counts[180:183, :-2] += 20  # no longer
    code = classes(counts, near)
    assert code[21] == HotSpot.NEW
    assert code[61] == HotSpot.CONSECUTIVE
    assert code[101] in (HotSpot.PERSISTENT, HotSpot.INTENSIFYING, HotSpot.DIMINISHING)
    assert code[141] == HotSpot.INTENSIFYING
    assert code[181] == HotSpot.HISTORICAL
    others = np.delete(
        code, np.concatenate([np.arange(at - 4, at + 5) for at in (21, 61, 101, 141, 181)])
    )
    assert (others == HotSpot.NONE).mean() > 0.97


def test_noise_alone_has_no_hot_spots() -> None:
    counts, near = _town(seed=3)
    assert (classes(counts, near) == HotSpot.NONE).mean() > 0.98


def test_nothing_to_say() -> None:
    counts, near = _town()
    assert not classes(counts[:, :5], near).any()
    assert not classes(np.ones((200, WEEKS)), near).any()


def test_mann_kendall_against_counting() -> None:
    rising = np.array([[1.0, 2, 3, 4, 5, 6, 7, 8]])
    assert mann_kendall(rising)[0] == pytest.approx(27 / np.sqrt(8 * 7 * 21 / 18))
    assert mann_kendall(-rising)[0] == pytest.approx(-mann_kendall(rising)[0])
    assert mann_kendall(np.ones((1, 8)))[0] == 0.0
    tied = np.array([[1.0, 1, 2, 2]])
    assert mann_kendall(tied)[0] == pytest.approx(3 / np.sqrt((4 * 3 * 13 - 2 * 2 * 9) / 18))


def test_false_discoveries_are_kept_low() -> None:
    score = np.random.default_rng(5).normal(size=(300, 20))
    assert (np.abs(score) >= significant_from(score)).mean() < 0.001
    score[:5] += 8
    limit = significant_from(score)
    assert 2 < limit < 5
    assert (score[:5] >= limit).mean() > 0.95
