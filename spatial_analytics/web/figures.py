"""`/figures/`: what is counted and what it means; and the answer to any question about it."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts.queries.viewers import viewer_of
from spatial_analytics.actions.rights import sight_for
from spatial_analytics.queries.figure_rows import Row
from spatial_analytics.queries.figures import Answer, answer
from spatial_analytics.queries.indicator_words import BY, PER
from spatial_analytics.queries.reach import Sight, sight
from spatial_analytics.queries.registry import explanation_of, indicators, name_of
from spatial_analytics.rules.indicators import DIMENSIONS, Audience, Direction, Indicator
from spatial_analytics.rules.question import Question, read
from spatial_analytics.web.questions import answers_bad_questions

STEP_NOTES = {
    "month": gettext_lazy("Values are of whole months: those that lie in the period."),
    "quarter": gettext_lazy("Values are of whole quarters: those that lie in the period."),
    "year": gettext_lazy("Values are of whole years: those that lie in the period."),
}


def asked(request: HttpRequest) -> Answer:
    """The answer to the question in the address, for this person. Raises BadQuestion, NotForYou."""
    now = timezone.now()
    question = read(request.GET.dict(), today=timezone.localdate(), indicators=indicators())
    return answer(question, sight_for(question, viewer_of(request.user), now=now), now=now)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every indicator that this person may see, with what it means."""
    seen = sight(viewer_of(request.user))
    shown = [
        one
        for one in indicators().values()
        if (not seen.public or one.audience is Audience.PUBLIC) and seen.tells(one)
    ]
    rows = [
        {
            "code": one.code,
            "name": name_of(one),
            "explanation": explanation_of(one),
            "unit": _UNITS.get(one.unit, one.unit),
            "direction": _DIRECTIONS[one.direction],
            "by": ", ".join(_told_apart_by(one, seen)),
            "version": one.version,
            "map": f"{reverse('thematic')}?indicator={one.code}",
        }
        for one in shown
    ]
    context = {"section": "analytics", "rows": rows}
    return render(request, "spatial_analytics/indicators.html", context)


_UNITS = {
    "": gettext_lazy("number"),
    "h": gettext_lazy("hours"),
    "%": "%",
    "1-5": gettext_lazy("1 to 5"),
}
_DIRECTIONS = {
    Direction.MORE_IS_WORSE: gettext_lazy("bad"),
    Direction.MORE_IS_BETTER: gettext_lazy("good"),
    Direction.NEUTRAL: "–",
}


def _told_apart_by(one: Indicator, seen: Sight) -> list[str]:
    """What it may be told apart by, beside time."""
    known = (d for d in DIMENSIONS.values() if one.source in d.sources)
    told = (
        d
        for d in known
        if d.audience is Audience.PUBLIC or (not seen.public and d.audience is Audience.STAFF)
    )
    return [str(BY[d.code]) for d in told]


@require_safe
@answers_bad_questions
def data(request: HttpRequest) -> HttpResponse:
    """The answer as JSON: docs/figures.md has its form."""
    return JsonResponse(as_json(asked(request)))


def as_json(found: Answer) -> dict[str, Any]:
    """Keys as they are (dates in ISO form), labels in the language of the page, values unrounded."""
    question = found.question
    one = question.indicator
    return {
        "query": question.as_query(),
        "indicator": {
            "code": one.code,
            "name": title(question),
            "explanation": str(explanation_of(one)),
            "unit": one.unit,
            "direction": one.direction.value,
            "decimals": decimals(question),
            "target": one.target,
            "version": one.version,
        },
        "from": question.period.begin.isoformat(),
        "to": question.period.end.isoformat(),
        "by": [{"code": name, "label": str(BY[name])} for name in question.by],
        "rows": [_row(found, row) for row in found.rows],
        "total": {"value": found.total.value, "n": found.total.n, "before": found.total.before},
        "hidden": found.hidden,
        "notes": notes(found),
    }


def _row(found: Answer, row: Row) -> dict[str, Any]:
    return {
        "keys": [_plain(key) for key in row.keys],
        "labels": found.labels(row),
        "value": row.value,
        "n": row.n,
        "before": row.before,
    }


def _plain(key: Any) -> Any:
    if isinstance(key, date):
        return key.isoformat()
    # H3 indexes are beyond the whole numbers of JavaScript.
    return f"{key:x}" if isinstance(key, int) and key > 1 << 53 else key


def title(question: Question) -> str:
    """What is shown, in a few words."""
    name = str(name_of(question.indicator))
    return f"{name} {PER[question.per]}" if question.per else name


def decimals(question: Question) -> int:
    """How many digits after the point its values are shown with."""
    return 2 if question.per else question.indicator.decimals


def notes(found: Answer) -> list[str]:
    """What a reader must know about these figures."""
    said = []
    if outside := found.question.indicator.outside:
        if outside.step != "day":
            said.append(str(STEP_NOTES[outside.step]))
        if outside.origin:
            said.append(_("Source: %(origin)s") % {"origin": outside.origin})
    if found.hidden:
        said.append(
            ngettext(
                "%(n)d figure is not shown, because it is too small.",
                "%(n)d figures are not shown, because they are too small.",
                found.hidden,
            )
            % {"n": found.hidden}
        )
    return said
