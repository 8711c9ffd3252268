"""A report as CSV, spreadsheet and PDF: the same tables in each."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.rules import spreadsheet
from core.rules.spreadsheet import safe_cell
from core.web.pdf import tagged_pdf
from spatial_analytics.queries.report_words import REPORTS
from spatial_analytics.queries.reports import FilledReport, Line, Table
from spatial_analytics.queries.written_reports import head, written


def _whole(table: Table) -> Iterator[Line]:
    yield from table.lines
    if table.columns:
        words = (_("Total"), *("" for _head in table.heads[1:])) if table.heads else ()
        yield Line(words, table.total)


def as_rows(found: FilledReport) -> Iterator[list[str]]:
    """Lines of a CSV file: every table under its title. Figures unrounded, with a point."""
    for table in found.tables:
        yield [safe_cell(table.title)]
        yield [*table.heads, *(head(column) for column in table.columns)]
        for line in _whole(table):
            yield [
                *(safe_cell(word) for word in line.words),
                *("" if v is None else repr(v).removesuffix(".0") for v in line.values),
            ]
        yield []


def as_xlsx(found: FilledReport) -> bytes:
    """A sheet for each table; numbers are numbers."""
    return spreadsheet.as_xlsx(
        (f"{number} {table.title}", _lines(table)) for number, table in enumerate(found.tables, 1)
    )


def _lines(table: Table) -> Iterator[list[Any]]:
    yield [*table.heads, *(head(column) for column in table.columns)]
    for line in _whole(table):
        yield [*line.words, *line.values]


def title_of(found: FilledReport) -> str:
    name = str(REPORTS[found.asked.report.code][0])
    return f"{name}: {found.place}" if found.place else name


def as_csv(found: FilledReport) -> bytes:
    """In UTF-8 with its mark, as spreadsheets open it rightly."""
    out = io.StringIO()
    csv.writer(out).writerows([[title_of(found)], *as_rows(found)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def written_as(found: FilledReport, form: str) -> bytes:
    """A report in one of FORMS."""
    return {"csv": as_csv, "xlsx": as_xlsx, "pdf": as_pdf}[form](found)


def as_pdf(found: FilledReport) -> bytes:
    context = {
        "title": title_of(found),
        "found": found,
        "tables": [written(table) for table in found.tables],
        "language": get_language() or "tr",
        "now": timezone.now(),
        "city_name": settings.VIP_CITY_NAME,
    }
    html = render_to_string("spatial_analytics/report_paper.html", context)
    return tagged_pdf(html, "spatial_analytics/report_paper.css")
