"""`/maps/density/`: cases per hexagon as map, table, time series and files."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from addresses.queries.extent import city_view
from core.web.csv_download import csv_download
from spatial_analytics.conf import CONF
from spatial_analytics.density.files import COLUMNS, as_geojson, as_geoparquet, as_rows
from spatial_analytics.queries.density import CellFigure, density_counts, density_figures
from spatial_analytics.queries.density_choices import areas_of_cells, choices
from spatial_analytics.queries.reach import Counted
from spatial_analytics.queries.type_groups import type_groups
from spatial_analytics.rules.density import (
    COMPARISONS,
    MEASURES,
    PERIODS,
    STEPS,
    DensityQuestion,
    read_density,
    steps,
)
from spatial_analytics.rules.hexes import COARSEST, FINEST, Bounds
from spatial_analytics.rules.question import BadQuestion
from spatial_analytics.web.questions import (
    answers_bad_questions,
    box_of,
    counts_for,
    file_response,
    whole,
)

USUAL_RESOLUTION = 8
# Finer cells of a whole city are more than a table or a slider is good for.
FINEST_EVERYWHERE = 9
ROWS = 50


def _question(request: HttpRequest) -> DensityQuestion:
    """The question in the address. Raises `BadQuestion`."""
    today = timezone.localdate()
    return read_density(request.GET.dict(), today=today, usual_days=CONF.density_days)


def _part(request: HttpRequest) -> tuple[int, Bounds | None]:
    """Resolution and box of what is wanted. Raises `BadQuestion`."""
    resolution = whole(request, "resolution", USUAL_RESOLUTION)
    bounds = box_of(request)
    finest = FINEST if bounds else FINEST_EVERYWHERE
    if resolution is None or not COARSEST <= resolution <= finest:
        raise BadQuestion("resolution", f"{COARSEST} – {finest}")
    return resolution, bounds


def _table(request: HttpRequest, question: DensityQuestion) -> dict[str, Any]:
    resolution, bounds = _part(request)
    figures = density_figures(question, counts_for(request), resolution=resolution, bounds=bounds)
    by = "rate" if question.measure != "count" else "cases"
    top = sorted(figures, key=lambda f: (-(getattr(f, by) or 0), f.cell))[:ROWS]
    areas = areas_of_cells([f.cell for f in top], resolution)
    return {
        "question": question,
        "rows": [(f, areas.get(f.cell, "")) for f in top],
        "cells": len(figures),
    }


@require_safe
@answers_bad_questions
def page(request: HttpRequest) -> HttpResponse:
    """The map, its filters, its legend and the table of the same figures."""
    question = _question(request)
    query = urlencode(question.as_query())
    context = _table(request, question) | {
        "section": "analytics",
        "query": query,
        "groups": type_groups(),
        "choices": choices(group=question.group, district=question.district),
        "measures": MEASURES,
        "comparisons": COMPARISONS,
        "periods": PERIODS,
        "view": city_view(),
        "public_only": counts_for(request) == Counted.PUBLIC,
        "minimum": CONF.public_minimum,
    }
    return render(request, "spatial_analytics/density.html", context)


@require_safe
@answers_bad_questions
def table(request: HttpRequest) -> HttpResponse:
    """The table alone, for what is on the screen."""
    return render(
        request, "spatial_analytics/density_table.html", _table(request, _question(request))
    )


@require_safe
@answers_bad_questions
def series(request: HttpRequest) -> HttpResponse:
    """Cases by month or week: `{"steps": [[from, to], …], "cells": {h3: [n, …]}}`. For the public a count
    under the minimum is 0, as is none."""
    question = _question(request)
    resolution, bounds = _part(request)
    step = request.GET.get("step") or STEPS[0]
    if step not in STEPS:
        raise BadQuestion("step", ", ".join(STEPS))
    windows = steps(question, step)
    cells: dict[str, list[int]] = {}
    for slot, cell, n in density_counts(
        question, counts_for(request), windows, resolution=resolution, bounds=bounds
    ):
        cells.setdefault(f"{cell:x}", [0] * len(windows))[slot] = n
    return JsonResponse({"steps": [[w.begin, w.end] for w in windows], "cells": cells})


@require_safe
@answers_bad_questions
def as_csv(request: HttpRequest) -> HttpResponse:
    """Every cell as CSV."""
    figures, areas = _cells(request)
    return csv_download("density.csv", COLUMNS, as_rows(figures, areas))  # type: ignore[return-value]


@require_safe
@answers_bad_questions
def geojson(request: HttpRequest) -> HttpResponse:
    """Every cell as GeoJSON."""
    return _file(request, as_geojson, "density.geojson", "application/geo+json")


@require_safe
@answers_bad_questions
def geoparquet(request: HttpRequest) -> HttpResponse:
    """Every cell as GeoParquet."""
    return _file(request, as_geoparquet, "density.parquet", "application/vnd.apache.parquet")


def _cells(request: HttpRequest) -> tuple[list[CellFigure], dict[int, str]]:
    question = _question(request)
    resolution, bounds = _part(request)
    figures = density_figures(question, counts_for(request), resolution=resolution, bounds=bounds)
    return figures, areas_of_cells([f.cell for f in figures], resolution)


def _file(
    request: HttpRequest, written: Callable[..., str | bytes], name: str, kind: str
) -> HttpResponse:
    return file_response(written(*_cells(request)), name, kind)


@require_safe
@answers_bad_questions
def export(request: HttpRequest) -> HttpResponse:
    """The map as one file that opens without a network."""
    # Its library brings pandas with it: only a worker that has made a map keeps it.
    from spatial_analytics.folium_export.maps import NothingToShow, density_file

    try:
        text = density_file(_question(request), counts_for(request))
    except NothingToShow as error:
        raise Http404(str(error)) from None
    return file_response(text, "density.html")
