"""Spreadsheets, whose cells cannot be taken for formulas."""

import io
from collections.abc import Iterable
from typing import Any

_FORMULA = ("=", "+", "-", "@", "|", "\t", "\r", "\n")


def safe_cell(cell: str) -> str:
    """A text that a spreadsheet would run is led in by an apostrophe."""
    return "'" + cell if cell.startswith(_FORMULA) else cell


def safe_cells(*cells: str) -> list[str]:
    return [safe_cell(cell) for cell in cells]


_NOT_IN_NAMES = str.maketrans("[]:*?/\\", "       ")


def as_xlsx(sheets: Iterable[tuple[str, Iterable[Iterable[Any]]]]) -> bytes:
    """A spreadsheet of sheets with their lines; numbers are numbers, texts are made safe."""
    from openpyxl import Workbook  # large: only who asks for a spreadsheet loads it

    book = Workbook(write_only=True)
    for name, lines in sheets:
        sheet = book.create_sheet(name.translate(_NOT_IN_NAMES)[:31])
        for line in lines:
            sheet.append([safe_cell(cell) if isinstance(cell, str) else cell for cell in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
