"""Classes of a choropleth: breaks, counts and colours."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

COLOURS = ("#eaf5f1", "#c3e4d9", "#8fcbb9", "#57ad97", "#2a8a76", "#0f6556", "#063f37")
NO_DATA = "#c9ced0"
FEWEST, MOST = 2, 7
MOST_EXACT = 2000

Values = NDArray[np.float64]


class Scheme(StrEnum):
    """How the values are cut."""

    QUANTILES = "quantiles"
    JENKS = "jenks"
    EQUAL = "equal"
    DEVIATION = "deviation"  # by standard deviations from the mean
    OWN = "own"  # breaks that somebody chose


@dataclass(frozen=True)
class ValueClass:
    """Values above `low` (the first class: from it) up to and with `high`; the areas in it."""

    low: float
    high: float
    count: int
    shade: int

    @property
    def colour(self) -> str:
        """The colour of its shade; style sheets name it `shade-0` to `shade-6`."""
        return COLOURS[self.shade]


def classify(
    values: Sequence[float], scheme: Scheme, wanted: int, own: Sequence[float] = ()
) -> list[ValueClass]:
    """Cut values into at most `wanted` classes; fewer where there are fewer different values. With
    `own` breaks every class stays, empty or not."""
    data = np.asarray([value for value in values if np.isfinite(value)], dtype=float)
    if not len(data):
        return []
    different = len(np.unique(data))
    count = max(1, min(wanted, different, MOST))
    if scheme is Scheme.OWN:
        edges = [*map(float, own), max(float(data.max()), float(own[-1]))]
    else:
        edges = _upper_edges(data, scheme, count)
    low, classes = min(float(data.min()), edges[0]), []
    shades = ramp(len(edges))
    for i, high in enumerate(edges):
        inside = data <= high if i == 0 else (data > low) & (data <= high)
        classes.append(ValueClass(low, float(high), int(inside.sum()), shades[i]))
        low = float(high)
    return classes


def class_of(value: float, classes: Sequence[ValueClass]) -> int | None:
    """Number of the class that holds a value."""
    for i, one in enumerate(classes):
        if value <= one.high:
            return i
    return None


def ramp(count: int) -> list[int]:
    """Shades from light to dark, spread over the ramp; the palest only where all are needed."""
    if count == 1:
        return [3]
    if count >= len(COLOURS):
        return list(range(len(COLOURS)))
    return [round(i * (len(COLOURS) - 2) / (count - 1)) + 1 for i in range(count)]


def _upper_edges(data: Values, scheme: Scheme, count: int) -> list[float]:
    """Upper edge of each class; equal edges, which would make empty classes, become one."""
    if scheme is Scheme.JENKS:
        return natural_breaks(_thinned(data), count)
    if scheme is Scheme.DEVIATION:
        return _deviations(data, count)
    if scheme is Scheme.QUANTILES:
        edges = np.quantile(data, np.arange(1, count + 1) / count)
    else:
        edges = np.linspace(data.min(), data.max(), count + 1)[1:]
    return sorted({float(edge) for edge in edges[:-1]} | {float(data.max())})


def around(values: Sequence[float], scheme: Scheme, wanted: int) -> list[float]:
    """Own breaks that lie evenly on both sides of zero, with a class of "about the same" in the middle."""
    sizes = [abs(value) for value in values if np.isfinite(value) and value]
    halves = [one.high for one in classify(sizes, scheme, (wanted + 1) // 2)][:-1]
    return [-edge for edge in reversed(halves)] + halves


def _deviations(data: Values, count: int) -> list[float]:
    """Breaks a standard deviation apart, around the mean: an even number of classes parts at the mean, an odd
    one has it in its middle."""
    middle, step = float(data.mean()), float(data.std())
    steps = np.arange(1, count) - count / 2
    edges = {float(e) for e in middle + steps * step if data.min() <= e < data.max()}
    return sorted(edges | {float(data.max())})


def _thinned(data: Values) -> Values:
    """The exact breaks cost the square of the values: of many, evenly spaced ones in their order."""
    if len(data) <= MOST_EXACT:
        return data
    places = np.linspace(0, len(data) - 1, MOST_EXACT).astype(int)
    return np.asarray(np.sort(data)[places], dtype=float)


def natural_breaks(data: Values, count: int) -> list[float]:
    """Upper edges of the `count` classes of least squared deviation from their means.

    Exact, by dynamic programming over the sorted values (Fisher 1958, known as Jenks): the best way
    to cut the first j values into k classes ends with a class i … j whose deviation comes from sums.
    """
    values = np.sort(data)
    size = len(values)
    one = np.concatenate([[0.0], np.cumsum(values)])
    two = np.concatenate([[0.0], np.cumsum(values**2)])
    first, last = np.arange(size)[:, None], np.arange(1, size + 1)[None, :]
    length = np.maximum(last - first, 1)
    spread = (two[last] - two[first]) - (one[last] - one[first]) ** 2 / length
    spread = np.where(last > first, np.maximum(spread, 0.0), np.inf)
    cost, starts = spread[0], []
    for _ in range(1, count):
        before = np.concatenate([[np.inf], cost[:-1]])[:, None] + spread
        starts.append(before.argmin(axis=0))
        cost = before.min(axis=0)
    edges, end = [float(values[-1])], size - 1
    for start in reversed(starts):
        end = int(start[end]) - 1
        edges.append(float(values[end]))
    return sorted(set(edges))
