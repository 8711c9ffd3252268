"""The nearest tour, against all tours."""

import random
from itertools import permutations
from math import dist

import pytest

from cases.rules.tour import length, nearest_tour


def matrix(places: list[tuple[float, float]]) -> list[list[float]]:
    return [[dist(a, b) for b in places] for a in places]


@pytest.mark.parametrize("count", range(3))
def test_few_places(count):
    assert sorted(nearest_tour(matrix([(i, 0.0) for i in range(count)]))) == list(range(count))


def test_along_a_line_it_goes_from_end_to_end():
    places = [(x, 0.0) for x in (5.0, 1.0, 4.0, 2.0, 3.0)]
    assert [places[i][0] for i in nearest_tour(matrix(places))] in (
        [1, 2, 3, 4, 5],
        [5, 4, 3, 2, 1],
    )


def test_it_is_a_twentieth_longer_than_the_best_at_most_on_average():
    dice, ratios = random.Random(7), []
    for _ in range(30):
        cost = matrix([(dice.random(), dice.random()) for _ in range(7)])
        tour = nearest_tour(cost)
        assert sorted(tour) == list(range(7))
        best = min(length(t, cost) for t in permutations(range(7)))
        ratios.append(length(tour, cost) / best)
    assert min(ratios) >= 1 - 1e-9
    assert sum(ratios) / len(ratios) < 1.05


def test_thirty_places_are_quick():
    dice = random.Random(1)
    cost = matrix([(dice.random(), dice.random()) for _ in range(30)])
    assert sorted(nearest_tour(cost)) == list(range(30))
