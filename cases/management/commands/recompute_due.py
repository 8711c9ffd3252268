"""`vip manage recompute_due [--apply]`: what the policy of today means for the open cases."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Organisation
from cases.actions.clocks import rewind


class Command(BaseCommand):
    help = (
        "Computes when open cases are due by today's calendars and targets, and says what would"
        " change; with --apply it is stored."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", default="", help="The code of one body.")
        parser.add_argument("--apply", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        body = None
        if options["organisation"]:
            body = Organisation.objects.filter(code=options["organisation"]).first()
            if body is None:
                raise CommandError(f"There is no body {options['organisation']!r}.")
        found = rewind(
            now=timezone.now(), organisation=body.pk if body else None, apply=options["apply"]
        )
        self.stdout.write(
            f"open cases: {found.looked_at}; due earlier: {found.earlier}; later: {found.later};"
            f" newly late: {found.newly_late}; no longer late: {found.no_longer_late}"
        )
        if not options["apply"]:
            self.stdout.write("Nothing was stored. --apply stores it.")
