"""Tables that people upload, as rows of texts: CSV in any usual encoding, and spreadsheets.

Other than an import of the register, every row and every column is kept as it stands, so that the
same table can be given back with columns added.
"""

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _

from addresses.conf import CONF
from addresses.exchange.errors import ImportRefused
from addresses.exchange.tables import guess_delimiter
from core.rules.spreadsheet import safe_cell

CSV, XLSX = "CSV", "XLSX"
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# How files begin that people take for tables.
_OTHERS = (
    b"%PDF",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"<!doctype",
    b"<html",
    b"<?xml",
    b"{\\rtf",
)
_WIDE_SAMPLE = 400  # bytes that show UTF-16 without its mark
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# Codecs that are no way to write a table, some of them slow without bound.
_ODD_CODECS = frozenset(
    {"punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7"}
)
_LINES_MAX = 1_000_000  # empty ones too
_CELL_MAX = 32_000  # characters; a spreadsheet's cell holds no more
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")  # no cell may hold them
Rows = Iterator[list[str]]


@dataclass
class Sheet:
    """A table with a header. `rows` can be read once; each has as many cells as the header."""

    form: str
    header: list[str]
    rows: Rows
    delimiter: str = ""


def open_sheet(data: bytes, *, encoding: str = "", delimiter: str = "") -> Sheet:
    """Reads a table: a spreadsheet (XLSX, its first sheet), else a CSV.

    `encoding` and `delimiter` of a CSV are found out where they are not given: UTF-8 and UTF-16,
    else windows-1254. Raises ImportRefused naming what is wrong; also while rows are read.
    """
    if not data.strip():
        raise ImportRefused("file", _("The file is empty."))
    if data.startswith(_OLD_EXCEL):
        raise ImportRefused("file", _("This is an old Excel file: save it as XLSX or CSV."))
    if data.startswith(_ZIP):
        return _spreadsheet(data)
    return _csv(data, encoding, delimiter)


def _csv(data: bytes, encoding: str, delimiter: str) -> Sheet:
    if data[:20].lstrip().lower().startswith(tuple(begin.lower() for begin in _OTHERS)):
        raise ImportRefused("file", _no_table())
    text = _decoded(data, encoding)
    # Excel's own line that says the delimiter.
    if said := re.match(r"sep=(.)\r?\n", text):
        delimiter, text = delimiter or said[1], text[said.end() :]
    first = re.split(r"[\r\n]", text, maxsplit=1)[0]
    if _CONTROL.search(first):
        raise ImportRefused("file", _no_table())
    if (at := text.find("\0")) >= 0:
        words = _("Line %s has a character that belongs to no text (NUL).")
        raise ImportRefused("file", words % (text.count("\n", 0, at) + 1))
    used = delimiter or guess_delimiter(first)
    if len(used) != 1 or used in '\r\n"':
        raise ImportRefused("delimiter", _("One character, such as a comma or a semicolon."))
    # Strict: a quotation mark that is missing would make one cell of all the rows behind it.
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=used, strict=True)
    rows = _checked(lines)
    return Sheet(CSV, _header(rows), rows, used)


def _no_table() -> str:
    return _("This is neither a CSV nor an XLSX file.")


def _decoded(data: bytes, encoding: str) -> str:
    marked = [name for bom, name in _BOMS if data.startswith(bom)] or _wide(data)
    for name in [encoding] if encoding else marked or ["utf-8", "windows-1254"]:
        try:
            if codecs.lookup(name).name.replace("_", "-") in _ODD_CODECS:
                raise LookupError
            return data.decode(name)
        except LookupError:
            raise ImportRefused("encoding", _("There is no encoding of this name.")) from None
        except (UnicodeDecodeError, ValueError):
            continue
    if encoding:
        raise ImportRefused("encoding", _("The file is not written in this encoding."))
    if marked:
        words = _("The file begins as %s and goes on otherwise.")
        raise ImportRefused("file", words % marked[0].removesuffix("-sig").upper())
    return data.decode("windows-1254", errors="replace")


def _wide(data: bytes) -> list[str]:
    """UTF-16 without a mark: in a table every second byte of most letters is nought."""
    sample = data[:_WIDE_SAMPLE]
    for name, first in (("utf-16-le", 1), ("utf-16-be", 0)):
        here, there = sample[first::2], sample[1 - first :: 2]
        if len(here) > 3 and here.count(0) > 0.7 * len(here) and not there.count(0):
            return [name]
    return []


def _spreadsheet(data: bytes) -> Sheet:
    import openpyxl  # large: only what reads or writes a spreadsheet has it

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > CONF.batch_unpacked_max:
            raise ImportRefused("file", _("The spreadsheet is too large when it is unpacked."))
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
    except _BROKEN as error:
        raise ImportRefused("file", _("The spreadsheet cannot be read.")) from error
    rows = _checked(_values(sheet))
    return Sheet(XLSX, _header(rows), rows)


# What a damaged or a hostile spreadsheet makes the libraries say.
_BROKEN = (
    zipfile.BadZipFile, DefusedXmlException, KeyError, ValueError, TypeError,
    IndexError, AttributeError, OSError, SyntaxError, NotImplementedError, EOFError, zlib.error,
)  # fmt: skip


def _values(sheet: Any) -> Iterator[list[str]]:
    try:
        for row in sheet.iter_rows(values_only=True):
            yield [_text(value) for value in row]
    except _BROKEN as error:
        raise ImportRefused("file", _("The spreadsheet cannot be read.")) from error


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ").removesuffix(" 00:00:00")
    return str(value)


def _checked(lines: Iterable[list[str]]) -> Rows:
    """Rows as wide as the first one. Empty rows are left out, as spreadsheets have many at the end."""
    width = 0
    number = 0
    try:
        for number, line in enumerate(lines, start=1):
            end = len(line)
            while end > width and not line[end - 1].strip():
                end -= 1
            cells = line[:end]
            if number > _LINES_MAX:
                words = _("The table is too long: at most %s rows.") % CONF.batch_rows_max
                raise ImportRefused("file", words)
            if not any(cell.strip() for cell in cells):
                continue
            if not width:
                width = len(cells)
                if width > CONF.batch_columns_max:
                    words = _("At most %s columns are possible.") % CONF.batch_columns_max
                    raise ImportRefused("file", words)
            if len(cells) > width:
                words = _("Row %(row)s has %(cells)s values, the header %(width)s.")
                figures = {"row": number, "cells": len(cells), "width": width}
                raise ImportRefused("file", words % figures)
            if any(len(cell) > _CELL_MAX for cell in cells):
                words = _("Row %(row)s has a cell of more than %(most)s characters.")
                raise ImportRefused("file", words % {"row": number, "most": _CELL_MAX})
            yield cells + [""] * (width - len(cells))
    except csv.Error as error:
        words = _("Row %s cannot be read: is a quotation mark missing?")
        if "field limit" in str(error):
            words = _("Row %s has a cell that is too long: is a quotation mark missing?")
        raise ImportRefused("file", words % (number + 1)) from None


def _header(rows: Rows) -> list[str]:
    header = next(rows, None)
    if header is None:
        raise ImportRefused("file", _("The file is empty."))
    return [name.strip() for name in header]


def csv_lines(
    header: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str
) -> Iterator[str]:
    """A CSV line by line, in which no cell can be taken for a formula."""

    class Line:
        def write(self, text: str) -> str:
            return text

    writer = csv.writer(Line(), delimiter=delimiter or ",")
    yield writer.writerow([_harmless(cell) for cell in header])
    for row in rows:
        yield writer.writerow([_harmless(cell) for cell in row])


def write_csv(
    file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str
) -> None:
    """A CSV in UTF-8 with the mark by which spreadsheets know it."""
    file.write(codecs.BOM_UTF8)
    for line in csv_lines(header, rows, delimiter):
        file.write(line.encode())


def write_spreadsheet(
    file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """An XLSX of texts; numbers stay numbers."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("1")
    sheet.append([_cell(name) for name in header])
    for row in rows:
        sheet.append([_cell(cell) for cell in row])
    book.save(file)


def _cell(text: str) -> str | float:
    """A decimal number as such; everything else as a text, `007` and long ids among it."""
    plain = text.lstrip("-")
    if "." in plain and len(plain) < 16 and plain.replace(".", "", 1).isdecimal():
        with suppress(ValueError):
            return float(text)
    return _harmless(_CONTROLS.sub("", text))


def _harmless(cell: str) -> str:
    """A number is one, also below zero; whatever else begins like a formula is led in as a text."""
    if cell[:1] in ("-", "+") and cell[1:].replace(".", "", 1).isdecimal():
        return cell
    return safe_cell(cell)
