"""`export_inspire KIND FILE`: the register as INSPIRE GML."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from addresses.actions.export_inspire import KINDS, export_inspire
from addresses.exchange.errors import ImportRefused


class Command(BaseCommand):
    help = "Writes addresses, buildings or parcels as INSPIRE GML. See docs/importing.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=KINDS)
        parser.add_argument("file", type=Path, help="Written whole or not at all.")
        parser.add_argument("--district", default="", help="Only this district, by its name.")
        parser.add_argument(
            "--namespace",
            default="",
            help="The namespace of the identifiers, VIP_INSPIRE_NAMESPACE unless given.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = export_inspire(
                kind=options["kind"],
                path=options["file"],
                district=options["district"],
                namespace=options["namespace"],
            )
        except ImportRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("%(features)s features written, %(left_out)s entries left out.")
            % {"features": f"{done.features:,}", "left_out": f"{done.left_out:,}"}
        )
