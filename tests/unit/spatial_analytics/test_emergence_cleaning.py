"""Near-duplicates and heaps of entries."""

import numpy as np

from spatial_analytics.hotspots.bulk import bulk_entries
from spatial_analytics.hotspots.duplicates import near_duplicates

DAY = 86_400
METRE = 1 / 111_195


def test_reports_of_one_thing_within_a_week_count_once() -> None:
    time = np.array([0, 2, 5, 11, 30]) * DAY
    lat = 39.0 + np.array([0, 5, -8, 3, 0]) * METRE
    lon = np.full(5, 27.0)
    counts = near_duplicates(time, lat, lon, np.full(5, 7))
    # Each follows the one before within a week, but for the last.
    assert counts.tolist() == [True, False, False, False, True]


def test_another_kind_another_place_another_month_counts() -> None:
    time = np.array([0, 1, 1, 20]) * DAY
    lat = 39.0 + np.array([0, 0, 100, 0]) * METRE
    lon = np.full(4, 27.0)
    assert near_duplicates(time, lat, lon, np.array([1, 2, 1, 1])).all()


def test_near_is_the_same_wherever_the_squares_lie() -> None:
    draw = np.random.default_rng(1)
    for _ in range(200):
        lat, lon = 39 + draw.random(), 27 + draw.random()
        east = METRE / np.cos(np.radians(lat))
        angle = draw.uniform(0, 2 * np.pi)
        for metres, again in ((19, True), (60, False)):
            where = (
                np.array([lat, lat + metres * METRE * np.sin(angle)]),
                np.array([lon, lon + metres * east * np.cos(angle)]),
            )
            counts = near_duplicates(np.array([0, DAY]), *where)
            assert counts.tolist() == [True, not again]


def test_order_does_not_matter() -> None:
    draw = np.random.default_rng(2)
    time = draw.permutation(4000) * 900
    lat, lon = 39 + draw.integers(0, 40, 4000) * 30 * METRE, 27 + np.zeros(4000)
    kind = draw.integers(0, 3, 4000)
    shuffled = draw.permutation(4000)
    counts = near_duplicates(time, lat, lon, kind)
    again = near_duplicates(time[shuffled], lat[shuffled], lon[shuffled], kind[shuffled])
    assert (counts[shuffled] == again).all()
    assert 0 < counts.sum() < 4000


def _ordinary(count: int = 6000, seed: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    time = np.sort(draw.integers(0, 300 * DAY, count))
    return time, 39 + draw.normal(0, 0.02, count), 27 + draw.normal(0, 0.02, count)


def test_a_heap_in_the_whole_city_is_found() -> None:
    time, lat, lon = _ordinary()
    time[1000:1200] = 100 * DAY + 120
    found = bulk_entries(time, lat, lon)
    assert set(range(1000, 1200)) <= set(np.flatnonzero(found.mask))
    assert found.mask.sum() < 205
    assert found.heaps == 1
    assert "200" in found.text or found.greatest > 200


def test_a_heap_at_one_place_is_found() -> None:
    time, lat, lon = _ordinary()
    time[500:518] = 50 * DAY + np.arange(18) * 40
    lat[500:518], lon[500:518] = 39.00112, 27.00112
    found = bulk_entries(time, lat, lon, np.zeros(6000, dtype=np.int64))
    assert found.mask[500:518].all()
    assert found.mask.sum() == 18


def test_dates_without_a_time_are_no_heaps() -> None:
    time, lat, lon = _ordinary()
    assert not bulk_entries(time // DAY * DAY, lat, lon).mask.any()


def test_nothing_in_nothing_out() -> None:
    none = np.zeros(0)
    assert len(near_duplicates(none.astype(int), none, none)) == 0
    assert bulk_entries(none.astype(int), none, none).heaps == 0
