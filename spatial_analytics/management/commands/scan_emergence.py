"""`vip manage scan_emergence`: scans for what begins, as the worker does each night."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from spatial_analytics.actions.emergence import scan_night
from spatial_analytics.hotspots.events import UnusableHistory


class Command(BaseCommand):
    help = "Scans the days until yesterday for clusters that begin, and stores alerts."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = scan_night(now=timezone.now(), tell=lambda share, text: self.stdout.write(text))
        except UnusableHistory as error:
            raise CommandError(str(error)) from None
        for level, reason in done.left_out.items():
            self.stdout.write(f"{level}: {reason}")
        self.stdout.write(f"{done.found} clusters, {done.new} new alerts: /alerts/")
