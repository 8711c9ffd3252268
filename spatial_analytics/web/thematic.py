"""`/maps/choropleth/`: any indicator by any area as map, table and files."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.queries.viewers import viewer_of
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from addresses.queries.extent import CityView, view_of
from core.web.csv_download import csv_download
from core.web.numbers import written
from core.web.sent import row_id
from spatial_analytics.models import SavedMap
from spatial_analytics.queries.density_choices import choices
from spatial_analytics.queries.reach import sight
from spatial_analytics.queries.registry import indicators
from spatial_analytics.queries.saved_maps import saved_maps
from spatial_analytics.queries.sharing import has_figures
from spatial_analytics.queries.thematic import ThematicMap, thematic
from spatial_analytics.queries.to_list import list_query
from spatial_analytics.queries.type_groups import type_groups
from spatial_analytics.rules.classes import FEWEST, MOST
from spatial_analytics.rules.hexes import ring_of
from spatial_analytics.rules.indicators import told_apart_by
from spatial_analytics.rules.palettes import NO_DATA
from spatial_analytics.rules.question import Question
from spatial_analytics.rules.thematic import MapQuestion, fitting, read_map
from spatial_analytics.web import thematic_words as words
from spatial_analytics.web.questions import answers_bad_questions, file_response

ROWS = 300


def _map(request: HttpRequest, *, form: bool = False) -> ThematicMap:
    """Raises BadQuestion, NotForYou. What a form keeps of another indicator's choices is left out."""
    query, known = request.GET.dict(), indicators()
    if form:
        query = fitting(query, known)
    asked = read_map(query, today=timezone.localdate(), indicators=known)
    return thematic(asked, sight(viewer_of(request.user)), now=timezone.now())


@require_safe
@answers_bad_questions
def page(request: HttpRequest) -> HttpResponse:
    """The form, the legend and the table; the script paints the map with the same answer."""
    found = _map(request, form=True)
    asked, viewer = found.asked, viewer_of(request.user)
    filters = asked.question.filters
    seen, groups = sight(viewer), type_groups()
    group = next(iter(filters.get("group", ())), None)
    district = next(iter(filters.get("district", ())), None)
    period = asked.question.period
    context = {
        "section": "analytics",
        "found": found,
        "asked": asked,
        "question": asked.question,
        "title": words.map_title(asked),
        "subtitle": words.subtitle(found, group_named(asked)),
        "legend": [(entry, words.entry_name(entry, asked)) for entry in found.legend],
        "bars": _bars(found),
        "warnings": words.warnings(found),
        "rows": _rows(found),
        "more": max(len(found.areas) - ROWS, 0),
        "chosen": {name: values[0] for name, values in filters.items()},
        "period": period.name or "",
        "indicators": words.indicators(seen),
        "levels": [
            one for one in words.levels() if one[0] in told_apart_by(asked.question.indicator)
        ],
        "of_cases": "type" in told_apart_by(asked.question.indicator),
        "shows": words.shows(),
        "periods": words.periods(),
        "comparisons": words.comparisons(),
        "pers": words.pers(),
        "schemes": words.schemes(),
        "palettes": words.palettes(asked),
        "class_counts": range(FEWEST, MOST + 1),
        "groups": groups,
        "choices": choices(group=_number(group), district=_number(district)),
        "query": urlencode(asked.as_query()),
        "per_residents": urlencode(asked.as_query() | {"per": "residents"}),
        "view": view_of_filters(asked.question),
        "list_query": urlencode(list_query(asked.question)),
        "public_only": seen.public,
        "sees_cases": viewer.may(Permission.SEE_CASES),
        "keeps_maps": has_figures(viewer),
        "saved": _saved(request, viewer),
    }
    return render(request, "spatial_analytics/thematic.html", context)


def group_named(asked: MapQuestion) -> str:
    """The name of the group of types that the map is narrowed to."""
    chosen = next(iter(asked.question.filters.get("group", ())), None)
    return next((group.name for group in type_groups() if group.id == chosen), "")


def view_of_filters(question: Question) -> CityView:
    """Where the districts and neighbourhoods are that a map is narrowed to."""
    districts, neighbourhoods = (
        [int(value) for value in question.filters.get(name, ())]
        for name in ("district", "neighbourhood")
    )
    return view_of(districts, neighbourhoods)


def _saved(request: HttpRequest, viewer: Viewer) -> SavedMap | None:
    """The saved map that this page was opened by, if this person may see it."""
    saved = row_id(request.GET.get("saved"))
    return saved_maps(viewer).filter(pk=saved).first() if saved else None


def _number(value: int | str | None) -> int | None:
    return None if value is None else int(value)


def _rows(found: ThematicMap) -> list[dict[str, Any]]:
    """Lines of the table, with figures as they are written."""
    asked = found.asked
    places = words.digits(asked)

    def said(value: float | None, digits: int = places) -> str:
        return "" if value is None else written(value, digits)

    return [
        {
            "area": area,
            "value": said(area.value) or words.state_name(area.state or "none"),
            "before": said(area.before),
            "figure": said(area.figure),
            "state": words.state_name(area.state),
            "deeper": urlencode(asked.deeper(area.id) or {}),
        }
        for area in found.areas[:ROWS]
    ]


def _bars(found: ThematicMap) -> list[dict[str, int]]:
    """The histogram: bars of a drawing 24 units high."""
    highest = max(found.bars, default=0)
    return [
        {"x": 10 * i, "height": max(round(24 * n / highest), 1 if n else 0), "n": n}
        for i, n in enumerate(found.bars)
    ]


@require_safe
@answers_bad_questions
def data(request: HttpRequest) -> HttpResponse:
    """The answer as JSON: areas with figures and colours, and the legend. Hexagons bring their outline."""
    found = _map(request)
    asked, cells = found.asked, found.asked.level == "cell"
    return JsonResponse(
        {
            "query": asked.as_query(),
            "title": words.map_title(asked),
            "unit": words.unit(asked),
            "digits": words.digits(asked),
            "from": asked.question.period.begin.isoformat(),
            "to": asked.question.period.end.isoformat(),
            "total": found.total.value,
            "no_data": NO_DATA,
            "legend": [
                {
                    "colour": entry.colour,
                    "name": words.entry_name(entry, asked),
                    "low": entry.low,
                    "high": entry.high,
                    "count": entry.count,
                }
                for entry in found.legend
            ],
            "areas": [
                {
                    "id": f"{area.id:x}" if cells else area.id,
                    "name": area.name,
                    "within": area.parent,
                    "value": area.value,
                    "n": None if area.state == "hidden" else area.n,
                    "figure": area.figure,
                    "before": area.before,
                    "most_frequent": area.key_name,
                    "next": area.second_name,
                    "state": area.state,
                    "said": words.state_name(area.state),
                    "colour": area.colour,
                    **({"colour_before": area.colour_before} if asked.compares else {}),
                    **({"ring": ring_of(area.id)} if cells else {}),
                }
                for area in found.areas
            ],
        }
    )


def _name(asked: MapQuestion, ending: str) -> str:
    period = asked.question.period
    return (
        f"{asked.question.indicator.code}-{asked.show}-{asked.level}-{period.end:%Y%m%d}.{ending}"
    )


@require_safe
@answers_bad_questions
def as_csv(request: HttpRequest) -> HttpResponse:
    """Every area as CSV, with the byte order mark that spreadsheets need for Turkish."""
    from spatial_analytics.thematic.files import COLUMNS, as_rows

    found = _map(request)
    return csv_download(_name(found.asked, "csv"), list(COLUMNS), as_rows(found))  # type: ignore[return-value]


_FORMS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gpkg": "application/geopackage+sqlite3",
    "parquet": "application/vnd.apache.parquet",
}


@require_safe
@answers_bad_questions
def file(request: HttpRequest, form: str) -> HttpResponse:
    """Every area as a spreadsheet, or with its shape as GeoPackage or GeoParquet: one of _FORMS."""
    from spatial_analytics.thematic.files import as_geopackage, as_geoparquet, as_xlsx

    found = _map(request)
    if form == "xlsx":
        body = as_xlsx(found, words.map_title(found.asked))
    else:
        body = as_geopackage(found) if form == "gpkg" else as_geoparquet(found)
    return file_response(body, _name(found.asked, form), _FORMS[form])


@require_safe
@answers_bad_questions
def export(request: HttpRequest) -> HttpResponse:
    """The map as one file that opens without a network."""
    found = _map(request)
    # Its library brings pandas with it: only a worker that has made a map keeps it.
    from spatial_analytics.folium_export.maps import NothingToShow
    from spatial_analytics.folium_export.thematic import thematic_file

    try:
        text = thematic_file(found, title=words.map_title(found.asked), legend=_legend(found))
    except NothingToShow as error:
        raise Http404(str(error)) from None
    return file_response(text, _name(found.asked, "html"))


def _legend(found: ThematicMap) -> list[tuple[str, str]]:
    return [
        (entry.colour, f"{words.entry_name(entry, found.asked)} ({entry.count})")
        for entry in found.legend
    ]
