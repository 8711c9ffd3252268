"""From cases in the database to a stored forecast, its tiles, and the commands."""

import json
import math
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import h3.api.basic_int as h3
import mapbox_vector_tile
import numpy as np
import pandas as pd
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.rules.viewer import ANONYMOUS
from cases.models import Case
from core.rules.handlers import HANDLERS
from spatial_analytics.actions.forecast import (
    city_events,
    forecast_all,
    look_back,
    store_forecast,
    study_city,
)
from spatial_analytics.hotspots.events import TooFewCases
from spatial_analytics.models import HotspotCell, HotspotRun
from spatial_analytics.queries.histories import case_history
from spatial_analytics.queries.hotspots import all_cells, hotspot_tile, latest_run, stops
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
    hidden = Case.objects.latest("pk").pk
    events = case_history(since=at, public=True)
    first = events.where(events.time == events.time.min())
    assert str(first.time[0]) == "2026-05-10T23:30:05"
    assert (first.lon[0], first.lat[0], first.group[0]) == (27.95, 39.65, town.parks.pk)
    assert first.kind[0] == town.types["tree"].pk
    assert first.cell[0] == Case.objects.get(pk=first.case[0]).h3_10
    assert len(events) == Case.objects.filter(public=True, opened_at__gte=at).count() > 1
    assert hidden not in events.case
    assert hidden in case_history(since=at, public=False).case


def test_the_history_counts_each_request_once(town: Town):
    at = datetime(2026, 5, 10, 20, 30, 5, tzinfo=UTC)
    town.cases(6, at=at, lon=27.95, lat=39.65)
    original, duplicate, cancelled, reopened, parent, part = Case.objects.order_by("-pk")[:6]
    Case.objects.filter(pk=duplicate.pk).update(state="DUPLICATE", duplicate_of=original)
    Case.objects.filter(pk=cancelled.pk).update(state="CANCELLED")
    Case.objects.filter(pk=reopened.pk).update(state="REOPENED")
    Case.objects.filter(pk=part.pk).update(parent=parent)
    counted = set(case_history(since=at, public=True).case)
    assert {original.pk, reopened.pk, part.pk} <= counted
    assert not {duplicate.pk, cancelled.pk, parent.pk} & counted


def test_what_is_sensitive_is_learned_from_by_alerts_only(town: Town):
    at = datetime(2026, 5, 10, 20, 30, 5, tzinfo=UTC)
    town.cases(1, at=at, lon=27.95, lat=39.65, kind="tree")
    secret = Case.objects.latest("pk").pk
    town.types["tree"].sensitive = True
    town.types["tree"].save()
    assert secret not in case_history(since=at, public=True).case
    assert secret in case_history(since=at, public=False).case


def test_what_was_entered_late_is_known_by_its_number(town: Town):
    town.cases(1, at=NOW, lon=27.95, lat=39.65)
    town.cases(1, at=NOW - timedelta(days=3), lon=27.95, lat=39.65)
    events = case_history(since=NOW - timedelta(days=30), public=True)
    late = dict(zip(events.case.tolist(), events.late.tolist(), strict=True))
    paper, call = Case.objects.order_by("-pk").values_list("pk", flat=True)[:2]
    # The town's own cases may be newer than both: the newest entry before each counts.
    assert late[paper] - late[call] == 3 * 86400


def test_an_empty_city_says_why(town: Town, now):
    with pytest.raises(TooFewCases):
        study_city(city_events(now=now), now=now)


def test_a_stored_forecast(busy: Town, django_capture_on_commit_callbacks):
    before = data_version("hotspots")
    events = city_events(now=NOW)
    result = study_city(events, now=NOW, weeks=6)
    with django_capture_on_commit_callbacks(execute=True):
        run = store_forecast(result, events, now=NOW)
    assert str(run.horizon_start) == "2026-06-01"
    assert (str(run.data_to), run.scores["test_weeks"]) == ("2026-05-31", 6)
    assert run.scores["chosen"] == "stack"
    week = run.cells.filter(weeks=1)
    total = sum(week.values_list("expected", flat=True))
    assert total == pytest.approx(60, rel=0.3)
    month = sum(run.cells.filter(weeks=4).values_list("expected", flat=True))
    assert month == pytest.approx(240, rel=0.3)
    ranks = sorted(week.values_list("rank_share", flat=True))
    assert ranks[-1] == 1.0
    assert ranks[0] == pytest.approx(1 / len(ranks))
    for cell in week:
        assert 0 < cell.distinct <= cell.expected * (1 + 1e-9)
        assert 0 <= cell.p_unusual <= cell.p_any <= 1
        assert cell.happened is None
    assert latest_run() == run
    assert data_version("hotspots") != before

    request = TileRequest(TileAddress(10, 591, 389), ANONYMOUS, {})
    features = mapbox_vector_tile.decode(hotspot_tile(request))["hotspots"]["features"]
    inside = {f["properties"]["h3"]: f["properties"] for f in features}
    stored = {f"{cell.h3:x}": cell for cell in week}
    assert set(inside) <= set(stored)
    assert len(inside) > 5
    for index, properties in inside.items():
        assert properties["expected"] == pytest.approx(stored[index].expected, abs=0.006)
    longer = TileRequest(request.tile, ANONYMOUS, {"weeks": "4", "run": run.pk})
    later = mapbox_vector_tile.decode(hotspot_tile(longer))["hotspots"]["features"]
    assert sum(f["properties"]["expected"] for f in later) > 3 * sum(
        p["expected"] for p in inside.values()
    )
    far = TileRequest(TileAddress(7, 73, 48), ANONYMOUS, {})
    best = mapbox_vector_tile.decode(hotspot_tile(far))["hotspots"]["features"]
    assert len(best) == int(0.05 * len(stored) + 1e-9)


def test_high_cells_become_areas_with_names(busy: Town):
    events = city_events(now=NOW)
    run = store_forecast(study_city(events, now=NOW, weeks=4), events, now=NOW)
    first, *others = run.areas.order_by("rank")
    assert first.neighbourhood in ("Akçay", "Bahçe", "Çınar")
    assert first.neighbourhood in first.name
    assert all(area.expected <= first.expected for area in others)
    assert first.types[0]["type"] == busy.types["hole"].pk
    inside = Case.objects.filter(opened_at__gte=NOW - timedelta(weeks=52))
    counts = Counter(h3.cell_to_parent(case.h3_10, run.resolution) for case in inside)
    assert first.types[0]["count"] == sum(counts[cell] for cell in first.cells)
    assert first.types[0]["share"] == 1.0
    assert first.geom.area > 0


def test_what_then_happened_is_told_when_its_time_is_over(busy: Town):
    then = NOW - timedelta(weeks=2)
    past = city_events(now=then)
    run = store_forecast(study_city(past, now=then, weeks=4), past, now=then)
    assert look_back(city_events(now=NOW), now=NOW) == 2  # one week, two; four are not over
    assert look_back(city_events(now=NOW), now=NOW) == 0
    week = run.cells.filter(weeks=1)
    first, last = run.horizon_start, run.horizon_start + timedelta(days=7)
    zone = ZoneInfo(settings.TIME_ZONE)
    came = [
        at for at in Case.objects.values_list("opened_at", flat=True)
        if first <= at.astimezone(zone).date() < last
    ]  # fmt: skip
    known = sum(week.values_list("happened", flat=True))
    assert 0 < known <= len(came)
    run.refresh_from_db()
    assert run.scores["then"]["1"]["cases"] == len(came)
    count = math.ceil(0.05 * week.count())
    best = sum(cell.happened for cell in week.order_by("rank_share")[:count])
    assert run.scores["then"]["1"]["caught"] == best
    assert not run.cells.filter(weeks=4).exclude(happened=None).exists()
    cells = {cell["h3"]: cell["happened"] for cell in all_cells(run, 1)}
    for cell in week:
        told = -1 if 0 < cell.happened < 3 else cell.happened
        assert cells[f"{cell.h3:x}"] == told
    # Of two weeks, less the first one, single requests could be told.
    assert not any("happened" in cell for cell in all_cells(run, 2))
    for cell in all_cells(run, 1):
        assert cell.get("usual", 3) * 52 >= 3


def test_of_former_weeks_one_run_each_stays(busy: Town):
    events = city_events(now=NOW)
    result = study_city(events, now=NOW, weeks=4)
    at = [NOW - timedelta(days=days) for days in (300, 41, 40, 39, 30, 2, 1)]
    starts = [moment.date() for moment in at]
    for moment, start in zip(at, starts, strict=True):
        HotspotRun.objects.create(
            created_at=moment, data_from=start, data_to=start, horizon_start=start, resolution=9
        )
    store_forecast(result, events, now=NOW)
    kept = set(HotspotRun.objects.values_list("horizon_start", flat=True))
    weeks = {start.isocalendar()[:2] for start in starts[1:5]}
    assert {start.isocalendar()[:2] for start in kept if start <= starts[4]} == weeks
    assert len([start for start in kept if start <= starts[4]]) == len(weeks)
    assert starts[0] not in kept
    assert {starts[5], starts[6]} <= kept


def test_every_group_has_its_own_and_the_short_ones_say_why(busy: Town):
    told, words = [], []

    def tell(share: float, text: str = "") -> None:
        told.append(share)
        words.append(text)

    done = forecast_all(None, tell, now=NOW)
    assert done["made"] == 2
    assert done["skipped"][str(busy.parks.pk)]["code"] == "too_few_cases"
    assert latest_run(busy.roads.pk) != latest_run()
    assert latest_run(busy.parks.pk) is None
    assert told == sorted(told)
    assert told[-1] <= 1
    first = [share for share, text in zip(told, words, strict=True) if text == "0/3"]
    assert len(set(first)) > 10  # it moves while the first is learned
    assert list(dict.fromkeys(words)) == ["0/3", "1/3", "2/3", "3/3"]


def test_who_stops_it_is_heard_while_a_forecast_is_learned(busy: Town):
    class Stopped(Exception):
        pass

    def tell(share: float, text: str = "") -> None:
        if share > 0.1:
            raise Stopped

    with pytest.raises(Stopped):
        forecast_all([None], tell, now=NOW)
    assert not HotspotRun.objects.exists()


def test_a_citys_first_night_shows_what_came_of_former_weeks(busy: Town):
    done = forecast_all([None], lambda share, text="": None, now=NOW)
    assert done["made"] == 1 and done["afterwards"] >= 1 and done["looked_back"] >= 1
    newest, *former = HotspotRun.objects.order_by("-created_at")
    assert len(former) == done["afterwards"] and newest == latest_run()
    for run in former:
        assert run.data_to < run.horizon_start <= newest.horizon_start - timedelta(days=7)
        assert run.notices[0]["code"] == "made_afterwards"
        begin = datetime.combine(run.horizon_start, datetime.min.time(), NOW.tzinfo)
        came = Case.objects.filter(opened_at__range=(begin, begin + timedelta(days=7))).count()
        assert abs(run.scores["then"]["1"]["cases"] - came) <= 5  # hours of the zone
    assert forecast_all([None], lambda share, text="": None, now=NOW)["afterwards"] == 0


def test_the_nightly_job_says_why_it_did_nothing(town: Town):
    import spatial_analytics.jobs  # noqa: F401 - registers the handlers

    handler = HANDLERS["spatial_analytics.forecast_hotspots"]
    assert handler.every == timedelta(days=1)
    answer = handler.run({}, lambda done, message="": None)
    assert answer["made"] == 0
    assert answer["skipped"]["*"]["code"] == "too_few_cases"
    assert answer["skipped"]["*"]["facts"]["minimum"] == 200


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
    assert HotspotRun.objects.get().cells.filter(weeks=1).count() > 50


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--events=nowhere.parquet"], "There is no file nowhere.parquet"),
        ([], "There are 0 usable cases"),
        (["--group=nothing"], "There is no type group 'nothing'"),
        (["--weeks=-3"], "--weeks is a number of weeks"),
        (["--json=/nowhere/at/all.json"], "There is no folder /nowhere/at"),
        (["--events=nowhere.parquet", "--group=roads"], "--group is a group of this city"),
    ],
)
def test_bad_input_is_one_clear_line(db, arguments, reason):
    with pytest.raises(CommandError, match=reason):
        call_command("evaluate_hotspots", *arguments)


def test_a_missing_column_is_named(events_file):
    with pytest.raises(CommandError, match=r"has no column 'opened'; it has: when, y, x, what"):
        call_command("evaluate_hotspots", *events_file, "--time-column", "opened")


def test_the_classes_of_the_map_are_the_best_shares_of_its_cells(db, now):
    day = now.date()
    run = HotspotRun.objects.create(
        created_at=now, data_from=day, data_to=day, horizon_start=day, resolution=9, method="x",
        code_version="1",
    )  # fmt: skip
    HotspotCell.objects.bulk_create(
        HotspotCell(
            run=run, weeks=1, h3=n, expected=n, usual=1, p_any=0.5, p_unusual=n / 1000, lower=0,
            upper=9, rank_share=0.5, distinct=n / 2, dwellings=100 if n > 50 else None,
            happened=None if n > 10 else 0,
        )
        for n in range(1, 101)
    )  # fmt: skip
    assert stops(run, 1, "expected") == [(1, 0.0), (2, 76.0), (3, 91.0), (4, 96.0), (6, 100.0)]
    assert stops(run, 1, "p_unusual")[-1] == (6, 0.1)
    assert stops(run, 1, "distinct")[1] == (2, 38.0)
    assert stops(run, 1, "per_100")[1] == (2, 88.0)
    assert stops(run, 1, "happened") == stops(run, 2, "expected") == [(1, 0.0)]
    assert stops(run, 1, "emerging") == [(1, 0.0)]
