"""`vip manage inspect_quality`: runs the rules of quality and prints what they found."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from addresses.actions.quality import count_day, inspect
from addresses.queries.quality import areas_of
from addresses.rules.quality import RULES


class Command(BaseCommand):
    help = "Inspects the register by the rules of quality: all of it, or some neighbourhoods."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--neighbourhood",
            action="append",
            metavar="CODE",
            help="National code of a neighbourhood, or of a district for all of its; repeatable.",
        )
        parser.add_argument(
            "--rule", action="append", choices=sorted(RULES), metavar="RULE", help="Repeatable."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        codes, rules = options["neighbourhood"], options["rule"]
        try:
            areas = areas_of(codes) if codes else None
        except LookupError as error:
            raise CommandError(
                _("No neighbourhood and no district has the code %s.") % error
            ) from None
        now = timezone.now()
        result = inspect(areas, now=now, rules=rules)
        if areas is None and rules is None:
            count_day(now=now)
        heads = (_("open"), _("new"), _("resolved"), _("accepted"), "s")
        self.stdout.write(f"{'':34}" + "".join(f"{head:>11}" for head in heads))
        total = [0.0] * 5
        for code, tally in result.rules.items():
            figures = (tally.open, tally.new, tally.resolved, tally.accepted, tally.seconds)
            total = [a + b for a, b in zip(total, figures, strict=True)]
            self.stdout.write(self._line(code, *figures))
        self.stdout.write(self._line("", *total))

    @staticmethod
    def _line(name: str, *figures: float) -> str:
        *counts, seconds = figures
        return f"{name:34}" + "".join(f"{n:>11,.0f}" for n in counts) + f"{seconds:>11.2f}"
