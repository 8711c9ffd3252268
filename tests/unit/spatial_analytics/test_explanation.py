"""Why a cell is forecast as it is: factors that multiply to what is expected, and say the truth."""

import json

import numpy as np
import pytest

from spatial_analytics.hotspots.explanation import PARTS, Explanation, explain
from spatial_analytics.hotspots.forecast import Study, forecast, study
from spatial_analytics.rules.events import Events
from tests.unit.spatial_analytics.synthetic import NOW, ORIGIN, city, joined, pile

QUIET = (39.70, 27.95)


@pytest.fixture(scope="module")
def result() -> Study:
    """A city where one quiet cell has had many cases in the last three weeks."""
    events = city(weeks=30, per_week=100)
    lately = events.where(events.time > ORIGIN.astype("datetime64[s]") - np.timedelta64(21, "D"))
    parts = [
        pile(4, lat=QUIET[0] + i * 1e-5, lon=QUIET[1], types=12, like=lately, seed=i)
        for i in range(10)
    ]
    once = pile(
        2, lat=QUIET[0], lon=QUIET[1], types=12, like=events.where(events.time < lately.time[0])
    )
    return study(joined(events, once, *parts), now=NOW, origin=ORIGIN, weeks=3, horizons=(1, 4))


def cell_at(result: Study, lat: float, lon: float) -> int:
    gaps = np.abs(result.history.grid.centres - [lat, lon]).sum(axis=1)
    return int(result.history.grid.cells[gaps.argmin()])


def factors(explanation: Explanation) -> dict[str, float]:
    return {part.code: part.factor for part in explanation.parts}


@pytest.mark.parametrize("horizon", [1, 4])
def test_the_factors_multiply_to_what_is_expected(result, horizon):
    said = forecast(result)[horizon]
    some = said.cells[:: len(said.cells) // 20]
    for one in explain(result, some.tolist(), horizon):
        at = np.searchsorted(said.cells, one.cell)
        assert one.expected == pytest.approx(said.expected[at], rel=1e-4)
        assert tuple(factors(one)) == PARTS
        assert one.ordinary * np.prod(list(factors(one).values())) == pytest.approx(one.expected)


def test_what_raised_a_cell_is_found(result):
    said = forecast(result)[1]
    best = int(said.cells[said.expected.argmax()])
    usual, rising = explain(result, [best, cell_at(result, *QUIET)])
    assert factors(usual)["usual"] > 2
    assert factors(rising)["recent"] == max(factors(rising).values())
    assert factors(rising)["recent"] > 1.5
    assert rising.counts[-3:] == tuple(
        result.history.counts[result.history.grid.index_of(np.array([rising.cell]))[0], -3:]
    )
    assert len(rising.weeks) == len(rising.counts) == 26
    assert rising.weeks[-1] == "2026-05-25"


def test_the_words_hold_the_figures(result):
    (one,) = explain(result, [cell_at(result, *QUIET)])
    recent = next(part for part in one.parts if part.code == "recent")
    assert recent.facts["recent"] > 3 * recent.facts["ordinary"]
    assert f"{recent.facts['recent']} cases a week" in recent.text
    stored = json.loads(json.dumps(one.as_json()))
    assert stored["h3"] == f"{one.cell:x}"
    assert [part["code"] for part in stored["parts"]] == list(PARTS)


def test_a_cell_that_is_not_forecast_is_refused(result):
    with pytest.raises(KeyError, match="is not forecast"):
        explain(result, [0x891EE2A0A2FFFFF])


def test_days_of_rest_lower_the_season():
    days = np.arange("2025-08-25", "2026-06-08", dtype="datetime64[D]")
    rest = frozenset([*days[20:280:28], np.datetime64("2026-06-02"), np.datetime64("2026-06-03")])
    events = city(weeks=40, per_week=150)
    working = events.where(~np.isin(events.time.astype("datetime64[D]"), list(rest)))
    result = study(
        Events(working.time, working.lat, working.lon, working.group),
        now=NOW,
        origin=ORIGIN,
        weeks=3,
        horizons=(1,),
        holidays=rest,
    )
    best = int(forecast(result)[1].cells[forecast(result)[1].expected.argmax()])
    (one,) = explain(result, [best])
    season = next(part for part in one.parts if part.code == "season")
    assert season.facts["rest_days"] == 2
    assert 0.6 < season.factor < 0.9
