"""What `forecast_hotspots` and `evaluate_hotspots` have in common: where the cases come from."""

from argparse import ArgumentParser
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from tqdm import tqdm

from spatial_analytics.actions.forecast import city_events, study_city, study_events
from spatial_analytics.hotspots.events import UnusableHistory
from spatial_analytics.hotspots.files import UnreadableEvents, read_events
from spatial_analytics.hotspots.forecast import Study
from spatial_analytics.queries.type_groups import type_groups
from spatial_analytics.rules.events import Events


def add_study_options(parser: ArgumentParser) -> None:
    """Source of the cases, resolution, number of test weeks."""
    parser.add_argument("--events", type=Path, help="Parquet or CSV file instead of the database")
    parser.add_argument("--time-column", default="created_at")
    parser.add_argument("--lat-column", default="lat")
    parser.add_argument("--lon-column", default="lon")
    parser.add_argument("--group-column", help="type of the case: sharpens the search for defaults")
    parser.add_argument("--group", help="code of a type group: learn from its cases only")
    parser.add_argument("--resolution", type=int, choices=[7, 8, 9, 10])
    parser.add_argument("--weeks", type=int, help="weeks to test on (26, or half of the history)")


def run_study(options: dict[str, Any], *, now: datetime) -> tuple[Study, Events]:
    """The study that the options ask for, and the cases behind it. Raises CommandError with the reason where there is none."""
    if options["weeks"] is not None and options["weeks"] < 1:
        raise CommandError("--weeks is a number of weeks, 1 or more.")
    if options["events"] is not None and options["group"]:
        raise CommandError("--group is a group of this city; with --events leave it out.")
    bar = tqdm(unit=" weeks", disable=None, leave=False)

    def progress(done: int, of: int) -> None:
        bar.total = of
        bar.update(done - bar.n)

    kept = {"resolution": options["resolution"], "weeks": options["weeks"], "progress": progress}
    try:
        if options["events"] is None:
            group = group_id(options["group"])
            events = city_events(now=now)
            return study_city(events, now=now, group=group, **kept), events
        events = read_events(
            options["events"],
            time=options["time_column"],
            lat=options["lat_column"],
            lon=options["lon_column"],
            group=options["group_column"],
        )
        return study_events(events, now=now, **kept), events
    except (UnusableHistory, UnreadableEvents) as error:
        raise CommandError(str(error)) from None
    finally:
        bar.close()


def writable(path: Path | None, endings: Collection[str] = ()) -> None:
    """Raises CommandError for a file that could not be written: before hours of work, not after."""
    if path is None:
        return
    if not path.parent.is_dir():
        raise CommandError(f"There is no folder {path.parent}.")
    if endings and path.suffix not in endings:
        raise CommandError(f"{path.name} must end in one of: {', '.join(sorted(endings))}.")


def group_id(code: str | None) -> int | None:
    """Key of a type group. Raises CommandError for an unknown code."""
    if code is None:
        return None
    known = {group.code: group.id for group in type_groups()}
    if code not in known:
        raise CommandError(f"There is no type group {code!r}; there are: {', '.join(known)}.")
    return known[code]
