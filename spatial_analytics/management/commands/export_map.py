"""`vip manage export_map choropleth|density|hotspots FILE.html`: a map that opens without a network."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from spatial_analytics.conf import CONF
from spatial_analytics.folium_export.maps import (
    NothingToShow,
    density_file,
    hotspots_file,
)
from spatial_analytics.folium_export.offline_map import MissingLibrary
from spatial_analytics.folium_export.thematic import thematic_file
from spatial_analytics.management.study_options import group_id
from spatial_analytics.queries.hotspots import latest_run
from spatial_analytics.queries.reach import Counted, Sight
from spatial_analytics.queries.registry import indicators
from spatial_analytics.queries.thematic import thematic
from spatial_analytics.rules.density import read_density
from spatial_analytics.rules.indicators import LEVELS
from spatial_analytics.rules.question import BadQuestion
from spatial_analytics.rules.thematic import SHOWS, read_map
from spatial_analytics.web.thematic_words import entry_name, map_title


class Command(BaseCommand):
    help = "Writes a thematic map as one HTML file. Without --all it holds what the public may see."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=["choropleth", "density", "hotspots"])
        parser.add_argument("file", type=Path)
        parser.add_argument("--level", default="district", choices=LEVELS)
        parser.add_argument("--days", type=int, default=CONF.density_days)
        parser.add_argument("--group", help="code of a type group")
        parser.add_argument(
            "--scheme", default="quantiles", choices=["quantiles", "jenks", "equal"]
        )
        parser.add_argument("--indicator", default="opened")
        parser.add_argument("--show", default="value", choices=SHOWS)
        parser.add_argument("--classes", type=int, default=5)
        parser.add_argument("--language", default="tr", choices=["tr", "en"])
        parser.add_argument("--all", action="store_true", help="count every case, for staff only")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            try:
                page = self._page(options)
            except (NothingToShow, MissingLibrary, BadQuestion) as error:
                raise CommandError(str(error)) from None
        options["file"].write_text(page, encoding="utf-8")
        size = options["file"].stat().st_size / 1e6
        self.stdout.write(f"Written: {options['file']} ({size:.1f} MB).")

    def _page(self, options: dict[str, Any]) -> str:
        group = group_id(options["group"])
        counts = Counted.ALL if options["all"] else Counted.PUBLIC
        if options["kind"] == "density":
            asked = {"days": str(options["days"]), "group": "" if group is None else str(group)}
            today = timezone.localdate()
            question = read_density(asked, today=today, usual_days=CONF.density_days)
            return density_file(question, counts)
        if options["kind"] == "hotspots":
            run = latest_run(group)
            if run is None:
                raise CommandError("There is no forecast yet: run `vip manage forecast_hotspots`.")
            return hotspots_file(run)
        query = {
            "level": options["level"],
            "days": str(options["days"]),
            "scheme": options["scheme"],
            "classes": str(options["classes"]),
            "group": "" if group is None else str(group),
            "show": options["show"],
            "indicator": options["indicator"],
        }
        asked = read_map(query, today=timezone.localdate(), indicators=indicators())
        found = thematic(asked, Sight(counts), now=timezone.now())
        legend = [(e.colour, f"{entry_name(e, asked)} ({e.count})") for e in found.legend]
        return thematic_file(found, title=map_title(asked), legend=legend)
