"""Bad input gets a clear statement, and what can be used is used."""

from dataclasses import replace

import numpy as np
import pytest

from spatial_analytics.hotspots.events import (
    FutureDates,
    GapInHistory,
    OneSpotOnly,
    TooFewCases,
    clean_events,
)
from spatial_analytics.rules.events import Events
from tests.unit.spatial_analytics.synthetic import NOW, ORIGIN, city, joined, pile


def clean(events: Events):
    return clean_events(events, now=NOW, origin=ORIGIN)


def shifted(events: Events, days: int) -> Events:
    return Events(events.time + np.timedelta64(days, "D"), events.lat, events.lon, events.group)


def test_good_cases_pass_whole_and_without_notice():
    events = city()
    result = clean(events)
    assert len(result.events) == len(events)
    assert result.notices == ()
    assert result.origin == ORIGIN


def test_a_placeholder_is_set_aside_with_its_count_share_and_coordinate():
    events = city()
    both = joined(events, pile(900, lat=39.6543, lon=27.9012, types=12, like=events))
    result = clean(both)
    assert len(result.events) == len(events)
    (notice,) = result.notices
    assert notice.code == "placeholder_coordinate"
    assert notice.facts == {
        "count": 900,
        "share": round(900 / len(both), 5),
        "lat": 39.6543,
        "lon": 27.9012,
        "types": 12,
    }


def test_ten_cases_are_too_few():
    with pytest.raises(TooFewCases, match=r"There are 10 usable cases; at least 200"):
        clean(city(weeks=1, per_week=10))


def test_a_month_is_too_short():
    with pytest.raises(TooFewCases, match=r"cover 5 whole weeks; at least 12"):
        clean(city(weeks=5))


def test_all_on_one_spot():
    events = city(types=1)
    events.lat[:], events.lon[:] = 39.65, 27.88
    with pytest.raises(OneSpotOnly, match="1 different places"):
        clean(events)


def test_no_case_at_all():
    none = city().where(np.zeros(4800, dtype=bool))
    with pytest.raises(TooFewCases, match="There are 0 usable cases"):
        clean(none)


def test_most_in_the_future_means_the_wrong_column():
    with pytest.raises(FutureDates, match="right time column"):
        clean(shifted(city(), 400))


def test_a_few_in_the_future_are_left_out():
    events = city()
    late = shifted(events.where(np.arange(len(events)) < 7), 4000)
    result = clean(joined(events, late))
    assert len(result.events) == len(events)
    assert [(n.code, n.facts["count"]) for n in result.notices] == [("future_dates", 7)]


def test_after_a_gap_of_months_the_rest_is_used_when_it_is_long_enough():
    events = city(weeks=40)
    old = shifted(city(weeks=10), -600)
    result = clean(joined(old, events))
    assert len(result.events) == len(events)
    assert [n.code for n in result.notices] == ["gap_in_history"]
    assert result.notices[0].facts["count"] == len(old)


def test_a_gap_with_too_little_after_it_is_refused():
    old = shifted(city(weeks=40), -120)
    recent = city(weeks=4)
    with pytest.raises(GapInHistory, match=r"No case is known between 2026-01-3\d? and 2026-05"):
        clean(joined(old, recent))


def test_points_that_are_no_points_are_left_out():
    events = city()
    events.lat[:3] = [np.nan, 91.0, 0.0]
    events.lon[2] = 0.0
    result = clean(events)
    assert len(result.events) == len(events) - 3
    assert [(n.code, n.facts["count"]) for n in result.notices] == [("no_point_or_time", 3)]


def test_without_an_origin_the_day_of_the_last_case_is_not_learned_from():
    events = city()
    result = clean_events(events, now=NOW)
    assert result.origin == events.time.max().astype("datetime64[D]")
    assert (result.events.time < result.origin).all()


def test_one_group_only_and_its_placeholder_known_from_all():
    events = city(per_week=400)
    both = joined(events, pile(900, lat=39.6543, lon=27.9012, types=12, like=events))
    result = clean_events(both, now=NOW, origin=ORIGIN, only=3)
    assert [n.code for n in result.notices] == ["placeholder_coordinate"]
    assert result.notices[0].facts["count"] == 900
    assert len(result.events) == (events.group == 3).sum()


def test_a_type_that_was_renamed_half_way_is_one_type():
    events = city(types=4)
    middle = ORIGIN - np.timedelta64(20 * 7, "D")
    renamed = (events.group == 2) & (events.time >= middle)
    half = Events(events.time, events.lat, events.lon, np.where(renamed, 9, events.group))
    result = clean(half)
    (notice,) = result.notices
    assert (notice.code, notice.facts["before"], notice.facts["since"]) == ("renamed_type", 2, 9)
    assert (result.events.group == 9).sum() == (events.group == 2).sum()
    assert not (result.events.group == 2).any()


def test_another_type_elsewhere_is_no_new_name():
    events = city(types=4)
    middle = ORIGIN - np.timedelta64(20 * 7, "D")
    north = np.median(events.lat)
    ended = (events.group == 2) & (events.time < middle) & (events.lat < north)
    began = (events.group == 2) & (events.time >= middle) & (events.lat >= north)
    kept = (events.group != 2) | ended | began
    moved = Events(events.time, events.lat, events.lon, np.where(began, 9, events.group))
    assert clean(moved.where(kept)).notices == ()


def test_what_is_entered_late_is_told_and_measured():
    events = city(weeks=60, per_week=200)
    draw = np.random.default_rng(5)
    days = draw.integers(1, 6, len(events)) * (draw.random(len(events)) < 0.3)
    late = replace(events, late=days * 86400)
    result = clean(late)
    # Of the day just gone 70 % are in; of the one before that those with a day's delay too.
    assert result.complete[:7].round(2).tolist() == pytest.approx(
        [0.7, 0.76, 0.82, 0.88, 0.94, 1.0, 1.0], abs=0.03
    )
    (notice,) = result.notices
    assert (notice.code, notice.facts["percent"]) == ("late_entries", 87)
    assert (clean(events).complete == 1).all()


def test_an_import_of_old_cases_is_no_delay():
    events = city(weeks=60, per_week=200)
    old = (events.time < ORIGIN - np.timedelta64(70, "D")) * 90 * 86400
    assert (clean(replace(events, late=old)).complete == 1).all()
