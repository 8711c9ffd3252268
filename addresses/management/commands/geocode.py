"""`vip manage geocode FILE`: a table with the places found for its rows, in the same format."""

import shutil
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from addresses.actions import batches
from addresses.exchange.batch_file import written
from addresses.exchange.errors import ImportRefused
from addresses.exchange.sheets import open_sheet
from addresses.models import GeocodeBatch
from addresses.queries.batches import standing
from addresses.rules.columns import guess


class Command(BaseCommand):
    help = (
        "Geocodes a CSV or XLSX table and writes it beside the file with columns added. Stopped, it"
        " goes on where it was when it is run again with the same file and columns."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--column", action="append", metavar="NAME", default=[],
            help="A column of the address, in its order; repeatable. By default they are recognised.",
        )  # fmt: skip
        parser.add_argument("--output", type=Path, help="By default FILE.geocoded.csv or .xlsx.")
        parser.add_argument("--encoding", default="", help="Of a CSV that is not UTF-8.")
        parser.add_argument("--delimiter", default="", help="Of a CSV; found out by default.")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            batch = self._batch(path, options)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        except ImportRefused as error:
            raise CommandError(str(error)) from None
        ending = "xlsx" if batch.form == GeocodeBatch.Form.XLSX else "csv"
        output: Path = options["output"] or path.with_suffix(f".geocoded.{ending}")
        chosen = ", ".join(batch.header[position] for position in batch.columns)
        self.stderr.write(_("Address: %s") % chosen)
        with tqdm(total=batch.rows, initial=standing(batch).done, unit="") as bar:
            batches.geocode_chunks(batch, lambda done: bar.update(done - bar.n) and None)
        self._write(batch, output)
        end = standing(batch)
        batches.remove(batch, now=timezone.now())
        words = _("%(sure)s found, %(unsure)s to be looked at, %(missing)s not found: %(file)s")
        figures = {"sure": end.sure, "unsure": end.unsure, "missing": end.missing}
        self.stdout.write(words % (figures | {"file": output}))

    @staticmethod
    def _batch(path: Path, options: dict[str, Any]) -> GeocodeBatch:
        """The unfinished batch of the same file and columns, or a new one."""
        data = path.read_bytes()
        sheet = open_sheet(data, encoding=options["encoding"], delimiter=options["delimiter"])
        wanted = (
            batches.named_columns(sheet.header, options["column"])
            if options["column"]
            else guess(sheet.header)
        )
        read = batches.fingerprint(data, options["encoding"], options["delimiter"])
        same = GeocodeBatch.objects.filter(owner=None, sha256=read, columns=wanted)
        if (old := same.order_by("pk").last()) is not None:
            return old
        batch = batches.take_in(
            data, name=path.name, owner=None, now=timezone.now(), encoding=options["encoding"],
            delimiter=options["delimiter"],
        )  # fmt: skip
        if options["column"]:
            try:
                batches.choose(batch, batches.named_columns(batch.header, options["column"]))
            except ImportRefused:
                batches.remove(batch, now=timezone.now())
                raise
        return batch

    @staticmethod
    def _write(batch: GeocodeBatch, output: Path) -> None:
        """Beside the place first, so that nobody finds half a file."""
        part = output.with_name(output.name + ".part")
        with written(batch).file as made, part.open("wb") as stream:
            shutil.copyfileobj(made, stream)
        part.replace(output)
