"""`/maps/density/`: cases per hexagon."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from addresses.queries.extent import city_view
from spatial_analytics.conf import CONF
from spatial_analytics.queries.reach import Counted
from spatial_analytics.queries.type_groups import type_groups
from spatial_analytics.rules.indicator import PERIODS
from spatial_analytics.web.questions import (
    answers_bad_questions,
    counts_for,
    days_of,
    file_response,
    whole,
)


@require_safe
@answers_bad_questions
def page(request: HttpRequest) -> HttpResponse:
    """The map, its filters and its legend."""
    context = {
        "section": "analytics",
        "days": days_of(request),
        "group": whole(request, "group", None),
        "groups": type_groups(),
        "periods": PERIODS,
        "view": city_view(),
        "public_only": counts_for(request) == Counted.PUBLIC,
        "minimum": CONF.public_minimum,
    }
    return render(request, "spatial_analytics/density.html", context)


@require_safe
@answers_bad_questions
def export(request: HttpRequest) -> HttpResponse:
    """The map as one file that opens without a network."""
    # Its library brings pandas with it: only a worker that has made a map keeps it.
    from spatial_analytics.folium_export.maps import NothingToShow, density_file

    group = whole(request, "group", None)
    try:
        text = density_file(days=days_of(request), group=group, counts=counts_for(request))
    except NothingToShow as error:
        raise Http404(str(error)) from None
    return file_response(text, "density.html")
