"""Groups side by side: in this process, in others, and on a Dask cluster, with the same figures."""

import numpy as np
import pytest
from distributed import LocalCluster

from spatial_analytics.hotspots.backtest import StudyCancelled
from spatial_analytics.hotspots.events import TooFewCases
from spatial_analytics.hotspots.forecast import forecast, study
from spatial_analytics.hotspots.groups import ALL_GROUPS, GroupStudy, spread_over, study_groups
from tests.unit.spatial_analytics.synthetic import NOW, ORIGIN, city

WANTED = {"now": NOW, "origin": ORIGIN, "weeks": 4, "horizons": (1,)}
EVENTS = city(weeks=20, per_week=240, types=3)


@pytest.fixture(scope="module")
def here() -> list[GroupStudy]:
    return study_groups(EVENTS, [ALL_GROUPS, 1, 99], **WANTED)


def test_each_group_has_its_study_or_its_refusal(here):
    everything, one, nothing = here
    assert everything.study is not None
    assert one.study is not None
    assert one.study.history.totals.sum() < everything.study.history.totals.sum()
    assert nothing.study is None
    assert isinstance(nothing.refusal, TooFewCases)
    assert nothing.refusal.facts["count"] == 0


def test_a_group_knows_what_the_others_had_in_its_cells(here):
    names = here[1].study.table.names
    assert {"other_4", "other_52"} <= set(names)
    assert "other_4" not in here[0].study.table.names


def test_it_is_what_one_study_alone_says(here):
    alone = study(EVENTS, only=1, **WANTED)
    assert forecast(here[1].study)[1].expected == pytest.approx(forecast(alone)[1].expected)


def test_a_dask_cluster_says_the_same(here):
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        spread_over(cluster.scheduler_address),
    ):
        heard: list[tuple[int, int]] = []
        spread = study_groups(
            EVENTS,
            [ALL_GROUPS, 1, 99],
            progress=lambda done, of: heard.append((done, of)),
            jobs=-1,
            **WANTED,
        )
    assert heard == [(1, 3), (2, 3), (3, 3)]
    assert [one.group for one in spread] == [ALL_GROUPS, 1, 99]
    assert spread[2].refusal.facts == here[2].refusal.facts
    for mine, theirs in zip(here[:2], spread[:2], strict=True):
        said = forecast(theirs.study)[1]
        assert said.expected == pytest.approx(forecast(mine.study)[1].expected)
        # What came back can still forecast.
        rows = theirs.study.table.rows(theirs.study.history.weeks)
        assert np.isfinite(theirs.study.walk.forecasters[1].said(rows)).all().all()


def test_without_a_cluster_nothing_changes():
    with spread_over(""):
        (nothing,) = study_groups(EVENTS, [99], jobs=2, **WANTED)
    assert isinstance(nothing.refusal, TooFewCases)


def test_it_stops_between_groups():
    with pytest.raises(StudyCancelled):
        study_groups(EVENTS, [ALL_GROUPS, 99], cancelled=lambda: True, **WANTED)
