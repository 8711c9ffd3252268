"""`vip manage rebuild_density`: counts all cases anew for the density map."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from core.actions.jobs import enqueue
from spatial_analytics.actions.density import rebuild


class Command(BaseCommand):
    help = (
        "Counts all cases anew for the density map. Cases may be opened meanwhile; Ctrl-C stops it and "
        "nothing has changed. --job leaves it to a worker."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--job", action="store_true", help="enqueue it for a worker")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["job"]:
            job = enqueue(name="spatial_analytics.rebuild_density")
            self.stdout.write(f"Job {job.pk} waits for a worker.")
            return
        began = time.monotonic()
        with tqdm(total=100, unit=" %", disable=None, leave=False) as bar:

            def tell(done: float, message: str) -> None:
                bar.set_description(message)
                bar.update(round(100 * done) - bar.n)

            rows = rebuild(progress=tell)
        self.stdout.write(f"{rows:,} counts in {time.monotonic() - began:.1f} s.")
