"""How far counts lie from what was expected: chances and bounds, learned from past forecasts.

Counts round an expected one are negative binomial.  Its shape, the chance of at least one and that of an
unusual number come from what past forecasts said and what then happened, the last weeks most of all;
nothing is fitted to the weeks that it is judged by.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import gammaln
from scipy.stats import nbinom

BOUNDS = (0.05, 0.95)
UNUSUAL_FROM = 0.975
LEAST_UNUSUAL = 2
LEAST_SHAPE, MOST_SHAPE = 0.05, 1e4
MEMORY = 52
CELLS_PER_WEEK = 4_000
HALF_LIFE = 5.0
LEAST_WEEKS = 3
PRIOR_CELLS = 100.0
LEAST_STRETCH = 0.1
NEWTON_STEPS = 12

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
        if not past:
            past = [(week - self.horizon, np.ones(1), np.ones(1), np.ones(1))]
        said, usually, had = (np.concatenate([one[part] for one in past]) for part in (1, 2, 3))
        age = np.repeat(
            [week - self.horizon - one[0] for one in past], [len(one[1]) for one in past]
        )
        weight = 0.5 ** (age / HALF_LIFE)
        shape = fit_shape(said, had, weight)
        usual_shape = fit_shape(usually, had, weight)
        edge, past_edge = unusual_counts(usual, usual_shape), unusual_counts(usually, usual_shape)
        p_any, p_unusual = chance_of(1, expected, shape), chance_of(edge, expected, shape)
        if len(past) >= LEAST_WEEKS:
            p_any = corrected(p_any, chance_of(1, said, shape), had >= 1, weight)
            before = chance_of(past_edge, said, shape)
            p_unusual = corrected(p_unusual, before, had >= past_edge, weight)
        p_unusual = np.minimum(p_unusual, p_any)
        low, high = (nbinom.ppf(q, shape, shape / (shape + expected)) for q in BOUNDS)
        return Chances(p_any, low.astype(np.int64), high.astype(np.int64), p_unusual, edge)


def fit_shape(expected: Vector, happened: Vector, weight: Vector | None = None) -> float:
    """Shape r of a negative binomial with variance m + m2 / r, of the greatest likelihood."""
    mean = np.maximum(expected, 1e-9)
    weight = np.ones(len(mean)) if weight is None else weight

    def loss(log_shape: float) -> float:
        r = np.exp(log_shape)
        terms = gammaln(happened + r) - gammaln(r) - r * np.log1p(mean / r)
        return -float(weight @ (terms - happened * np.log(r + mean)))

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


def corrected(chance: Vector, said: Vector, happened: NDArray[np.bool_], weight: Vector) -> Vector:
    """Chances (A,) as past ones (n,) turned out: their log-odds moved and stretched by a straight line.

    The line is the one of greatest likelihood (Platt 1999), drawn towards no correction as if
    `PRIOR_CELLS` cells had spoken for it. It rises, so that no cell passes another one.
    """
    odds = np.column_stack([np.ones_like(said), _logit(said)])
    none = np.array([0.0, 1.0])
    line = none.copy()
    for _ in range(NEWTON_STEPS):
        now = _chance(odds @ line)
        slope = odds.T @ (weight * (happened - now)) - PRIOR_CELLS * (line - none)
        curve = (odds * (weight * now * (1 - now))[:, None]).T @ odds + PRIOR_CELLS * np.eye(2)
        line = line + np.linalg.solve(curve, slope)
    return _chance(line[0] + max(float(line[1]), LEAST_STRETCH) * _logit(chance))


def _chance(log_odds: Vector) -> Vector:
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))))


def _logit(chance: Vector) -> Vector:
    inside = np.clip(chance, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)))
