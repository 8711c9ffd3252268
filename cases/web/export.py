"""Cells of a spreadsheet that cannot be taken for formulas."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cells(*cells: str) -> list[str]:
    """A text that a spreadsheet would run is led in by an apostrophe."""
    return ["'" + c if c.startswith(_FORMULA) else c for c in cells]
