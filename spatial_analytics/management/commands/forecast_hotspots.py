"""`vip manage forecast_hotspots`: learns from the history and writes next week's expected counts."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from addresses.queries.extent import CityView
from spatial_analytics.actions.forecast import store_forecast
from spatial_analytics.folium_export.maps import MOST_CELLS, hotspot_page, week_title
from spatial_analytics.folium_export.offline_map import MissingLibrary
from spatial_analytics.hotspots.files import UnreadableEvents, as_frame, write_forecast
from spatial_analytics.hotspots.forecast import Study, forecast
from spatial_analytics.hotspots.report import study_as_json, study_as_text
from spatial_analytics.management.study_options import (
    add_study_options,
    group_id,
    run_study,
    writable,
)
from spatial_analytics.queries.accuracy import accuracy_lines


class Command(BaseCommand):
    help = "Forecasts next week's cases per H3 cell and stores them, or writes them to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_study_options(parser)
        parser.add_argument(
            "--output", type=Path, help="write .parquet, .csv, .geojson or .html (a map)"
        )
        parser.add_argument(
            "--horizon", type=int, default=1, help="weeks ahead that --output holds: 1, 2 or 4"
        )
        parser.add_argument(
            "--save", action="store_true", help="store the forecast even when --events is a file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        from_file, output = options["events"] is not None, options["output"]
        if from_file and output is None and not options["save"]:
            raise CommandError(
                "With --events say where the forecast goes: --output FILE or --save."
            )
        writable(output, {".parquet", ".csv", ".geojson", ".html"})
        now = timezone.now()
        result, events = run_study(options, now=now)
        self.stdout.write(study_as_text(result))
        if output is not None:
            self._write(result, output, options["horizon"])
        if not from_file or options["save"]:
            run = store_forecast(result, events, now=now, group=group_id(options["group"]))
            self.stdout.write(
                f"Stored: weeks from {run.horizon_start}, {run.cells.filter(weeks=1).count():,} cells."
            )

    def _write(self, result: Study, output: Path, horizon: int) -> None:
        if horizon not in result.horizons:
            possible = ", ".join(map(str, result.horizons))
            raise CommandError(
                f"There is no forecast for {horizon} weeks; there is for {possible}."
            )
        if horizon > 1 and output.suffix == ".html":
            raise CommandError("The map as a file shows one week: leave out --horizon.")
        said = forecast(result)[horizon]
        try:
            if output.suffix == ".html":
                rows = [
                    {**row, "h3": int(row["h3"], 16)}
                    for row in as_frame(said).head(MOST_CELLS).to_dict("records")
                ]
                lat, lon = np.median(result.history.grid.centres, axis=0)
                title = week_title(date.fromisoformat(str(result.history.origin)))
                page = hotspot_page(
                    rows,
                    title=title,
                    accuracy=accuracy_lines(study_as_json(result)),
                    lines=[],
                    view=CityView(lon=float(lon), lat=float(lat), zoom=12, bounds=""),
                )
                output.write_text(page, encoding="utf-8")
            else:
                write_forecast(said, output)
        except (UnreadableEvents, MissingLibrary) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Written: {output} ({len(said.cells):,} cells).")
