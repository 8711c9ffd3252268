"""Hotspots on real half-years and, where cases are loaded, on the city: accuracy and time.

    ./vip bench hotspots            all that is there
    ./vip bench hotspots boston     one of boston, newhaven, city

The files are looked for in `../shared/data/events`, or in `events` under `$VIP_SAMPLE_DATA`.
"""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

import numpy as np

from spatial_analytics.hotspots.events import UnusableHistory
from spatial_analytics.hotspots.files import read_events
from spatial_analytics.hotspots.forecast import Study, forecast_next_week, study
from spatial_analytics.hotspots.report import study_as_text

NEAR = Path(__file__).resolve().parents[3] / "shared" / "data"
FILES = {"boston": "boston_311_2011h2.parquet", "newhaven": "newhaven_scf_2014.parquet"}


def main(argv: list[str]) -> int:
    """Print a table for each city that is there. 0 where at least one could be measured."""
    parser = ArgumentParser(prog="bench hotspots")
    parser.add_argument("cities", nargs="*", metavar="CITY", help="boston, newhaven or city")
    parser.add_argument("--weeks", type=int, help="weeks to test on")
    options = parser.parse_args(argv)
    wanted = options.cities or [*FILES, "city"]
    measured = 0
    for name in wanted:
        print(f"=== {name}")
        measure = from_database if name == "city" else from_file(name)
        measured += report(measure, options.weeks)
    return 0 if measured else 1


def report(measure: Callable[[int | None], Study | str], weeks: int | None) -> bool:
    """Print one city's table and times; False with the reason where there is nothing to measure."""
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
    forecast_next_week(result)
    print(study_as_text(result))
    print(
        f"backtest of {len(result.backtest.weeks)} weeks by six methods {tested[0]:.1f} s "
        f"({tested[1]:.1f} s of processor), forecast {time.perf_counter() - wall:.1f} s\n"
    )
    return True


def from_file(name: str) -> Callable[[int | None], Study | str]:
    """A city of FILES."""

    def measure(weeks: int | None) -> Study | str:
        if name not in FILES:
            return f"there is no city {name!r}; there are {', '.join(FILES)} and city"
        path = Path(os.environ.get("VIP_SAMPLE_DATA", NEAR)) / "events" / FILES[name]
        if not path.is_file():
            return f"{path.name} is not there: set VIP_SAMPLE_DATA"
        events = read_events(path, time="created_at", lat="lat", lon="lon", group="category")
        return study(events, now=np.datetime64("now", "s"), weeks=weeks)

    return measure


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
