"""`/maps/choropleth/`: cases per 1,000 residents as map, table, CSV and file."""

import csv

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from addresses.queries.extent import city_view
from core.rules.spreadsheet import safe_cells
from spatial_analytics.queries.choropleth import Answer, cases_per_thousand
from spatial_analytics.queries.reach import Counted
from spatial_analytics.queries.type_groups import type_groups
from spatial_analytics.rules.classes import NO_DATA, Scheme
from spatial_analytics.rules.indicator import FEWEST_CLASSES, MOST_CLASSES, PERIODS
from spatial_analytics.web.questions import (
    answers_bad_questions,
    counts_for,
    file_response,
    question_of,
)


def _answer(request: HttpRequest) -> Answer:
    return cases_per_thousand(question_of(request), counts_for(request))


@require_safe
@answers_bad_questions
def page(request: HttpRequest) -> HttpResponse:
    """The form, the legend and the table; the script paints the map with the same answer."""
    answer = _answer(request)
    question = answer.question
    by_rate = sorted(answer.areas, key=lambda area: (area.rate is None, -(area.rate or 0)))
    context = {
        "section": "analytics",
        "answer": answer,
        "question": question,
        "areas": by_rate,
        "total_shown": number_format(answer.total, force_grouping=True),
        "no_rate": sum(area.rate is None for area in answer.areas),
        "groups": type_groups(),
        "periods": PERIODS,
        "schemes": [
            (Scheme.QUANTILES.value, _("Quantiles")),
            (Scheme.JENKS.value, _("Natural breaks (Jenks)")),
            (Scheme.EQUAL.value, _("Equal intervals")),
        ],
        "class_counts": range(FEWEST_CLASSES, MOST_CLASSES + 1),
        "query": urlencode(question.as_query()),
        "view": city_view(),
        "public_only": counts_for(request) == Counted.PUBLIC,
    }
    return render(request, "spatial_analytics/choropleth.html", context)


@require_safe
@answers_bad_questions
def data(request: HttpRequest) -> HttpResponse:
    """The answer as JSON: areas by id with cases, residents, rate and colour; and the classes."""
    answer = _answer(request)
    colours = [one.colour for one in answer.classes]
    return JsonResponse(
        {
            "query": answer.question.as_query(),
            "from": answer.question.begin.isoformat(),
            "to": answer.question.end.isoformat(),
            "total": answer.total,
            "no_data": NO_DATA,
            "classes": [
                {"low": one.low, "high": one.high, "count": one.count, "colour": one.colour}
                for one in answer.classes
            ],
            "areas": [
                {
                    "id": area.id,
                    "name": area.name,
                    "district": area.district,
                    "population": area.population,
                    "cases": area.cases,
                    "rate": area.rate,
                    "colour": NO_DATA if area.number is None else colours[area.number],
                }
                for area in answer.areas
            ],
        }
    )


@require_safe
@answers_bad_questions
def table(request: HttpRequest) -> HttpResponse:
    """The same figures as CSV, with the byte order mark that spreadsheets need for Turkish."""
    answer = _answer(request)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = f"cases-per-1000-{answer.question.level}-{answer.question.end:%Y%m%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(["id", "area", "district", "residents", "cases", "per_1000", "from", "to"])
    for area in answer.areas:
        begin, end = answer.question.begin, answer.question.end
        figures = [area.population, area.cases, area.rate]
        writer.writerow([area.id, *safe_cells(area.name, area.district), *figures, begin, end])
    return response


@require_safe
@answers_bad_questions
def export(request: HttpRequest) -> HttpResponse:
    """The map as one file that opens without a network."""
    answer = _answer(request)
    # Its library brings pandas with it: only a worker that has made a map keeps it.
    from spatial_analytics.folium_export.maps import NothingToShow, choropleth_file

    try:
        text = choropleth_file(answer)
    except NothingToShow as error:
        raise Http404(str(error)) from None
    return file_response(text, f"choropleth-{answer.question.level}.html")
