"""The forecast on a real half-year of requests, where the file is there."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from spatial_analytics.hotspots.forecast import study
from spatial_analytics.hotspots.placeholders import find_placeholders
from spatial_analytics.rules.events import Events

NEAR = Path(__file__).resolve().parents[4] / "shared" / "data"
DATA = Path(os.environ.get("VIP_SAMPLE_DATA", NEAR))
BOSTON = DATA / "events" / "boston_311_2011h2.parquet"

pytestmark = pytest.mark.skipif(
    not BOSTON.is_file(), reason=f"{BOSTON.name} is not there: set VIP_SAMPLE_DATA"
)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return pd.read_parquet(BOSTON)


@pytest.fixture(scope="module")
def events(frame) -> Events:
    return Events(
        frame.created_at.to_numpy("datetime64[s]"),
        frame.lat.to_numpy(),
        frame.lon.to_numpy(),
        pd.factorize(frame.category)[0].astype(np.int64),
    )


def test_exactly_the_flagged_rows_are_set_aside(frame, events):
    (found,) = find_placeholders(events.lat, events.lon, events.group)
    flagged = frame.location_is_default.to_numpy()
    assert found.count == flagged.sum() == 4775
    at = (events.lat == found.lat) & (events.lon == found.lon)
    assert (at == flagged).all()


def test_the_backtest_beats_last_week_by_far(events):
    result = study(events, now=np.datetime64("2026-01-01T00:00:00"))
    assert result.history.grid.resolution == 9
    assert len(result.backtest.weeks) == 13
    five = {name: score.shares[1] for name, score in result.backtest.pooled().items()}
    assert five["last_week"].hit_rate.value == pytest.approx(0.141, abs=0.005)
    assert five["stack"].hit_rate.low > five["last_week"].hit_rate.high
    assert five["stack"].hit_rate.value >= five["mean_8"].hit_rate.value
