"""`/maps/hotspots/`: next week's expected cases, and how far to trust them."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from addresses.queries.extent import city_view
from spatial_analytics.models import HotspotRun
from spatial_analytics.queries.accuracy import (
    accuracy_lines,
    method_name,
    method_rows,
    notice_text,
)
from spatial_analytics.queries.hotspots import latest_run
from spatial_analytics.web.questions import answers_bad_questions, file_response, whole


@require_safe
@answers_bad_questions
def page(request: HttpRequest) -> HttpResponse:
    """The latest forecast with the measurement that came with it."""
    run = latest_run(whole(request, "group", None))
    context = {"section": "analytics", "run": run, "view": city_view()}
    if run is not None:
        context |= {
            "accuracy": accuracy_lines(run.scores),
            "methods": method_rows(run.scores),
            "method": method_name(run.method),
            "notices": [notice_text(notice) for notice in run.notices],
            "horizon_end": run.horizon_start + timedelta(days=6),
            "stops": _stops(run),
        }
    return render(request, "spatial_analytics/hotspots.html", context)


@require_safe
@answers_bad_questions
def export(request: HttpRequest) -> HttpResponse:
    """The map as one file that opens without a network."""
    # Its library brings pandas with it: only a worker that has made a map keeps it.
    from spatial_analytics.folium_export.maps import NothingToShow, hotspots_file

    run = latest_run(whole(request, "group", None))
    if run is None:
        raise Http404(_("There is no forecast yet."))
    try:
        return file_response(hotspots_file(run), f"hotspots-{run.horizon_start}.html")
    except NothingToShow as error:
        raise Http404(str(error)) from None


def _stops(run: HotspotRun) -> list[tuple[int, float]]:
    """Shade and least expected count of it: the best 1, 5, 10 and 25 % of the cells, and the rest."""
    stops: list[tuple[int, float]] = [(1, 0.0)]
    for shade, share in ((2, 0.25), (3, 0.10), (4, 0.05), (6, 0.01)):
        inside = run.cells.filter(rank_share__lte=share).order_by("expected")
        least = inside.values_list("expected", flat=True).first()
        if least is not None and least > stops[-1][1]:
            stops.append((shade, round(least, 3)))
    return stops
