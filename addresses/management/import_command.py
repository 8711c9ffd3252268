"""What the import commands share: arguments, progress, the table at the end."""

import sys
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from addresses.actions.import_file import Origin, import_file
from addresses.exchange import mapping
from addresses.exchange.errors import ImportRefused
from addresses.exchange.notes import Summary


class ImportCommand(BaseCommand):
    """`entity` is what a subclass imports. A refused file is one line and exit code 1."""

    entity = ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="A local file: " + ", ".join(_formats()))
        parser.add_argument(
            "--mapping",
            required=True,
            help="A mapping by name, or the path of a .yaml file. There are: "
            + ", ".join(mapping.names()),
        )
        parser.add_argument(
            "--draft", action="store_true", help="Keeps the changes as a draft to be reviewed."
        )
        parser.add_argument(
            "--vanished",
            action="store_true",
            help="Retires what the source named before and this file names no longer.",
        )
        parser.add_argument("--author", help="The sign-in name of whose import this is.")
        parser.add_argument("--reason", default="", help="Why; kept with the change set.")
        parser.add_argument("--legal-basis", default="", help="Council decision, permit, order.")
        parser.add_argument(
            "--evidence", type=Path, help="A decision or protocol, copied to the change set."
        )
        parser.add_argument("--report", type=Path, help="Writes every note to this CSV file.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            summary = import_file(
                self.entity,
                options["file"],
                mapping_name=options["mapping"],
                now=timezone.now(),
                report=options["report"],
                quiet=not sys.stderr.isatty(),
                vanished=options["vanished"],
                origin=Origin(
                    author_id=self._author(options["author"]),
                    reason=options["reason"],
                    legal_basis=options["legal_basis"],
                    evidence=options["evidence"],
                ),
                **({"accept": lambda _summary, _known: False} if options["draft"] else {}),
            )
        except ImportRefused as error:
            raise CommandError(str(error)) from error
        self._print(summary)

    def _author(self, name: str | None) -> int | None:
        if name is None:
            return None
        pk = get_user_model().objects.filter(username=name).values_list("pk", flat=True).first()
        if pk is None:
            raise CommandError(_("Nobody signs in as %s.") % name)
        return pk

    def _print(self, summary: Summary) -> None:
        write = self.stdout.write
        heads = (_("inserted"), _("updated"), _("unchanged"), _("vanished"))
        write(f"{'':24}" + "".join(f"{head:>12}" for head in heads))
        for entity, counts in summary.changes.items():
            figures = (
                counts["inserted"], counts["updated"], counts["unchanged"], counts["vanished"],
            )  # fmt: skip
            write(f"{entity:24}" + "".join(f"{n:>12,}" for n in figures))
        linked = _("linked")
        for way, n in summary.linked.items():
            write(f"{linked:12}{way:32}{n:>16,}")
        for (outcome, reason), n in summary.notes.items():
            write(f"{outcome.lower():12}{reason:32}{n:>16,}")
        rate = summary.rows / summary.seconds if summary.seconds else 0
        write(
            _("%(rows)s rows in %(seconds).1f s (%(rate)s rows/s).")
            % {"rows": f"{summary.rows:,}", "seconds": summary.seconds, "rate": f"{rate:,.0f}"}
        )
        if summary.draft is not None:
            write(_("Kept as draft %s, to be reviewed.") % summary.draft)
        elif summary.number is None:
            write(_("The register already agrees with this file: nothing was changed."))
        else:
            write(_("Published as change set %s.") % summary.number)


def _formats() -> tuple[str, ...]:
    return (".gpkg", ".geojson", ".gml", ".shp", ".osm.pbf", ".csv", ".csv.gz", ".parquet")
