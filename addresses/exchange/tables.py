"""Reads any accepted file as batches of columns. Values are text or None, geometries shapely's."""

import codecs
import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pyogrio
import shapely
from django.utils.translation import gettext as _
from pyogrio.errors import DataLayerError, DataSourceError

from addresses.exchange.errors import ImportRefused
from addresses.exchange.files import VECTOR_FORMATS, SourceFile
from addresses.exchange.inspire.table import open_gml
from addresses.exchange.tabular import BATCH, Batch, Table


def open_table(
    source: SourceFile, *, layer: str = "", encoding: str = "windows-1254", delimiter: str = ""
) -> Table:
    """Opens a file (and one layer of it, "*" for the first). Refuses what cannot be read.

    A CSV that is not UTF-8 is read as `encoding`, and the table says so.
    """
    if source.format in VECTOR_FORMATS:
        return _vector(source, layer)
    if source.format == "GML":
        return open_gml(source, layer)
    if source.format == "Parquet":
        return _parquet(source)
    return _csv(source, encoding, delimiter)


def _vector(source: SourceFile, layer: str) -> Table:
    path = str(source.path)
    try:
        layers = [str(name) for name, _kind in pyogrio.list_layers(path)]
        chosen = layers[0] if layer in ("", "*") and layers else layer
        if chosen not in layers:
            raise ImportRefused(
                "layer",
                _("there is no layer %(name)s; the file has %(names)s.")
                % {"name": layer, "names": ", ".join(layers)},
            )
        info = pyogrio.read_info(path, layer=chosen)
    except (DataSourceError, DataLayerError) as error:
        raise ImportRefused("file", _first_line(error)) from error
    if info.get("driver", source.format) != source.format:
        raise ImportRefused("file", _("it is a %s file.") % info["driver"])
    rows = int(info["features"])
    return Table(
        names=tuple(str(name) for name in info["fields"]),
        crs=str(info["crs"] or ""),
        rows=rows if rows >= 0 else None,
        batches=_vector_batches(path, chosen),
    )


def _vector_batches(path: str, layer: str) -> Iterator[Batch]:
    first = 1
    try:
        with pyogrio.open_arrow(path, layer=layer, batch_size=BATCH, use_pyarrow=True) as opened:
            meta, reader = opened
            geometry_name = meta["geometry_name"] or "wkb_geometry"
            for record in reader:
                columns = {
                    name: _text(record.column(i).to_pylist())
                    for i, name in enumerate(record.schema.names)
                    if name != geometry_name
                }
                wkb = record.column(record.schema.names.index(geometry_name)).to_pylist()
                geometry = shapely.from_wkb(np.array(wkb, dtype=object), on_invalid="ignore")
                yield Batch(first, columns, geometry)
                first += record.num_rows
    except (DataSourceError, DataLayerError, RuntimeError) as error:
        raise ImportRefused("file", _first_line(error)) from error


def _parquet(source: SourceFile) -> Table:
    try:
        file = pq.ParquetFile(source.path)
    except (OSError, ValueError) as error:
        raise ImportRefused("file", _first_line(error)) from error

    def batches() -> Iterator[Batch]:
        first = 1
        for record in file.iter_batches(batch_size=BATCH):
            columns = {
                name: _text(record.column(i).to_pylist())
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
    header_line = stream.readline()
    delimiter = delimiter or guess_delimiter(header_line)
    names = next(csv.reader([header_line], delimiter=delimiter), [])
    names = [name.strip().lstrip("\ufeff") for name in names]
    table = Table(tuple(names), "", max(0, lines - 1), iter(()), repaired)
    table.batches = _csv_batches(stream, names, delimiter, table)
    return table


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
        reader = csv.reader(stream, delimiter=delimiter)
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
    encoding, lines, last = "utf-8-sig", 0, b"\n"
    try:
        with _open(source) as stream:
            while block := stream.read(1 << 20):
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
        raise ImportRefused("file", _first_line(error)) from error
    return encoding, lines + (last != b"\n")


def _open(source: SourceFile) -> Any:
    """A stream of bytes, unpacked where the file is packed."""
    if source.path.name.lower().endswith(".gz"):
        return gzip.open(source.path, "rb")
    return source.path.open("rb")


def _text(values: list[Any]) -> list[Any]:
    """Whole numbers held as floats lose their `.0`; everything else becomes text."""
    return [
        None
        if v is None
        else v
        if isinstance(v, str)
        else (None if v != v else str(int(v)) if v.is_integer() else repr(v))
        if isinstance(v, float)
        else str(v)
        for v in values
    ]


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
