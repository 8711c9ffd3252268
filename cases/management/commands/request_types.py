"""`vip manage request_types`: all types with their questions out to a table, or in from one."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from cases.actions.type_import import apply_import, plan_import
from cases.exchange.type_sheets import as_csv, as_xlsx
from cases.models import RequestType
from cases.queries.type_list import content_of
from core.api.problems import InvalidInput


class Command(BaseCommand):
    help = (
        "Writes all request types to a table (XLSX or CSV, by the name), or takes one: added, changed"
        " and retired types are listed, and stored in one transaction. --check only lists them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--export", type=Path, metavar="FILE")
        what.add_argument("--import", type=Path, metavar="FILE", dest="taken")
        parser.add_argument("--check", action="store_true", help="stores nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["export"]:
                self._export(options["export"])
            else:
                self._import(options["taken"].read_bytes(), check=options["check"])
        except OSError as error:
            raise CommandError(str(error)) from None
        except InvalidInput as error:
            raise CommandError(str(error)) from None

    def _export(self, path: Path) -> None:
        rows = RequestType.objects.select_related("group", "successor").order_by("code")
        contents = [content_of(row) for row in rows]
        path.write_bytes((as_xlsx if path.suffix.lower() == ".xlsx" else as_csv)(contents))
        self.stdout.write(f"{len(contents):,} types")

    def _import(self, data: bytes, *, check: bool) -> None:
        plan = plan_import(data)
        for change in plan.changes:
            self.stdout.write(
                f"row {change.row}: {change.kind} {change.code}: {', '.join(change.changed)}"
            )
        for number, column, reason in plan.faults:
            self.stderr.write(f"row {number}, {column}: {reason}")
        self.stdout.write(
            f"{plan.rows:,} rows, {len(plan.changes):,} changes, {len(plan.faults):,} faults"
        )
        if plan.faults:
            raise CommandError("Nothing was stored.")
        if not check and plan.changes:
            everybody = Viewer(permissions=frozenset({Permission.ADMINISTER}))
            apply_import(data, sign=plan.sign, viewer=everybody, now=timezone.now())
            self.stdout.write("Stored.")
