"""`vip manage apply_retention [--check]`: forgets the personal data of cases that ended long ago."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cases.actions.retention import apply_retention, what_is_due


class Command(BaseCommand):
    help = (
        "Takes words, people, photos and doors out of cases that ended longer ago than"
        " RequestType.retention_days. The worker does it each night."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Only says what is due.")
        parser.add_argument("--batch", type=int, default=200, help="Cases in one transaction.")
        parser.add_argument("--limit", type=int, default=0, help="At most so many; 0: all.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["batch"] < 1 or options["limit"] < 0:
            raise CommandError("--batch: from 1; --limit: from 0.")
        now = timezone.now()
        if options["check"]:
            found = what_is_due(now)
        else:
            found = apply_retention(now=now, batch=options["batch"], limit=options["limit"])
        for code, count in sorted(found.due.items()):
            self.stdout.write(f"{code}: {count}")
        said = f"due: {sum(found.due.values())}" if options["check"] else (
            f"forgotten: {found.forgotten}"
        )  # fmt: skip
        self.stdout.write(said + (". Nothing was changed." if options["check"] else ""))
