"""A geocoded table as a file, in the format that it came in."""

import tempfile
from dataclasses import dataclass
from typing import IO

from addresses.exchange.sheets import write_csv, write_spreadsheet
from addresses.models import GeocodeBatch
from addresses.queries.batches import result_header, result_rows

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class BatchFile:
    """A file at its beginning. Whoever takes it closes it, and then it is gone."""

    name: str
    media_type: str
    file: IO[bytes]


def written(batch: GeocodeBatch) -> BatchFile:
    """The table with its columns added; those of rows that are not done are empty."""
    stem = batch.name.rpartition(".")[0] or batch.name or "table"
    header, rows = result_header(batch), result_rows(batch)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        if batch.form == GeocodeBatch.Form.XLSX:
            write_spreadsheet(file, header, rows)
            made = BatchFile(f"{stem}.geocoded.xlsx", _XLSX, file)
        else:
            write_csv(file, header, rows, batch.delimiter)
            made = BatchFile(f"{stem}.geocoded.csv", "text/csv; charset=utf-8", file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return made
