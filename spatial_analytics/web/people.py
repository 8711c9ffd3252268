"""`/figures/people/`: what people and units did in a period, for whom the table of rights lets see it."""

from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.queries.viewers import viewer_of
from core.web.numbers import written
from spatial_analytics.actions.rights import sight_for
from spatial_analytics.queries.indicator_words import BY, WORDS
from spatial_analytics.queries.people_card import CARD, Line, card
from spatial_analytics.rules.indicators import BUILT_IN
from spatial_analytics.rules.question import BadQuestion, read
from spatial_analytics.web.questions import answers_bad_questions
from spatial_analytics.web.thematic_words import periods

_BY = ("person", "crew", "department", "organisation")


@login_required
@never_cache
@require_safe
@answers_bad_questions
def page(request: HttpRequest) -> HttpResponse:
    """A line for each unit, or person: persons are asked for by themselves, and the look is written down."""
    query = {"by": "department", "period": "month"} | request.GET.dict() | {"indicator": "deeds"}
    if query["by"] not in _BY:
        raise BadQuestion("by", ", ".join(_BY))
    if query.get("days") or query.get("from") or query.get("to"):
        query.pop("period", None)
    if query.get("period", "").isdigit():  # of the select box, as on the maps
        query["days"] = query.pop("period")
    now = timezone.now()
    question = replace(read(query, today=timezone.localdate()), compare="", per="")
    lines, hidden = card(question, sight_for(question, viewer_of(request.user), now=now), now=now)
    context = {
        "section": "analytics",
        "by": question.by[0],
        "ways": [(name, BY[name]) for name in _BY],
        "period": question.period,
        "periods": periods(),
        "columns": [WORDS[code] for code in CARD],
        "lines": [(line, _said(line)) for line in lines],
        "hidden": hidden,
        "kept": urlencode({k: v for k, v in query.items() if k not in ("by", "indicator")}),
    }
    return render(request, "spatial_analytics/people.html", context)


def _said(line: Line) -> list[Any]:
    return [
        "–" if value is None else written(value, BUILT_IN[code].decimals)
        for code, value in zip(CARD, line.values, strict=True)
    ]
