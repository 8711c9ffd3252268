"""How good a forecast of one week was, and the pooled figures with their interval.

With A cells known before the week, of which the a = ceil(share x A) best are chosen, n events caught of
N (all events of the week, those in unknown cells included):

    hit rate = n / N          PAI = (n / N) / (a / A)        PEI = n / (the most that a cells caught)

(PAI: Chainey, Tompson and Uhlig 2008; PEI: Hunt 2016, NIJ challenge 2017.)  Where cells tie at the edge
of the choice, the expected catch of a random choice among them is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

SHARES = (0.01, 0.05)
BOOTSTRAP_ROUNDS = 2000
BOOTSTRAP_SEED = 20260101

Vector = NDArray[np.float64]


def chosen_cells(cells: int, share: float) -> int:
    """How many of the cells make up a share of the area; at least one."""
    return max(1, int(np.ceil(share * cells - 1e-9)))


def hits(score: Vector, happened: Vector, chosen: int) -> float:
    """Events in the `chosen` cells of highest score; ties at the edge are shared."""
    edge = np.sort(score)[::-1][chosen - 1]
    above, tied = score > edge, score == edge
    places = chosen - int(above.sum())
    return float(happened[above].sum() + places * happened[tied].mean())


def weighted_hits(score: Vector, happened: Vector, weight: Vector, share: float) -> float:
    """`hits` where each row stands for `weight` cells; for choosing between methods, not for figures."""
    _, place = np.unique(-score, return_inverse=True)
    cells = np.bincount(place, weights=weight)
    events = np.bincount(place, weights=weight * happened)
    before = np.concatenate([[0.0], np.cumsum(cells)[:-1]])
    part = np.clip((share * weight.sum() - before) / cells, 0.0, 1.0)
    return float(part @ events)


def most_hits(happened: Vector, chosen: int) -> float:
    """The most events that any choice of so many cells could have caught."""
    return float(np.sort(happened)[::-1][:chosen].sum())


def poisson_deviance(happened: Vector, expected: Vector) -> Vector:
    """Poisson deviance of each cell, shape (A,)."""
    expected = np.maximum(expected, 1e-12)
    ratio = np.where(happened > 0, happened / expected, 1.0)
    deviance: Vector = 2 * (happened * np.log(ratio) - happened + expected)
    return deviance


@dataclass(frozen=True)
class Catch:
    """At one share of the area: cells chosen, events caught, the most that could have been."""

    chosen: int
    hits: float
    most: float


@dataclass(frozen=True)
class WeekScore:
    """One method in one week."""

    week: int
    events: int
    cells: int
    expected: float
    deviance: float
    catches: tuple[Catch, ...]


def score_week(week: int, score: Vector, happened: Vector, events: int) -> WeekScore:
    """Judge expected counts (A,) by what happened (A,); `events` counts the unknown cells too."""
    catches = []
    for share in SHARES:
        chosen = chosen_cells(len(score), share)
        catches.append(Catch(chosen, hits(score, happened, chosen), most_hits(happened, chosen)))
    deviance = float(poisson_deviance(happened, score).mean())
    return WeekScore(week, events, len(score), float(score.sum()), deviance, tuple(catches))


@dataclass(frozen=True)
class Interval:
    """A figure with the 95 % bootstrap interval over weeks."""

    value: float
    low: float
    high: float

    def as_json(self) -> dict[str, float]:
        """Rounded for storage."""
        return {
            "value": round(self.value, 5),
            "low": round(self.low, 5),
            "high": round(self.high, 5),
        }


@dataclass(frozen=True)
class ShareScore:
    """Pooled over weeks at one share of the area."""

    share: float
    hit_rate: Interval
    pai: Interval
    pei: float


@dataclass(frozen=True)
class MethodScore:
    """One method over all test weeks; deviance is the mean per cell and week, bias expected / events."""

    weeks: int
    events: int
    deviance: float
    bias: float
    shares: tuple[ShareScore, ...]

    def as_json(self) -> dict[str, object]:
        """As stored with a run: keys like `hit_rate_5`, `pai_1`."""
        stored: dict[str, object] = {
            "weeks": self.weeks,
            "events": self.events,
            "deviance": round(self.deviance, 5),
            "bias": round(self.bias, 4),
        }
        for score in self.shares:
            percent = f"{score.share * 100:g}"
            stored[f"hit_rate_{percent}"] = score.hit_rate.as_json()
            stored[f"pai_{percent}"] = score.pai.as_json()
            stored[f"pei_{percent}"] = round(score.pei, 5)
        return stored


def pool(weeks: Sequence[WeekScore]) -> MethodScore:
    """Pool the weeks of one method and put the bootstrap interval round hit rate and PAI."""
    events = np.array([week.events for week in weeks], dtype=float)
    cells = np.array([week.cells for week in weeks], dtype=float)
    shares = []
    for i, share in enumerate(SHARES):
        caught = np.array([week.catches[i].hits for week in weeks])
        most = np.array([week.catches[i].most for week in weeks])
        chosen = np.array([week.catches[i].chosen for week in weeks], dtype=float)
        hit_rate = bootstrap_ratio(caught, events)
        area = float(chosen.sum() / cells.sum())
        pai = Interval(hit_rate.value / area, hit_rate.low / area, hit_rate.high / area)
        shares.append(ShareScore(share, hit_rate, pai, float(caught.sum() / max(most.sum(), 1))))
    return MethodScore(
        weeks=len(weeks),
        events=int(events.sum()),
        deviance=float(np.mean([week.deviance for week in weeks])),
        bias=float(sum(week.expected for week in weeks) / max(events.sum(), 1)),
        shares=tuple(shares),
    )


def bootstrap_ratio(part: ArrayLike, whole: ArrayLike) -> Interval:
    """sum(part) / sum(whole) with its 95 % interval when weeks (W,) are drawn with replacement."""
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    draws = np.random.default_rng(BOOTSTRAP_SEED).integers(
        0, len(part), size=(BOOTSTRAP_ROUNDS, len(part))
    )
    ratios = part[draws].sum(axis=1) / np.maximum(whole[draws].sum(axis=1), 1e-9)
    low, high = np.quantile(ratios, [0.025, 0.975])
    return Interval(float(part.sum() / max(whole.sum(), 1e-9)), float(low), float(high))
