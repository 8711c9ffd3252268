"""Hotspots on real half-years and, where cases are loaded, on the city; and what many cases cost.

    ./vip bench hotspots                          every city that is there
    ./vip bench hotspots --city=boston            one of boston, newhaven, changing, city
    ./vip bench hotspots --cases=10000000         time and memory with so many made-up cases

The files are looked for in `../shared/data/events`, or in `events` under `$VIP_SAMPLE_DATA`.
`changing` is made up: three years on 1,800 cells whose rates drift, swell with the season and infect
their neighbours. It shows what learning gains where there is something to learn.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

import numpy as np

from spatial_analytics.hotspots.backtest import run_backtest
from spatial_analytics.hotspots.calibration import calibrate, calibrate_unusual
from spatial_analytics.hotspots.events import UnusableHistory
from spatial_analytics.hotspots.features import HORIZONS, FeatureTable
from spatial_analytics.hotspots.files import read_events
from spatial_analytics.hotspots.forecast import Study, forecast, study
from spatial_analytics.hotspots.history import build_history
from spatial_analytics.hotspots.horizon import HorizonForecaster
from spatial_analytics.hotspots.report import study_as_text
from tests.benchmarks.changing_city import changing_city, many_cases

NEAR = Path(__file__).resolve().parents[3] / "shared" / "data"
FILES = {"boston": "boston_311_2011h2.parquet", "newhaven": "newhaven_scf_2014.parquet"}
# Federal holidays of the United States in the months of the files.
HOLIDAYS = {
    "boston": ("07-04", "09-05", "10-10", "11-11", "11-24", "12-26"),
    "newhaven": (
        *("01-01", "01-20", "02-17", "05-26", "07-04", "09-01", "10-13", "11-11", "11-27"),
        "12-25",
    ),
}
YEARS = {"boston": 2011, "newhaven": 2014}


def main(argv: list[str]) -> int:
    """Print the tables of each city that is there. 0 where at least one could be measured."""
    parser = ArgumentParser(prog="bench hotspots")
    parser.add_argument("--city", choices=[*FILES, "changing", "city"])
    parser.add_argument("--weeks", type=int, help="weeks to test on")
    parser.add_argument("--cases", type=int, help="made-up cases instead of a city")
    options = parser.parse_args(argv)
    if options.cases:
        cost(options.cases)
        return 0
    measured = 0
    for name in [options.city] if options.city else [*FILES, "changing", "city"]:
        print(f"=== {name}", flush=True)
        measured += report(source(name), options.weeks)
    return 0 if measured else 1


def source(name: str) -> Callable[[int | None], Study | str]:
    """What makes the study of a city."""
    if name == "city":
        return from_database
    return from_changing if name == "changing" else from_file(name)


def report(measure: Callable[[int | None], Study | str], weeks: int | None) -> bool:
    """Print one city's tables and times; False with the reason where there is nothing to measure."""
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        result = measure(weeks)
    except UnusableHistory as error:
        result = str(error)
    if isinstance(result, str):
        print(f"skipped: {result}\n")
        return False
    tested = time.perf_counter() - wall, time.process_time() - cpu
    wall = time.perf_counter()
    forecast(result)
    print(study_as_text(result))
    for horizon, backtest in result.walk.backtests.items():
        for what, classes in (
            ("any", calibrate(backtest)),
            ("unusual", calibrate_unusual(backtest)),
        ):
            pairs = "  ".join(f"{one.said:.3f}/{one.happened:.3f}" for one in classes)
            print(f"{horizon} w, P({what}) said/happened by tenths: {pairs}")
    print(
        f"study {tested[0]:.1f} s ({tested[1]:.1f} s of processor), "
        f"forecast of every horizon {time.perf_counter() - wall:.1f} s\n"
    )
    return True


def from_file(name: str) -> Callable[[int | None], Study | str]:
    """A city of FILES."""

    def measure(weeks: int | None) -> Study | str:
        path = Path(os.environ.get("VIP_SAMPLE_DATA", NEAR)) / "events" / FILES[name]
        if not path.is_file():
            return f"{path.name} is not there: set VIP_SAMPLE_DATA"
        events = read_events(path, time="created_at", lat="lat", lon="lon", group="category")
        rest = frozenset(np.datetime64(f"{YEARS[name]}-{day}") for day in HOLIDAYS[name])
        return study(events, now=np.datetime64("now", "s"), weeks=weeks, holidays=rest)

    return measure


def from_changing(weeks: int | None) -> Study | str:
    """The made-up city."""
    events, origin = changing_city()
    return study(events, now=origin.astype("datetime64[s]"), origin=origin, weeks=weeks)


def from_database(weeks: int | None) -> Study | str:
    """The city that is loaded."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_vip.settings.local")
    import django
    from django.db import DatabaseError
    from django.utils import timezone

    django.setup()
    from spatial_analytics.actions.forecast import study_city

    try:
        return study_city(now=timezone.now(), weeks=weeks)
    except DatabaseError as error:
        return f"the database cannot be read: {str(error).splitlines()[0]}"


def cost(cases: int) -> None:
    """Time of each step, and the most memory so far."""
    events, origin = many_cases(cases)
    clock = Clock()
    clock.tell(f"{cases:,} cases made")
    history = build_history(events, origin)
    del events
    table = FeatureTable(history)
    known = int(history.known(history.weeks).sum())
    where = f"{known:,} cells of resolution {history.grid.resolution}, {history.weeks} weeks"
    clock.tell(f"counted: {where}")
    forecasters = [HorizonForecaster(horizon) for horizon in HORIZONS]
    for forecaster in forecasters:
        forecaster.learn(table, history.weeks)
    clock.tell(f"learned anew, {len(HORIZONS)} horizons")
    for forecaster in forecasters:
        forecaster.forecast(table, history.weeks)
    clock.tell("forecast of every horizon")
    walk = run_backtest(table, horizons=HORIZONS)
    clock.tell("walked, tested and learned, rows drawn before")
    print(study_as_text(Study(history, table, walk, ())))


class Clock:
    """Prints what each step took."""

    def __init__(self) -> None:
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def tell(self, what: str) -> None:
        """Seconds since the last one was told, of the clock and of processors; the most memory so far."""
        wall, processor = time.perf_counter(), time.process_time()
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(
            f"{what}: {wall - self._wall:.1f} s ({processor - self._processor:.1f} s of processor), "
            f"at most {most:.2f} GB",
            flush=True,
        )
        self._wall, self._processor = wall, processor


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
