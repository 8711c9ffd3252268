"""Tables as people send them: encodings, delimiters, spreadsheets, and those that are broken."""

import io
import time
import zipfile
from contextlib import suppress

import openpyxl
import pytest

from addresses.exchange.errors import ImportRefused
from addresses.exchange.sheets import open_sheet, write_csv, write_spreadsheet

TEXT = 'Adres;Not\r\n"Gül Sk; no:9";çöp\r\nIşık Sk 3;\r\n'


def rows(data: bytes, **more: str) -> list[list[str]]:
    sheet = open_sheet(data, **more)
    return [sheet.header, *sheet.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1254", "iso-8859-9"])
def test_encodings_are_found_out(encoding: str) -> None:
    expected = [["Adres", "Not"], ["Gül Sk; no:9", "çöp"], ["Işık Sk 3", ""]]
    assert rows(TEXT.encode(encoding)) == expected


def test_an_encoding_may_be_said() -> None:
    assert rows("Adres\nŞükrü\n".encode("cp857"), encoding="cp857")[1] == ["Şükrü"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found_out(delimiter: str) -> None:
    data = f"a{delimiter}b\n1{delimiter}2\n".encode()
    assert rows(data) == [["a", "b"], ["1", "2"]]


def test_a_delimiter_may_be_said() -> None:
    assert rows(b"a:b,c\n1:2,3\n", delimiter=":") == [["a", "b,c"], ["1", "2,3"]]


def test_every_column_stays_where_it_is() -> None:
    """Two of one name, short rows, lines within a cell, empty rows between."""
    data = b'a,a,b\n1\n\n"x\ny",2,3\n,,\n'
    assert rows(data) == [["a", "a", "b"], ["1", "", ""], ["x\ny", "2", "3"]]


@pytest.mark.parametrize(
    ("data", "more", "field"),
    [
        (b"", {}, "file"),
        (b" \n\n", {}, "file"),
        (b"a,b\n1,2,3\n", {}, "file"),
        (b"a\0b\n", {}, "file"),
        (b'a,b\n"1,2\n' + b"x" * 200_000, {}, "file"),
        (b'a,b\n"1,2\n3,4\n', {}, "file"),
        (b"\xd0\xcf\x11\xe0rest", {}, "file"),
        (b"PK\x03\x04 no zip", {}, "file"),
        (b"a,b\n", {"encoding": "klingon"}, "encoding"),
        ("ş".encode(), {"encoding": "ascii"}, "encoding"),
        (b"a,b\n", {"encoding": "base64"}, "encoding"),
        (b"a,b\n", {"encoding": "punycode"}, "encoding"),
        (b"a,b\n", {"encoding": "unicode_escape"}, "encoding"),
        (b"a\n" + b"\n" * 1_100_000, {}, "file"),
        (b"a,b\n", {"delimiter": "::"}, "delimiter"),
        (b"a,b\n", {"delimiter": "\n"}, "delimiter"),
        ((",".join("x" * 201)).encode(), {}, "file"),
        (b"%PDF-1.4\n1,2\n", {}, "file"),
        (b"\x1f\x8b\x08,\n1,2\n", {}, "file"),
        (b"  <!DOCTYPE html><table>\n", {}, "file"),
        (bytes(range(1, 256)) * 100, {}, "file"),
        (b"\xff\xfeA", {}, "file"),
        (b"\xef\xbb\xbfa\n\xff\n", {}, "file"),
        ("Adres".encode("utf-32"), {}, "file"),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, more: dict[str, str], field: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        rows(data, **more)
    assert (refused.value.field, bool(refused.value.reason)) == (field, True)


@pytest.mark.parametrize(
    ("data", "number"),
    [
        (b"a,b\n1,2\n1,2,3\n", "3"),
        (b'a,b\n1,2\n"x"y,1\n', "3"),
        (b"a,b\n1,2\n3,\0\n", "3"),
        (b"a\n1\n" + b"x" * 200_000 + b"\n", "3"),
        (b"a,b\n1" + b",2" * 1_000_000 + b"\n", "2"),
    ],
)
def test_the_row_is_named(data: bytes, number: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        rows(data)
    assert number in refused.value.reason


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark(encoding: str) -> None:
    assert rows(TEXT.encode(encoding))[1] == ["Gül Sk; no:9", "çöp"]


def test_the_line_by_which_excel_says_the_delimiter() -> None:
    assert rows(b"sep=~\r\na~b\r\n1~2\r\n") == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize(
    "data",
    [
        b"," * 5_000_000,
        b"a\n" + b"," * 5_000_000,
        b"a\n" + b"\n" * 5_000_000,
        b"a" + b",x" * 2_000_000,
        b"a;" * 2_000_000 + b"\n" + b";" * 2_000_000,
    ],
)
def test_absurd_tables_cost_little(data: bytes) -> None:
    begun = time.process_time()
    with suppress(ImportRefused):
        rows(data)
    assert time.process_time() - begun < 5


def spreadsheet(*lines: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_spreadsheet() -> None:
    data = spreadsheet(
        ["Adres", "No", None], ["Gül Sk", 9, None], [None, None, None], ["Işık", 3.5, "ş"]
    )
    with pytest.raises(ImportRefused):  # a value under no name
        rows(data)
    data = spreadsheet(["Adres", "No", "x"], ["Gül Sk", 9, None], [None] * 3, ["Işık", 3.5, "ş"])
    assert rows(data) == [["Adres", "No", "x"], ["Gül Sk", "9", ""], ["Işık", "3.5", "ş"]]


def parts(data: bytes, **changed: bytes) -> bytes:
    """The spreadsheet with other contents in its first sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            key = name.rpartition("/")[2].partition(".")[0]
            if key != "gone" and changed.get(key) != b"":
                new.writestr(name, changed.get(key, old.read(name)))
    return out.getvalue()


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>"""


@pytest.mark.parametrize(
    "changed",
    [
        {"sheet1": BOMB},
        {"sheet1": b"<no xml"},
        {"workbook": b"<no xml"},
        {"workbook": b""},
        {"sheet1": b""},
        {"sheet1": b"\0" * 10_000},
    ],
)
def test_a_damaged_or_hostile_spreadsheet_is_refused(changed: dict[str, bytes]) -> None:
    with pytest.raises(ImportRefused) as refused:
        rows(parts(spreadsheet(["Adres"], ["x"]), **changed))
    assert refused.value.field == "file"


def test_a_spreadsheet_that_unpacks_to_more_than_it_may_is_refused() -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb,
        bomb.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(401):
            part.write(b" " * 1024**2)
    assert len(out.getvalue()) < 1024**2
    with pytest.raises(ImportRefused):
        open_sheet(out.getvalue())


HOSTILE = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", '=HYPERLINK("http://x")']
HARMLESS = ["-2", "+49", "-2.5", "Gül Sk", "27.005", "007", "1e5", ""]


def test_no_cell_of_a_csv_is_a_formula() -> None:
    out = io.BytesIO()
    write_csv(out, HOSTILE, [HOSTILE, HARMLESS[:6]], ",")
    sheet = open_sheet(out.getvalue())
    assert all(cell.startswith("'") for cell in sheet.header)
    first, second = sheet.rows
    assert first == ["'" + cell for cell in HOSTILE]
    assert second == HARMLESS[:6]


def test_no_cell_of_a_spreadsheet_is_a_formula_and_numbers_are_numbers() -> None:
    out = io.BytesIO()
    write_spreadsheet(out, ["=x"], [HOSTILE, HARMLESS, ["a\x01b"]])
    out.seek(0)
    sheet = openpyxl.load_workbook(out).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert values[1][: len(HOSTILE)] == ["'" + cell for cell in HOSTILE]
    assert values[2][:7] == ["-2", "+49", -2.5, "Gül Sk", 27.005, "007", "1e5"]
    assert values[3][0] == "ab"
