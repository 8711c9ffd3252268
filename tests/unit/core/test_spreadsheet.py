"""Cells that a spreadsheet would run, and those that it would not."""

import pytest

from core.rules.spreadsheet import safe_cells


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+49",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        '=HYPERLINK("http://x";"y")',
        "=cmd|' /C'!A0",
    ],
)
def test_cells_that_a_spreadsheet_would_run(cell):
    assert safe_cells("x", cell) == ["x", "'" + cell]


@pytest.mark.parametrize("cell", ["", "Çöp", "2026-0001", "a=1", " =1", "5 m"])
def test_harmless_cells_stay(cell):
    assert safe_cells(cell) == [cell]
