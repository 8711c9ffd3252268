"""How far counts lie from what was expected: chances and bounds, learned from past forecasts.

Counts round an expected one are negative binomial.  Its shape, the chance of at least one and that of an
unusual number come from what past forecasts said and what then happened; nothing is fitted to the weeks
that it is judged by.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import gammaln
from scipy.stats import nbinom
from sklearn.isotonic import IsotonicRegression

BOUNDS = (0.05, 0.95)
UNUSUAL_FROM = 0.975
LEAST_UNUSUAL = 2
LEAST_SHAPE, MOST_SHAPE = 0.05, 1e4
MEMORY = 52
CELLS_PER_WEEK = 4_000
CLASSES = 40
LEAST_WEEKS = 3

Vector = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Chances:
    """Of each cell (A,): P(at least one), 90 % bounds, and P(an unusual number), which is how many."""

    p_any: Vector
    lower: Counts
    upper: Counts
    p_unusual: Vector
    unusual_from: Counts


class CountSpread:
    """Remembers past forecasts of one horizon and says what a new one leaves open."""

    def __init__(self, horizon: int = 1, seed: int = 0) -> None:
        self.horizon = horizon
        self._seed = seed
        self._past: list[tuple[int, Vector, Vector, Vector]] = []

    def remember(self, week: int, expected: Vector, usual: Vector, happened: Vector) -> None:
        """A forecast (A,), the usual level (A,) and what happened (A,); large ones are sampled."""
        if len(expected) > CELLS_PER_WEEK:
            draw = np.random.default_rng([self._seed, week])
            at = draw.choice(len(expected), CELLS_PER_WEEK, replace=False)
            expected, usual, happened = expected[at], usual[at], happened[at]
        self._past.append((week, expected, usual, happened))
        self._past = self._past[-MEMORY - self.horizon :]

    def chances(self, week: int, expected: Vector, usual: Vector) -> Chances:
        """What a forecast (A,) of a week leaves open, by the weeks whose horizon had passed."""
        past = [one for one in self._past if one[0] + self.horizon <= week][-MEMORY:]
        said = np.concatenate([one[1] for one in past]) if past else np.ones(1)
        usually = np.concatenate([one[2] for one in past]) if past else np.ones(1)
        had = np.concatenate([one[3] for one in past]) if past else np.ones(1)
        shape = fit_shape(said, had)
        usual_shape = fit_shape(usually, had)
        edge = unusual_counts(usual, usual_shape)
        p_any = chance_of(1, expected, shape)
        p_unusual = chance_of(edge, expected, shape)
        if len(past) >= LEAST_WEEKS:
            p_any = _corrected(p_any, chance_of(1, said, shape), had >= 1)
            past_edge = unusual_counts(usually, usual_shape)
            past_chance = chance_of(past_edge, said, shape)
            p_unusual = _corrected(p_unusual, past_chance, had >= past_edge)
        low, high = (nbinom.ppf(q, shape, shape / (shape + expected)) for q in BOUNDS)
        return Chances(p_any, low.astype(np.int64), high.astype(np.int64), p_unusual, edge)


def fit_shape(expected: Vector, happened: Vector) -> float:
    """Shape r of a negative binomial with variance m + m2 / r, of the greatest likelihood."""
    mean = np.maximum(expected, 1e-9)

    def loss(log_shape: float) -> float:
        r = np.exp(log_shape)
        terms = gammaln(happened + r) - gammaln(r) - r * np.log1p(mean / r)
        return -float((terms - happened * np.log(r + mean)).sum())

    bounds = (np.log(LEAST_SHAPE), np.log(MOST_SHAPE))
    found = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-3})
    return float(np.exp(found.x))


def chance_of(least: Counts | int, expected: Vector, shape: float) -> Vector:
    """P(at least so many) of a negative binomial with these means, (A,)."""
    chance: Vector = nbinom.sf(np.asarray(least) - 1, shape, shape / (shape + expected))
    return chance


def unusual_counts(usual: Vector, shape: float) -> Counts:
    """The first count above the 97.5 % point of the usual level, at least two; (A,)."""
    edge = nbinom.ppf(UNUSUAL_FROM, shape, shape / (shape + np.maximum(usual, 1e-9))) + 1
    return np.asarray(np.maximum(edge, LEAST_UNUSUAL), dtype=np.int64)


def _corrected(chance: Vector, said: Vector, happened: NDArray[np.bool_]) -> Vector:
    """Chances as they turned out: an increasing curve through classes of past chances.

    Between the classes the log-odds run straight, beyond them they are shifted as the last class is: no
    cell passes another one, and no chance becomes nought or one.
    """
    order = np.argsort(said, kind="stable")
    parts = [p for p in np.array_split(order, min(CLASSES, max(1, len(order) // 200))) if len(p)]
    centre = np.array([said[part].mean() for part in parts])
    weight = np.array([len(part) for part in parts], dtype=float)
    # Each class is drawn a little towards what was said for it.
    share = np.array([(happened[p].sum() + 20 * said[p].mean()) / (len(p) + 20) for p in parts])
    risen = IsotonicRegression(y_min=0.0, y_max=1.0).fit(centre, share, weight).predict(centre)
    before, after = _logit(centre), _logit(risen)
    at = _logit(chance)
    moved = np.interp(at, before, after)
    moved = np.where(at < before[0], at + after[0] - before[0], moved)
    moved = np.where(at > before[-1], at + after[-1] - before[-1], moved)
    return np.asarray(1 / (1 + np.exp(-moved)))


def _logit(chance: Vector) -> Vector:
    inside = np.clip(chance, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)))
