"""The hexagons of a forecast as a table: those of a box, or all; and the shapes of its areas."""

import json
from collections.abc import Mapping
from typing import Any

import h3.api.basic_int as h3
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core.rules.text import in_order
from core.web.numbers import written
from spatial_analytics.models import HotspotRun
from spatial_analytics.queries.density_choices import areas_of_cells
from spatial_analytics.queries.hotspots import all_cells, areas_of
from spatial_analytics.queries.panels import percent
from spatial_analytics.queries.type_groups import group_of
from spatial_analytics.rules.hexes import near
from spatial_analytics.web.hotspots import CLASSES, SHOWN, forecast_asked
from spatial_analytics.web.questions import answers_bad_questions, box_of, file_response, whole
from spatial_analytics.web.sorting import Head, ordered, shown, sort_of

PER_PAGE = 25
Cell = dict[str, Any]
#: In the order of the box that explains a hexagon.
HEADS = {
    "expected": Head(gettext_lazy("Expected"), "-expected", number=True),
    "usual": Head(gettext_lazy("Usual"), "-usual", number=True),
    "p_any": Head(gettext_lazy("Chance of any"), "-p_any", number=True),
    "p_unusual": Head(gettext_lazy("Chance of an unusual number"), "-p_unusual", number=True),
    "upper": Head(gettext_lazy("90 % bounds"), "-upper", number=True),
    "distinct": Head(gettext_lazy("Repeated reports counted once"), "-distinct", number=True),
    "per_100": Head(gettext_lazy("Per 100 dwellings"), "-per_100", number=True),
    "happened": Head(gettext_lazy("Came"), "-happened", number=True),
    "emerging": Head(gettext_lazy("The place is"), "emerging"),
}
PLACE = Head(gettext_lazy("Place"), "place")


@require_safe
@answers_bad_questions
def cells(request: HttpRequest) -> HttpResponse:
    """Of each hexagon what the map tells of it, the figure that is shown first."""
    run, asked = forecast_asked(request)
    box, show = box_of(request), asked["show"]
    sort = sort_of(request, [PLACE, *HEADS.values()], HEADS[show].sort)
    found = list(all_cells(run, asked["weeks"]))
    # The map leaves out what has no such figure.
    rows = [cell for cell in found if show in cell]
    if box:
        touching = near((int(cell["h3"], 16) for cell in rows), box, run.resolution)
        rows = [cell for cell in rows if int(cell["h3"], 16) in touching]
    names = _names(rows, run) if sort.lstrip("-") == PLACE.sort else None
    rows = _ordered(rows, sort, names)
    page = Paginator(rows, PER_PAGE).get_page(whole(request, "page", 1))
    columns = [show, *(name for name in HEADS if name != show and any(name in c for c in found))]
    query = request.GET.copy()
    query.pop("page", None)
    names = names or _names(page.object_list, run)
    context = {
        "section": "analytics",
        "run": run,
        "asked": asked,
        "types": group.name if (group := group_of(run)) else "",
        "what": SHOWN[show],
        "page": page,
        "lines": [_line(cell, names, columns) for cell in page],
        "heads": shown(request, [PLACE, *(HEADS[name] for name in columns)], sort),
        "files": urlencode({"run": run.pk, "weeks": asked["weeks"]}),
        "map": urlencode({"run": run.pk, "weeks": asked["weeks"], "show": show}),
        "query": query.urlencode(),
    }
    return render(request, "spatial_analytics/hotspot_cells.html", context)


@require_safe
@answers_bad_questions
def area_shapes(request: HttpRequest) -> HttpResponse:
    """The areas of a forecast as GeoJSON, EPSG:4326, each with its box."""
    run, _asked = forecast_asked(request)
    features = [
        {
            "type": "Feature",
            "id": area.rank,
            "bbox": area.geom.extent,
            "geometry": json.loads(area.geom.json),
            "properties": {
                "name": area.name,
                "expected": round(area.expected, 2),
                **({} if area.told is None else {"usual": round(area.told, 2)}),
            },
        }
        for area in areas_of(run).order_by("rank")
    ]
    body = json.dumps({"type": "FeatureCollection", "features": features})
    return file_response(
        body, f"hotspots-{run.horizon_start}-areas.geojson", "application/geo+json"
    )


def _names(rows: list[Cell], run: HotspotRun) -> dict[int, str]:
    return areas_of_cells([int(cell["h3"], 16) for cell in rows], run.resolution)


def _ordered(rows: list[Cell], sort: str, names: Mapping[int, str] | None) -> list[Cell]:
    """By what is told only, so that the order gives away no count that is kept back; unknown values last, and
    of equal ones the highest expectation first."""
    field = sort.lstrip("-")

    def value(cell: Cell) -> Any:
        if field == PLACE.sort:
            name = (names or {}).get(int(cell["h3"], 16))
            return in_order(name) if name else None
        if field == "emerging":
            return in_order(str(CLASSES[cell[field]][0])) if field in cell else None
        found = cell.get(field)
        return 1.5 if field == "happened" and found == -1 else found

    return ordered(rows, sort, value)


def _line(cell: Cell, names: Mapping[int, str], columns: list[str]) -> dict[str, Any]:
    number = int(cell["h3"], 16)
    lat, lon = h3.cell_to_latlng(number)
    return {
        "h3": cell["h3"],
        "place": names.get(number, ""),
        "at": f"{lat:.5f}/{lon:.5f}",
        "figures": [(HEADS[name].number, _written(cell, name)) for name in columns],
    }


def _written(cell: Cell, name: str) -> str:
    """A figure as the box on the map writes it."""
    value = cell.get(name)
    if value is None:
        return "–"
    if name == "emerging":
        return str(CLASSES[value][0])
    if name == "happened":
        return _("1 or 2") if value == -1 else written(value)
    if name == "upper":
        return f"{cell['lower']} – {value}"
    if name.startswith("p_"):
        return percent(100 * value, 1 if name == "p_unusual" else 0)
    return written(value, 2)
