"""`vip manage evaluate_hotspots`: rolling-origin backtest against the simple means, as a table."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from spatial_analytics.hotspots.report import study_as_json, study_as_text
from spatial_analytics.management.study_options import add_study_options, run_study, writable


class Command(BaseCommand):
    help = "Measures how well next week's hotspots are forecast, against simple means."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_study_options(parser)
        parser.add_argument("--json", type=Path, help="write the figures to this file too")

    def handle(self, *args: Any, **options: Any) -> None:
        writable(options["json"])
        result, _events = run_study(options, now=timezone.now())
        self.stdout.write(study_as_text(result))
        if options["json"]:
            figures = {
                **study_as_json(result),
                "notices": [notice.as_json() for notice in result.notices],
            }
            options["json"].write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")
