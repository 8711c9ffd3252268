"""All request types with their questions as one table, XLSX or CSV: a row for each type, a column for
each field. Lists stand on lines of their own, questions as YAML. What is written out reads back to
the same content."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from addresses.exchange.errors import ImportRefused
from addresses.exchange.sheets import open_sheet
from cases.exchange.type_text import as_text, from_text
from cases.rules.request_type import FIELDS, FLAGS, LISTS, NUMBERS
from core.api.problems import InvalidInput
from core.rules.spreadsheet import safe_cell

BYTES_MAX, ROWS_MAX = 5_000_000, 2000
_YES, _NO = frozenset({"yes", "evet", "true", "1"}), frozenset({"no", "hayır", "false", "0"})
#: Row of the table (the header is 1), column, reason.
Fault = tuple[int, str, str]


def as_csv(contents: Iterable[Mapping[str, Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([FIELDS, *([_led(c) for c in _cells(one)] for one in contents)])
    return ("\ufeff" + out.getvalue()).encode()


def as_xlsx(contents: Iterable[Mapping[str, Any]]) -> bytes:
    import openpyxl  # large: only what reads or writes a spreadsheet has it

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("request types")
    sheet.append(list(FIELDS))
    for one in contents:
        sheet.append([_led(c) for c in _cells(one)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cells(content: Mapping[str, Any]) -> list[str]:
    return [_cell(content[name]) for name in FIELDS]


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "\n".join(value)
    return as_text(value) if isinstance(value, dict) else str(value)


def read_sheet(data: bytes) -> tuple[list[tuple[int, dict[str, Any]]], list[Fault]]:
    """The rows with their numbers as far as each cell can be read, and what cannot. Columns that are
    missing leave their field alone. Raises InvalidInput("file") for what is no such table."""
    if len(data) > BYTES_MAX:
        raise InvalidInput(
            {"file": [_("The file has more than %s MB.") % (BYTES_MAX // 1_000_000)]}
        )
    try:
        sheet = open_sheet(data)
        header = [name.strip() for name in sheet.header]
        if "code" not in header or len(set(header)) < len(header) or set(header) - set(FIELDS):
            known = ", ".join(FIELDS)
            words = _("The first row names the columns, “code” among them, each once. Known: %s.")
            raise InvalidInput({"file": [words % known]})
        rows: list[tuple[int, dict[str, Any]]] = []
        faults: list[Fault] = []
        for number, cells in enumerate(sheet.rows, start=2):
            if number > ROWS_MAX + 1:
                raise InvalidInput({"file": [_("The table has more than %s rows.") % ROWS_MAX]})
            content: dict[str, Any] = {}
            for name, cell in zip(header, cells, strict=True):
                try:
                    content[name] = _read(name, _unled(cell))
                except InvalidInput as error:
                    faults += [(number, name, r) for rs in error.errors.values() for r in rs]
            rows.append((number, content))
    except ImportRefused as error:
        raise InvalidInput({"file": [str(error)]}) from None
    return rows, faults


def _led(cell: str) -> str:
    """What a spreadsheet would run, or what begins so already, is led in by an apostrophe."""
    return "'" + cell if cell.startswith("'") else safe_cell(cell)


def _unled(cell: str) -> str:
    return cell.removeprefix("'")


def _read(name: str, cell: str) -> Any:
    text = cell.replace("\r\n", "\n").strip()
    if name in LISTS:
        return [line.strip() for line in text.split("\n") if line.strip()]
    if name in FLAGS:
        word = text.lower()
        if word not in _YES | _NO:
            raise InvalidInput({name: [_("Yes or no is needed.")]})
        return word in _YES
    if name in NUMBERS:
        if not (text.isascii() and text.isdigit() and len(text) < 9):
            raise InvalidInput({name: [_("A whole number is needed.")]})
        return int(text)
    return from_text(text) if name == "questionnaire" else text
