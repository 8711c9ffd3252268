"""`/maps/choropleth/tile.html`: a thematic map as a tile of a dashboard shows it, fetched when it comes into view."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.queries.viewers import viewer_of
from core.web.numbers import written
from spatial_analytics.queries.reach import sight
from spatial_analytics.queries.registry import indicators
from spatial_analytics.queries.thematic import Painted, thematic
from spatial_analytics.rules.hexes import ring_of
from spatial_analytics.rules.thematic import MapQuestion, read_map
from spatial_analytics.web import thematic_words as words
from spatial_analytics.web.questions import answers_bad_questions
from spatial_analytics.web.thematic import group_named, view_of_filters

ROWS = 100


@require_safe
@answers_bad_questions
def tile(request: HttpRequest) -> HttpResponse:
    """Map, legend and table of one answer; what the script paints stands in it as JSON."""
    # A filter that the indicator does not know is refused: a figure of everything would be taken for one of a part.
    query, today = request.GET.dict(), timezone.localdate()
    asked = read_map(query, today=today, indicators=indicators())
    found = thematic(asked, sight(viewer_of(request.user)), now=timezone.now())
    lines = [(area, _line(area, asked)) for area in found.areas]
    context = {
        "asked": asked,
        "title": words.map_title(asked),
        "subtitle": words.subtitle(found, group_named(asked)),
        "legend": [(entry, words.entry_name(entry, asked)) for entry in found.legend],
        "rows": [line for _area, line in lines[:ROWS]],
        "view": view_of_filters(asked.question),
        "query": urlencode(asked.as_query()),
        "painted": [_painted(area, line, asked.level) for area, line in lines],
    }
    return render(request, "spatial_analytics/thematic_tile.html", context)


def _line(area: Painted, asked: MapQuestion) -> dict[str, str]:
    """An area in words."""
    told = words.state_name(area.state or "none")
    if area.value is not None:
        number = written(area.value, words.digits(asked))
        told = (
            f"{area.key_name} ({words.with_unit(number, asked)})"
            if area.key_name
            else words.with_unit(number, asked)
        )
    return {
        "name": f"{area.name}, {area.parent}" if area.parent else area.name,
        "value": told,
        "n": _("few") if area.state == "hidden" else written(area.n),
    }


def _painted(area: Painted, line: dict[str, str], level: str) -> dict[str, Any]:
    return {
        "id": f"{area.id:x}" if level == "cell" else area.id,
        "colour": area.colour,
        "told": [line["name"], line["value"]],
        **({"ring": ring_of(area.id)} if level == "cell" else {}),
    }
