"""In which order to visit a handful of places: the nearest tour, without coming back. Pure."""

from collections.abc import Sequence
from itertools import pairwise

Matrix = Sequence[Sequence[float]]


def nearest_tour(cost: Matrix) -> list[int]:
    """The order of all places, from wherever it is shortest to begin: the nearest next one from each
    start, the best of these mended by turning parts round until that gains nothing.

    `cost[i][j]` is the way from i to j in metres, the same in both directions.
    """
    count = len(cost)
    if count < 2:
        return list(range(count))
    tours = (_from(start, cost) for start in range(count))
    return _mended(min(tours, key=lambda t: length(t, cost)), cost)


def length(tour: Sequence[int], cost: Matrix) -> float:
    return sum(cost[a][b] for a, b in pairwise(tour))


def _from(start: int, cost: Matrix) -> list[int]:
    tour, left = [start], set(range(len(cost))) - {start}
    while left:
        here = tour[-1]
        tour.append(min(left, key=lambda j: (cost[here][j], j)))
        left.remove(tour[-1])
    return tour


def _mended(tour: list[int], cost: Matrix) -> list[int]:
    best, better = length(tour, cost), True
    while better:
        better = False
        for i in range(len(tour) - 1):
            for j in range(i + 2, len(tour) + 1):
                tried = tour[:i] + tour[i:j][::-1] + tour[j:]
                if (metres := length(tried, cost)) < best - 0.01:
                    tour, best, better = tried, metres, True
    return tour
