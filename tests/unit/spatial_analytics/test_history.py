"""Cells, weeks, and what was known when."""

import h3.api.basic_int as h3
import numpy as np
import pytest

from spatial_analytics.hotspots.features import (
    FeatureTable,
    exponential_mean,
    mean_column,
    smooth_column,
    trailing_mean,
)
from spatial_analytics.hotspots.grid import choose_resolution, lay_grid, parents_of
from spatial_analytics.hotspots.history import build_history
from spatial_analytics.rules.events import Events
from tests.unit.spatial_analytics.synthetic import ORIGIN, city

CENTRE = h3.latlng_to_cell(39.65, 27.88, 9)
RING = h3.grid_ring(CENTRE, 1)


def events_at(*when_where: tuple[str, int]) -> Events:
    places = [h3.cell_to_latlng(cell) for _day, cell in when_where]
    return Events(
        np.array([day for day, _cell in when_where], dtype="datetime64[s]"),
        np.array([lat for lat, _lon in places]),
        np.array([lon for _lat, lon in places]),
    )


def test_weeks_end_at_the_origin_and_the_oldest_incomplete_one_is_dropped():
    events = events_at(
        ("2026-05-10T12:00", CENTRE),  # 22 days before: the incomplete oldest week
        ("2026-05-11T00:00", CENTRE),
        ("2026-05-17T23:59:59", CENTRE),
        ("2026-05-18T00:00", RING[0]),
        ("2026-05-31T23:59:59", RING[1]),
    )
    history = build_history(events, ORIGIN, resolution=9)
    rows = {cell: history.counts[i].tolist() for i, cell in enumerate(history.grid.cells)}
    assert history.weeks == 3
    assert rows[CENTRE] == [2, 0, 0]
    assert rows[RING[0]] == [0, 1, 0]
    assert rows[RING[1]] == [0, 0, 1]
    assert history.totals.tolist() == [2, 1, 1]
    assert str(history.start_of(0)) == "2026-05-11"


def test_a_cell_is_known_only_after_its_first_case_or_that_of_three_neighbours():
    events = events_at(
        ("2026-05-04T00:00", RING[0]),
        ("2026-05-11T00:00", RING[1]),
        ("2026-05-18T00:00", RING[2]),
        ("2026-05-25T00:00", RING[3]),
    )
    history = build_history(events, ORIGIN, resolution=9)
    known = dict(zip(history.grid.cells.tolist(), history.known_from.tolist(), strict=True))
    assert [known[cell] for cell in RING[:4]] == [1, 2, 3, 4]
    # The middle cell never had a case; its third neighbour had one in week 2.
    assert known[CENTRE] == 3


def test_parents_by_bits_are_the_parents():
    cells = np.array([h3.latlng_to_cell(39 + i / 97, 27 + i / 53, 9) for i in range(200)])
    for resolution in (5, 7, 8):
        assert parents_of(cells, resolution).tolist() == [
            h3.cell_to_parent(int(cell), resolution) for cell in cells
        ]


def test_the_resolution_follows_the_number_of_cases():
    cells = np.array([h3.latlng_to_cell(39.6 + i / 50, 27.9, 9) for i in range(100)])
    assert choose_resolution(np.repeat(cells, 5), weeks=100) == 9
    assert choose_resolution(cells, weeks=26) < 9


def test_rings_and_kernel():
    grid = lay_grid(np.array([CENTRE, *RING], dtype=np.int64))
    at = grid.index_of(np.array([CENTRE]))[0]
    assert grid.rings[0][[at]].sum() == 6
    weights = grid.kernel(1.0).toarray()
    assert weights.sum(axis=1) == pytest.approx(1.0)
    assert weights[at, at] == weights[at].max()


def test_trailing_and_weighted_means_by_hand():
    counts = np.array([[4, 0, 2]], dtype=np.float32)
    assert trailing_mean(counts, 2)[0].tolist() == [0, 4, 2, 1]
    # Half-life of one week: weights 1, 1/2, 1/4 from the newest.
    expected = [0, 4, (0 + 2) / 1.5, (2 + 0 + 1) / 1.75]
    assert exponential_mean(counts, 1)[0] == pytest.approx(expected)


def test_nothing_of_a_week_or_after_it_is_in_its_features():
    events = city(weeks=30)
    history = build_history(events, ORIGIN, resolution=8)
    week = 20
    before = FeatureTable(history).rows(week)
    changed = build_history(events, ORIGIN, resolution=8)
    changed.counts[:, week:] = 77
    changed.totals[week:] = 7777
    after = FeatureTable(changed).rows(week)
    assert before.equals(after)


def test_the_newest_week_counts_for_last_week():
    history = build_history(city(weeks=30), ORIGIN, resolution=8)
    rows = FeatureTable(history).rows(30)
    known = history.known(30)
    assert rows[mean_column(1)].tolist() == history.counts[known, 29].tolist()
    assert set(map(smooth_column, (1, 4, 13, 52))) <= set(rows.columns)
