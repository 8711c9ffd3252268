"""The list in files: CSV and GeoJSON without an end, a spreadsheet up to a number of rows."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.rules.viewer import Viewer
from cases.actions.exporting import logged
from cases.conf import CONF
from cases.models import Case
from cases.queries.answers import Wordings
from cases.queries.case_list import case_list, look_up, shown
from cases.queries.case_pages import count_up_to, ordered
from cases.rules.listing import NAME_SORTS, ListFilter
from cases.web.list_words import filter_name
from cases.web.listing import lister, whole_filter
from cases.web.words import precision_name, state_name
from core.rules.spreadsheet import safe_cells
from core.web.csv_download import csv_download

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _asked(request: HttpRequest) -> tuple[Viewer, ListFilter, QuerySet[Case]]:
    """Who asks, for what, and the rows in their order. A list that is too long is not sorted by names."""
    viewer = lister(request)
    asked = look_up(whole_filter(request.GET))
    if unknown := asked.wanted.unknown:  # a page says what it leaves out, a file cannot
        told = ", ".join(f"{filter_name(name)} “{value[:60]}”" for name, value in unknown)
        raise BadRequest(_("No file is made of a list whose filters are not known: %s.") % told)
    rows, sort = case_list(viewer, asked), asked.wanted.order
    if sort in NAME_SORTS and not count_up_to(rows).exact:
        sort = "new"
    return viewer, asked.wanted, ordered(shown(rows), sort)


def _head() -> list[str]:
    return [
        _("Number"),
        _("Opened"),
        _("State"),
        _("Type"),
        _("Description"),
        _("Answers"),
        _("Place"),
        _("Precision"),
        _("District"),
        _("Neighbourhood"),
        _("Responsible"),
        _("Crew"),
        _("Due"),
        _("Closed"),
        _("Longitude"),
        _("Latitude"),
    ]


def _cells(c: Case, wordings: Wordings) -> list[str]:
    return safe_cells(
        c.number, _moment(c.opened_at), state_name(c.state), c.request_type.name if c.request_type else "",
        c.description, wordings.in_one_line(c, private=False), c.place_label, precision_name(c.precision), c.district.name if c.district else "",
        c.neighbourhood.name if c.neighbourhood else "", str(c.department or ""), str(c.crew or ""),
        _moment(c.due_at), _moment(c.closed_at), f"{c.geom.x:.6f}" if c.geom else "",
        f"{c.geom.y:.6f}" if c.geom else "",
    )  # fmt: skip


def _moment(at: Any) -> str:
    return timezone.localtime(at).isoformat(timespec="minutes") if at else ""


@login_required
@never_cache
@require_safe
def export_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The list as it is filtered, as CSV in UTF-8 that spreadsheets open rightly."""
    viewer, wanted, rows = _asked(request)
    cases = logged(rows.iterator(chunk_size=1000), form="csv", wanted=wanted, viewer=viewer)
    wordings = Wordings()
    return csv_download("cases.csv", _head(), (_cells(case, wordings) for case in cases))


@login_required
@never_cache
@require_safe
def export_geojson(request: HttpRequest) -> StreamingHttpResponse:
    """The same as GeoJSON; what has no point has no geometry."""
    viewer, wanted, rows = _asked(request)
    cases = logged(rows.iterator(chunk_size=1000), form="geojson", wanted=wanted, viewer=viewer)
    return StreamingHttpResponse(
        _collection(cases),
        content_type="application/geo+json",
        headers={"Content-Disposition": 'attachment; filename="cases.geojson"'},
    )


def _collection(cases: Iterable[Case]) -> Iterator[str]:
    yield '{"type": "FeatureCollection", "features": [\n'
    comma = ""
    for c in cases:
        point = {"type": "Point", "coordinates": [c.geom.x, c.geom.y]} if c.geom else None
        properties = {
            "number": c.number,
            "state": str(c.state),
            "type": c.request_type.code if c.request_type else None,
            "description": c.description,
            "place": c.place_label,
            "precision": c.precision,
            "district": c.district.name if c.district else None,
            "neighbourhood": c.neighbourhood.name if c.neighbourhood else None,
            "department": c.department.code if c.department else None,
            "opened_at": c.opened_at.isoformat(),
            "due_at": c.due_at.isoformat() if c.due_at else None,
            "closed_at": c.closed_at.isoformat() if c.closed_at else None,
        }
        feature = {"type": "Feature", "id": c.number, "geometry": point, "properties": properties}
        yield comma + json.dumps(feature, ensure_ascii=False)
        comma = ",\n"
    yield "\n]}\n"


@login_required
@never_cache
@require_safe
def export_xlsx(request: HttpRequest) -> FileResponse | HttpResponseRedirect:
    """The same as a spreadsheet. A longer list than one can hold is refused, with words."""
    viewer, wanted, rows = _asked(request)
    if not count_up_to(rows, CONF.xlsx_rows).exact:
        told = _("A spreadsheet holds at most %(n)s requests: narrow the list, or take it as CSV.")
        messages.error(request, told % {"n": number_format(CONF.xlsx_rows, force_grouping=True)})
        return redirect(f"{reverse('console')}?{wanted.encoded() or 'view=all'}")
    from openpyxl import Workbook  # large: only who asks for a spreadsheet loads it

    book = Workbook(write_only=True)
    sheet, wordings = book.create_sheet(_("Requests")), Wordings()
    sheet.append(_head())
    for case in logged(rows.iterator(chunk_size=1000), form="xlsx", wanted=wanted, viewer=viewer):
        sheet.append(_cells(case, wordings))
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the answer closes it)
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="cases.xlsx", content_type=_XLSX)
