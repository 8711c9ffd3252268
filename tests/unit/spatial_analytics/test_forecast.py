"""The whole way from cases to a forecast and its measurement."""

import json

import numpy as np
import pytest

from spatial_analytics.hotspots.backtest import (
    StudyCancelled,
    Verdict,
    run_backtest,
    test_weeks,
    weeks_needed,
)
from spatial_analytics.hotspots.calibration import calibrate, calibration_error, coverage
from spatial_analytics.hotspots.events import TooFewCases
from spatial_analytics.hotspots.features import FeatureTable
from spatial_analytics.hotspots.forecast import forecast, study
from spatial_analytics.hotspots.history import build_history
from spatial_analytics.hotspots.horizon import default_methods, training_weeks
from spatial_analytics.hotspots.measures import Interval
from spatial_analytics.hotspots.report import study_as_json, study_as_text
from tests.unit.spatial_analytics.synthetic import NOW, ORIGIN, city

test_weeks.__test__ = False  # a function of the product, not a test


@pytest.fixture(scope="module")
def result():
    return study(city(weeks=40), now=NOW, origin=ORIGIN, weeks=10)


def test_a_steady_city_is_forecast_far_better_than_by_last_week(result):
    pooled = result.backtest.pooled()
    at_five = {name: score.shares[1] for name, score in pooled.items()}
    assert at_five["stack"].hit_rate.value > at_five["last_week"].hit_rate.value
    assert pooled["stack"].deviance < pooled["last_week"].deviance
    assert at_five["stack"].pai.low > 3
    for share in at_five.values():
        assert share.hit_rate.low <= share.hit_rate.value <= share.hit_rate.high
        assert share.pei <= 1


def test_where_nothing_changes_a_simple_mean_does_as_well(result):
    verdict = result.backtest.verdict()
    assert verdict.simple_as_good
    assert verdict.gain.value > -0.01 * verdict.simple_hit_rate
    assert "A simple mean does as well" in study_as_text(result)


@pytest.mark.parametrize(
    ("gain", "better"),
    [
        (Interval(-0.02, -0.03, -0.01), True), (Interval(-0.01, -0.03, 0.0), True),
        (Interval(-0.01, -0.03, 0.01), False), (Interval(0.0, 0.0, 0.0), False),
    ],
)  # fmt: skip
def test_a_simple_mean_is_better_when_the_whole_interval_says_so(gain, better):
    verdict = Verdict("mean_8", gain, 0.1, 0.0)
    assert verdict.simple_as_good
    assert verdict.simple_better is better


@pytest.mark.parametrize("horizon", [1, 2, 4])
def test_the_forecast_covers_the_known_cells_of_the_coming_weeks(result, horizon):
    said = forecast(result)[horizon]
    assert said.horizon == horizon
    assert len(said.cells) == result.history.known(result.history.weeks).sum()
    assert said.expected.sum() == pytest.approx(120 * horizon, rel=0.25)
    for chance in (said.p_any, said.p_unusual):
        assert ((chance > 0) & (chance < 1)).all()
    assert (said.p_unusual <= said.p_any + 0.02).all()
    assert (said.lower <= said.upper).all()
    assert (said.upper >= np.floor(said.expected)).all()
    assert (said.unusual_from >= 2).all()


def test_the_forecast_is_made_once(result):
    assert forecast(result)[1] is forecast(result)[1]


@pytest.mark.parametrize("horizon", [1, 2, 4])
def test_chances_are_calibrated(result, horizon):
    tested = result.walk.backtests[horizon]
    classes = calibrate(tested)
    assert sum(one.cells for one in classes) == sum(len(week.happened) for week in tested.tested)
    assert calibration_error(classes) < 0.05
    assert 0.85 < coverage(tested) < 1


def test_the_stored_figures(result):
    stored = json.loads(json.dumps(study_as_json(result)))
    assert stored["horizon_start"] == "2026-06-01"
    assert stored["test_weeks"] == 10
    assert set(stored["methods"]) == {*default_methods(), "stack"}
    assert set(stored["methods"]["stack"]["hit_rate_5"]) == {"value", "low", "high"}
    assert set(stored["horizons"]) == {"1", "2", "4"}
    four = stored["horizons"]["4"]
    assert (four["horizon_weeks"], four["test_to"]) == (4, "2026-06-01")
    assert sum(four["pools_used"].values()) == four["test_weeks"]
    assert four["methods"]["stack"]["events"] == pytest.approx(
        4 * stored["methods"]["stack"]["events"], rel=0.1
    )


@pytest.mark.parametrize("horizon", [1, 4])
def test_a_test_week_does_not_touch_its_own_forecast(horizon):
    history = build_history(city(weeks=30), ORIGIN, resolution=8)
    wanted = {"horizons": (horizon,), "weeks": 4}
    before = run_backtest(FeatureTable(history), **wanted).backtests[horizon]
    first = before.weeks[0]
    history.counts[:, first:] = 50
    history.daily[7 * first :] = 999
    history.totals[first:] = 7 * 999
    after = run_backtest(FeatureTable(history), **wanted).backtests[horizon]
    assert before.tested[0].expected == pytest.approx(after.tested[0].expected)
    assert before.tested[0].p_any == pytest.approx(after.tested[0].p_any)
    assert before.tested[1].expected != pytest.approx(after.tested[1].expected)


def test_a_horizon_too_long_for_the_history_is_declined():
    short = study(city(weeks=14), now=NOW, origin=ORIGIN)
    assert short.horizons == (1, 2)
    (notice,) = short.notices
    assert notice.code == "horizon_declined"
    assert notice.facts == {"horizon_weeks": 4, "weeks": 14, "minimum_weeks": 16}
    assert len(forecast(short)) == 2
    with pytest.raises(TooFewCases, match="at least 16 are needed"):
        study(city(weeks=14), now=NOW, origin=ORIGIN, horizons=(4,))


def test_it_stops_when_told_to_and_tells_how_far_it_is():
    heard: list[tuple[int, int]] = []

    def cancelled() -> bool:
        return len(heard) == 3

    with pytest.raises(StudyCancelled):
        study(
            city(weeks=20),
            now=NOW,
            origin=ORIGIN,
            horizons=(1,),
            progress=lambda done, of: heard.append((done, of)),
            cancelled=cancelled,
        )
    assert [done for done, _of in heard] == [1, 2, 3]


def test_weeks_to_test_and_to_learn_from():
    assert test_weeks(104) == range(78, 104)
    assert test_weeks(104, horizon=4) == range(75, 101)
    assert test_weeks(26) == range(13, 26)
    assert test_weeks(26, 40) == range(13, 26)
    for horizon in (1, 2, 4):
        assert len(test_weeks(weeks_needed(horizon), horizon=horizon)) == 3
    assert training_weeks(13) == range(6, 13)
    assert training_weeks(13, 4) == range(6, 10)
    assert training_weeks(156) == range(52, 156)
    assert all(len(training_weeks(week, 4)) >= 2 for week in range(8, 40))


def test_an_outside_series_is_told_by_its_distance_from_the_ordinary(result):
    history = result.history
    rain = np.full(history.weeks, 3.0)
    rain[-1], rain[0] = 5.0, np.nan
    table = FeatureTable(history, outside={"rain": rain})
    assert table.rows(history.weeks)["outside_rain"].iloc[0] == pytest.approx(
        table.outside["rain"][-1]
    )
    assert table.outside["rain"][-1] > 5
    assert abs(np.nanmean(table.outside["rain"])) < 1e-9
    assert np.isnan(table.outside["rain"][0])
