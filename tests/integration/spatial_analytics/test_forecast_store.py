"""From cases in the database to a stored forecast, its tiles, and the commands."""

import json
from datetime import UTC, datetime, timedelta

import mapbox_vector_tile
import numpy as np
import pandas as pd
import pytest
from django.core.management import CommandError, call_command

from accounts.rules.viewer import ANONYMOUS
from cases.models import Case
from core.rules.handlers import HANDLERS
from spatial_analytics.actions.forecast import store_forecast, study_city
from spatial_analytics.hotspots.events import TooFewCases
from spatial_analytics.models import HotspotCell, HotspotRun
from spatial_analytics.queries.histories import case_history
from spatial_analytics.queries.hotspots import hotspot_tile, latest_run
from tests.integration.spatial_analytics.city import Town
from tests.unit.spatial_analytics.synthetic import city
from tiles.layers import TileRequest
from tiles.queries.versions import data_version
from tiles.rules.grid import TileAddress

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def busy(town: Town) -> Town:
    """Twenty weeks of 60 cases at 40 places."""
    draw = np.random.default_rng(3)
    places = np.column_stack([draw.uniform(27.81, 27.99, 40), draw.uniform(39.61, 39.69, 40)])
    weight = draw.pareto(1.1, 40) + 0.2
    counts = draw.multinomial(60 * 20, weight / weight.sum())
    for (lon, lat), count in zip(places, counts, strict=True):
        for _ in range(count):
            at = NOW - timedelta(seconds=int(draw.integers(3 * 3600, 20 * 7 * 86400)))
            town.cases(1, at=at, lon=float(lon), lat=float(lat))
    return town


def test_the_history_is_public_cases_in_local_time(town: Town):
    at = datetime(2026, 5, 10, 20, 30, 5, tzinfo=UTC)
    town.cases(1, at=at, lon=27.95, lat=39.65, kind="tree")
    town.cases(1, at=at, lon=27.95, lat=39.65, public=False)
    events = case_history(since=at)
    first = events.where(np.arange(len(events)) == 0)
    assert str(first.time[0]) == "2026-05-10T23:30:05"
    assert (first.lon[0], first.lat[0], first.group[0]) == (27.95, 39.65, town.parks.pk)
    assert len(events) == Case.objects.filter(public=True, opened_at__gte=at).count() > 1


def test_an_empty_city_says_why(town: Town, now):
    with pytest.raises(TooFewCases):
        study_city(now=now)


def test_a_stored_forecast(busy: Town, django_capture_on_commit_callbacks):
    before = data_version("hotspots")
    result = study_city(now=NOW, weeks=6)
    with django_capture_on_commit_callbacks(execute=True):
        run = store_forecast(result, now=NOW)
    assert str(run.horizon_start) == "2026-06-01"
    assert (str(run.data_to), run.scores["test_weeks"]) == ("2026-05-31", 6)
    assert run.method == run.scores["chosen"]
    total = sum(run.cells.values_list("expected", flat=True))
    assert total == pytest.approx(60, rel=0.3)
    ranks = sorted(run.cells.values_list("rank_share", flat=True))
    assert ranks[-1] == 1.0
    assert ranks[0] == pytest.approx(1 / len(ranks))
    assert latest_run() == run
    assert data_version("hotspots") != before

    request = TileRequest(TileAddress(10, 591, 389), ANONYMOUS, {})
    features = mapbox_vector_tile.decode(hotspot_tile(request))["hotspots"]["features"]
    inside = {f["properties"]["h3"]: f["properties"] for f in features}
    stored = {f"{cell.h3:x}": cell for cell in HotspotCell.objects.filter(run=run)}
    assert set(inside) <= set(stored)
    assert len(inside) > 5
    for index, properties in inside.items():
        assert properties["expected"] == pytest.approx(stored[index].expected, abs=0.006)
    far = TileRequest(TileAddress(7, 73, 48), ANONYMOUS, {})
    best = mapbox_vector_tile.decode(hotspot_tile(far))["hotspots"]["features"]
    assert len(best) == int(0.05 * len(stored) + 1e-9)


def test_old_runs_go_and_other_groups_do_not_answer(busy: Town):
    result = study_city(now=NOW, weeks=4)
    old = store_forecast(result, now=NOW - timedelta(weeks=40))
    new = store_forecast(result, now=NOW, group=busy.roads.pk)
    assert not HotspotRun.objects.filter(pk=old.pk).exists()
    assert latest_run() is None
    assert latest_run(busy.roads.pk) == new


def test_the_nightly_job_says_why_it_did_nothing(town: Town):
    import spatial_analytics.jobs  # noqa: F401 - registers the handlers

    handler = HANDLERS["spatial_analytics.forecast_hotspots"]
    assert handler.every == timedelta(days=1)
    answer = handler.run({}, lambda done, message="": None)
    assert answer["skipped"] == "too_few_cases"


@pytest.fixture
def events_file(tmp_path):
    events = city(weeks=20)
    frame = pd.DataFrame(
        {"when": events.time, "y": events.lat, "x": events.lon, "what": events.group}
    )
    path = tmp_path / "cases.parquet"
    frame.to_parquet(path)
    columns = ["--time-column", "when", "--lat-column", "y", "--lon-column", "x"]
    return [f"--events={path}", *columns, "--group-column", "what"]


def test_evaluate_prints_the_table_and_writes_json(events_file, tmp_path, capsys):
    figures = tmp_path / "figures.json"
    call_command("evaluate_hotspots", *events_file, "--weeks", "4", "--json", str(figures))
    printed = capsys.readouterr().out
    for name in ("last week", "8-week mean", "exponentially weighted mean", "stack"):
        assert name in printed
    assert "PAI at 5 %" in printed
    assert json.loads(figures.read_text())["test_weeks"] == 4


@pytest.mark.parametrize("ending", ["parquet", "csv", "geojson", "html"])
def test_forecast_from_a_file_writes_a_file_and_nothing_else(events_file, tmp_path, ending):
    output = tmp_path / f"week.{ending}"
    call_command("forecast_hotspots", *events_file, "--weeks", "4", f"--output={output}")
    assert not HotspotRun.objects.exists()
    if ending == "parquet":
        frame = pd.read_parquet(output)
        assert list(frame.columns) == ["h3", "expected", "p_any", "lower", "upper"]
        assert frame.expected.is_monotonic_decreasing
    else:
        assert output.stat().st_size > 1000


def test_four_weeks_ahead_to_a_file(events_file, tmp_path):
    one, four = tmp_path / "one.parquet", tmp_path / "four.parquet"
    call_command("forecast_hotspots", *events_file, "--weeks", "4", f"--output={one}")
    options = ["--weeks", "4", f"--output={four}", "--horizon", "4"]
    call_command("forecast_hotspots", *events_file, *options)
    totals = [pd.read_parquet(path).expected.sum() for path in (one, four)]
    assert totals[1] == pytest.approx(4 * totals[0], rel=0.15)
    with pytest.raises(CommandError, match="no forecast for 3 weeks; there is for 1, 2, 4"):
        call_command(
            "forecast_hotspots", *events_file, "--weeks", "4", f"--output={one}", "--horizon=3"
        )


def test_save_stores_it(events_file):
    call_command("forecast_hotspots", *events_file, "--weeks", "4", "--save")
    assert HotspotRun.objects.get().cells.count() > 50


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--events=nowhere.parquet"], "There is no file nowhere.parquet"),
        ([], "There are 0 usable cases"),
        (["--group=nothing"], "There is no type group 'nothing'"),
    ],
)
def test_bad_input_is_one_clear_line(db, arguments, reason):
    with pytest.raises(CommandError, match=reason):
        call_command("evaluate_hotspots", *arguments)


def test_a_missing_column_is_named(events_file):
    with pytest.raises(CommandError, match=r"has no column 'opened'; it has: when, y, x, what"):
        call_command("evaluate_hotspots", *events_file, "--time-column", "opened")
