"""Cells of a spreadsheet that cannot be taken for formulas."""

_FORMULA = ("=", "+", "-", "@", "|", "\t", "\r", "\n")


def safe_cell(cell: str) -> str:
    """A text that a spreadsheet would run is led in by an apostrophe."""
    return "'" + cell if cell.startswith(_FORMULA) else cell


def safe_cells(*cells: str) -> list[str]:
    return [safe_cell(cell) for cell in cells]
