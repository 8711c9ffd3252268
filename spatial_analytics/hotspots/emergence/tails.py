"""How rare a value is, by what the city's own past has shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BODY = 0.8
KNOTS = 20
LEAST_SCALE = 1e-3
LN10 = float(np.log(10.0))

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Tail:
    """-log10 of the share of past values that reach a value.

    Up to the `BODY` quantile by interpolation between `knots` (KNOTS,), beyond it by an exponential of
    the mean excess `scale`; below the lowest knot it goes on falling with the same slope.
    """

    knots: Floats
    scale: float

    def __call__(self, values: NDArray[np.floating]) -> Floats:
        """Rarity of each value; 1 means one in ten."""
        heights = -np.log10(1.0 - np.linspace(0.0, BODY, KNOTS))
        slope = 1.0 / (self.scale * LN10)
        low, high = self.knots[0], self.knots[-1]
        out = np.interp(values, self.knots, heights)
        out = np.where(values > high, heights[-1] + (values - high) * slope, out)
        return np.asarray(np.where(values < low, (values - low) * slope, out))


def fit_tail(values: NDArray[np.floating]) -> Tail:
    """The tail of past values (n,); n of some dozens is enough."""
    knots = np.quantile(np.asarray(values, dtype=float), np.linspace(0.0, BODY, KNOTS))
    over = values[values > knots[-1]] - knots[-1]
    scale = float(over.mean()) if len(over) else 0.1
    # Equal knots would make the interpolation many-valued.
    knots = knots + np.arange(KNOTS) * 1e-9
    return Tail(knots, max(scale, LEAST_SCALE))


@dataclass(frozen=True)
class Recurrence:
    """Days between alerts that are at least so strong, after alerts of one thing count once.

    strengths  ascending thresholds (m,); days  recurrence interval at each (m,); beyond the last the
    logarithm goes on with `slope` per unit of strength
    """

    strengths: Floats
    days: Floats
    slope: float

    def __call__(self, strength: NDArray[np.floating] | float) -> Floats:
        """Recurrence interval in days."""
        value = np.asarray(strength, dtype=float)
        inside = np.interp(value, self.strengths, np.log10(self.days))
        beyond = np.log10(self.days[-1]) + (value - self.strengths[-1]) * self.slope
        return np.asarray(10.0 ** np.where(value > self.strengths[-1], beyond, inside))


def fit_recurrence(strengths: Floats, counts: Floats, days: int) -> Recurrence:
    """From the number of alerts (m,) that each threshold (m,) would have raised in so many past days.

    Rates are smoothed: made to fall with the threshold, and beyond the one that some five alerts
    reached, exponential with the slope of the part below (three to forty alerts).
    """
    order = np.argsort(strengths)
    strength = strengths[order]
    count = np.maximum.accumulate(counts[order][::-1])[::-1]
    upper = (count >= 3) & (count <= 40)
    slope = 1.0
    if upper.sum() >= 3 and np.ptp(strength[upper]) > 0:
        weight = np.sqrt(count[upper])
        fall, _ = np.polyfit(strength[upper], np.log10(count[upper]), 1, w=weight)
        slope = float(np.clip(-fall, 0.2, 3.0))
    known = count >= min(5.0, max(float(count.max()), 1.0))
    # One knot for all thresholds that raise the same number: the middle of their stretch.
    levels = np.unique(count[known])[::-1]
    middle = [float(np.mean(strength[known][count[known] == level])) for level in levels]
    interval = days / np.maximum(levels, 0.5)
    return Recurrence(np.array(middle), interval, slope)
