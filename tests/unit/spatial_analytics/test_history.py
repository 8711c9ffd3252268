"""Cells, weeks, and what was known when."""

from dataclasses import replace

import h3.api.basic_int as h3
import numpy as np
import pandas as pd
import pytest

from spatial_analytics.hotspots.day_load import DayLoad
from spatial_analytics.hotspots.features import (
    EXPOSURE,
    FeatureTable,
    mean_column,
    own_weightings,
    season_column,
    smooth_column,
)
from spatial_analytics.hotspots.grid import cells_of, choose_resolution, lay_grid, parents_of
from spatial_analytics.hotspots.history import build_history, count_like
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


def test_own_columns_are_weightings_of_the_past_weeks():
    weights = own_weightings(3)
    counts = np.array([4.0, 0.0, 2.0])
    assert counts @ weights[mean_column(1)] == 2
    assert counts @ weights[mean_column(52)] == pytest.approx(2)
    # Half-life of one week: weights 1, 1/2, 1/4 from the newest.
    assert counts @ weights[smooth_column(1)] == pytest.approx((2 + 0 + 1) / 1.75)
    # In the first year the season is the mean of all weeks, then three weeks of a year ago.
    assert counts @ weights[season_column(1)] == pytest.approx(2)
    season = own_weightings(60)[season_column(4)]
    assert np.flatnonzero(season).tolist() == [7, 8, 9, 10, 11, 12]
    assert season.sum() == pytest.approx(1)


def test_drawn_rows_stand_for_all():
    history = build_history(city(weeks=30), ORIGIN, resolution=9)
    every, some = FeatureTable(history), FeatureTable(history, rows_per_week=60)
    assert some.draws
    assert not every.draws
    weeks = range(20, 28)
    all_rows, drawn = every.training(weeks), some.training(weeks)
    assert len(drawn.y) <= 60 * 8
    assert drawn.weight.sum() == pytest.approx(len(all_rows.y))
    assert drawn.weight @ drawn.y == pytest.approx(all_rows.y.sum(), rel=0.2)
    assert some.training(weeks, 4).week.tolist() == some.training(weeks, 4).week.tolist()
    # One row drawn is the row that it was.
    first = some.training(range(20, 21))
    both = pd.concat([all_rows.x[all_rows.week == 20], first.x]).duplicated()
    assert both.iloc[-len(first.x) :].all()


def test_the_level_follows_the_city():
    history = build_history(city(weeks=40), ORIGIN, resolution=8)
    assert FeatureTable(history).level(40) == pytest.approx(120, rel=0.1)
    history.counts[:, 30:] *= 3
    assert FeatureTable(history).level(40) == pytest.approx(360, rel=0.15)


def test_cells_from_the_database_are_not_computed_again():
    events = city(weeks=20)
    stored = replace(events, cell=cells_of(events.lat, events.lon, 10))
    history = build_history(replace(stored, lat=stored.lat * np.nan), ORIGIN)
    assert history.totals.tolist() == build_history(events, ORIGIN).totals.tolist()
    parents = parents_of(stored.cell, history.grid.resolution)
    inside = stored.time >= history.start_of(0)
    assert (
        history.counts.sum(axis=1).max() == np.unique(parents[inside], return_counts=True)[1].max()
    )


def test_other_cases_are_counted_on_the_same_cells_and_weeks():
    events = city(weeks=20)
    history = build_history(events, ORIGIN, resolution=8)
    assert (count_like(history, events) == history.counts).all()
    far = replace(events, lat=events.lat + 3)
    assert count_like(history, far).sum() == 0


def test_a_week_with_days_of_rest_is_worth_less_and_that_is_known_ahead():
    draw = np.random.default_rng(8)
    days = np.arange("2025-12-01", "2026-06-01", dtype="datetime64[D]")
    rest = frozenset(days[[30, 31, 75, 76, 120]]) | {np.datetime64("2026-06-03")}
    per_day = np.where((days.astype(int) + 3) % 7 >= 5, 5, 20)
    per_day = np.where(np.isin(days, list(rest)), 4, per_day)
    when = np.repeat(days, per_day).astype("datetime64[s]")
    spots = city(places=50)
    at = draw.integers(0, len(spots), len(when))
    history = build_history(Events(when, spots.lat[at], spots.lon[at]), ORIGIN, resolution=8)
    load = DayLoad(history, rest)
    assert load.rest_days(history.weeks) == 1
    ahead, ordinary = load.loads(history.weeks, range(history.weeks, history.weeks + 2))
    assert ahead == pytest.approx((110 - 20 + 4) / 110, abs=0.02)
    assert ordinary == 1
    assert DayLoad(history).loads(10, range(12)).tolist() == [1.0] * 12
    table = FeatureTable(history, holidays=rest)
    assert table.rows(history.weeks, 2)[EXPOSURE].iloc[0] == pytest.approx(ahead + 1)


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


def test_a_week_that_is_still_coming_in_is_no_quiet_one():
    events = city(weeks=20)
    complete = np.ones(28)
    complete[:3] = (0.5, 0.8, 0.9)
    whole = build_history(events, ORIGIN)
    back = (ORIGIN - 1 - events.time.astype("datetime64[D]")).astype(int)
    draw = np.random.default_rng(4).random(len(events))
    entered = (back >= 3) | (draw < complete[np.minimum(back, 27)])
    part = build_history(events.where(entered), ORIGIN, 9)
    counted = build_history(events.where(entered), ORIGIN, 9, complete)
    last = whole.totals[-1]
    assert part.totals[-1] < 0.95 * last
    assert counted.totals[-1] == pytest.approx(last, rel=0.1)
    assert (counted.totals[:-1] == part.totals[:-1]).all()
    assert counted.counts[:, -1].sum() == pytest.approx(counted.totals[-1], abs=1)
