"""Default coordinates are found by what they are like, and nothing else is taken for one."""

import numpy as np
import pytest

from spatial_analytics.hotspots.placeholders import find_placeholders
from tests.unit.spatial_analytics.synthetic import city, joined, pile


def test_a_pile_of_all_types_where_little_else_happens_is_a_placeholder():
    events = city()
    where = {"lat": 39.6543, "lon": 27.9012}
    both = joined(events, pile(900, **where, types=12, like=events))
    found = find_placeholders(both.lat, both.lon, both.group)
    assert [(p.lat, p.lon, p.count, p.types) for p in found] == [(39.6543, 27.9012, 900, 12)]
    assert found[0].share == pytest.approx(900 / len(both))


def test_two_of_them_are_both_found_heaviest_first():
    events = city()
    first = pile(500, lat=39.70, lon=27.80, types=12, like=events)
    second = pile(900, lat=39.60, lon=27.95, types=12, like=events)
    both = joined(events, first, second)
    assert [p.count for p in find_placeholders(both.lat, both.lon, both.group)] == [900, 500]


def test_a_place_with_many_cases_of_two_types_is_a_real_place():
    events = city()
    both = joined(events, pile(900, lat=39.6543, lon=27.9012, types=2, like=events))
    assert find_placeholders(both.lat, both.lon, both.group) == []


def test_a_busy_address_among_busy_neighbours_is_a_real_place():
    events = city()
    draw = np.random.default_rng(5)
    address = pile(150, lat=39.7, lon=27.95, types=12, like=events)
    around = pile(400, lat=39.7, lon=27.95, types=12, like=events)
    around.lat[:] += draw.normal(0, 0.0003, 400)
    around.lon[:] += draw.normal(0, 0.0003, 400)
    both = joined(events, address, around)
    assert find_placeholders(both.lat, both.lon, both.group) == []


def test_a_city_without_one_has_none():
    events = city()
    assert find_placeholders(events.lat, events.lon, events.group) == []


@pytest.mark.parametrize(("count", "found"), [(400, []), (700, [700])])
def test_without_types_only_a_far_greater_pile_is_taken_for_one(count, found):
    # A hundred addresses of twenty cases each: 400 cases are twenty times as many, 700 thirty-five.
    address = np.repeat(np.arange(100), 20)
    lat = np.concatenate([39.60 + address / 1000, np.full(count, 39.75)])
    lon = np.concatenate([27.80 + address / 1000, np.full(count, 27.75)])
    assert [p.count for p in find_placeholders(lat, lon)] == found
