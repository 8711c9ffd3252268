"""Reads any accepted file as batches of columns. Values are text or None, geometries shapely's."""

import codecs
import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from addresses.exchange.errors import ImportRefused
from addresses.exchange.files import VECTOR_FORMATS, SourceFile
from addresses.exchange.tabular import BATCH, Batch, Table, as_text, first_line

# A register of a large province has 400 MB of doors; what is much more is no register.
UNPACKED_MAX = 4 << 30
LINE_MAX = 1 << 20


def open_table(
    source: SourceFile, *, layer: str = "", encoding: str = "windows-1254", delimiter: str = ""
) -> Table:
    """Opens a file (and one layer of it, "*" for the first). Refuses what cannot be read.

    A CSV that is not UTF-8 is read as `encoding`, and the table says so.
    """
    if source.format in VECTOR_FORMATS:
        # Its library brings pandas with it: only what reads such a file has that.
        from addresses.exchange.vector import open_vector

        return open_vector(source, layer)
    if source.format == "GML":
        from addresses.exchange.inspire.table import open_gml

        return open_gml(source, layer)
    if source.format == "Parquet":
        return _parquet(source)
    return _csv(source, encoding, delimiter)


def _parquet(source: SourceFile) -> Table:
    import pyarrow.parquet as pq  # large: only what reads such a file has it

    try:
        file = pq.ParquetFile(source.path)
    except (OSError, ValueError) as error:
        raise ImportRefused("file", first_line(error)) from error

    def batches() -> Iterator[Batch]:
        first = 1
        for record in file.iter_batches(batch_size=BATCH):
            columns = {
                name: as_text(record.column(i).to_pylist())
                for i, name in enumerate(record.schema.names)
            }
            yield Batch(first, columns)
            first += record.num_rows

    return Table(tuple(file.schema_arrow.names), "", file.metadata.num_rows, batches())


def _csv(source: SourceFile, encoding: str, delimiter: str) -> Table:
    used, lines = _decodes_as_utf8(source)
    repaired = ""
    if not used:
        used = repaired = encoding
    stream = io.TextIOWrapper(_open(source), encoding=used, errors="replace", newline="")
    header_line = next(_bounded(stream), "")
    delimiter = delimiter or guess_delimiter(header_line)
    try:
        names = next(csv.reader([header_line], delimiter=delimiter), [])
    except csv.Error as error:
        raise ImportRefused("file", f"1: {error}") from error
    names = [name.strip().lstrip("\ufeff") for name in names]
    table = Table(tuple(names), "", max(0, lines - 1), iter(()), repaired)
    table.batches = _csv_batches(stream, names, delimiter, table)
    return table


def _bounded(stream: io.TextIOWrapper) -> Iterator[str]:
    """The lines of a stream; a line without end is refused before it fills the memory."""
    while line := stream.readline(LINE_MAX):
        if len(line) == LINE_MAX:
            raise ImportRefused("file", _("A line is too long: this is no table."))
        yield line


def guess_delimiter(header: str) -> str:
    """The separator that the header of a CSV has most of."""
    return max(",;\t|", key=header.count)


def _csv_batches(
    stream: io.TextIOWrapper, names: Sequence[str], delimiter: str, table: Table
) -> Iterator[Batch]:
    """Rows with another number of values than the header keep their place, but are absent."""
    width = len(names)
    with stream:
        first = 1
        rows: list[list[str]] = []
        absent: set[int] = set()
        reader = csv.reader(_bounded(stream), delimiter=delimiter)
        try:
            for row in reader:
                if len(row) != width:
                    if not row:
                        continue
                    table.ragged.append((first + len(rows), len(row)))
                    absent.add(len(rows))
                    row = [""] * width
                rows.append(row)
                if len(rows) == BATCH:
                    yield _csv_batch(first, names, rows, absent)
                    first, rows, absent = first + BATCH, [], set()
        except csv.Error as error:
            raise ImportRefused("file", f"{reader.line_num}: {error}") from error
        if rows:
            yield _csv_batch(first, names, rows, absent)


def _csv_batch(first: int, names: Sequence[str], rows: list[list[str]], absent: set[int]) -> Batch:
    values = zip(*rows, strict=True)
    columns = {n: [v or None for v in column] for n, column in zip(names, values, strict=True)}
    return Batch(first, columns, absent=frozenset(absent))


def _decodes_as_utf8(source: SourceFile) -> tuple[str, int]:
    """`utf-8-sig` if the whole file is UTF-8, else ""; and the number of its lines."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding, lines, last, size = "utf-8-sig", 0, b"\n", 0
    try:
        with _open(source) as stream:
            while block := stream.read(1 << 20):
                size += len(block)
                if size > UNPACKED_MAX:
                    words = _("Unpacked it is larger than %s GB.") % (UNPACKED_MAX >> 30)
                    raise ImportRefused("file", words)
                lines += block.count(b"\n")
                last = block[-1:]
                if encoding:
                    try:
                        decoder.decode(block)
                    except UnicodeDecodeError:
                        encoding = ""
        if encoding:
            try:
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                encoding = ""
    except (OSError, EOFError) as error:  # a damaged gzip file
        raise ImportRefused("file", first_line(error)) from error
    return encoding, lines + (last != b"\n")


def _open(source: SourceFile) -> Any:
    """A stream of bytes, unpacked where the file is packed."""
    if source.path.name.lower().endswith(".gz"):
        return gzip.open(source.path, "rb")
    return source.path.open("rb")
