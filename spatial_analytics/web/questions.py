"""What the pages of this room have in common: the question asked, and who asks it."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from accounts.queries.viewers import viewer_of
from spatial_analytics.queries.figures import NotForYou
from spatial_analytics.queries.reach import Counted, counted
from spatial_analytics.rules.hexes import Bounds
from spatial_analytics.rules.question import BadQuestion

View = Callable[..., HttpResponse]


def counts_for(request: HttpRequest) -> Counted:
    """What is counted for this person."""
    return counted(viewer_of(request.user))


def whole(request: HttpRequest, field: str, default: int | None) -> int | None:
    """A whole number from the address. Raises `BadQuestion`."""
    text = request.GET.get(field, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadQuestion(field, _("a whole number"))
    return int(text)


def one_of(request: HttpRequest, field: str, known: Collection[str]) -> str:
    """One of some words, the first where it is left out. Raises `BadQuestion`."""
    first, *_others = known
    text = request.GET.get(field, first)
    if text not in known:
        raise BadQuestion(field, ", ".join(filter(None, known)))
    return text


def box_of(request: HttpRequest) -> Bounds | None:
    """The box `bbox`: west, south, east, north. Raises `BadQuestion`."""
    text = request.GET.get("bbox", "")
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise BadQuestion("bbox", "27.8,39.6,28.0,39.7") from None
    if not (-180 <= west < east <= 180 and -85 <= south < north <= 85):
        raise BadQuestion("bbox", "27.8,39.6,28.0,39.7")
    return west, south, east, north


class NoForecast(Exception):
    """There is none, or nothing of the kind in it; the text says what is missing."""


def answers_bad_questions(view: View) -> View:
    """An answer that says which parameter cannot be used and why, with status 400, that these figures are not
    told, with 403, or why there is no forecast, with 404: a page, or problem details (RFC 9457) where JSON is asked for."""

    @wraps(view)
    def answered(request: HttpRequest, **parts: str) -> HttpResponse:
        try:
            response = view(request, **parts)
            patch_cache_control(response, private=True)  # counts differ by who asks
            return response
        except BadQuestion as error:
            if _wants_json(request):
                return problem(400, error.reason, field=error.field)
            context = {"section": "analytics", "field": error.field, "reason": error.reason}
            return render(request, "spatial_analytics/bad_question.html", context, status=400)
        except NotForYou:
            if _wants_json(request):
                return problem(403, _("These figures are not told to you."))
            context = {"section": "analytics"}
            return render(request, "spatial_analytics/not_for_you.html", context, status=403)
        except NoForecast as error:
            if _wants_json(request):
                return problem(404, str(error))
            context = {"section": "analytics", "reason": str(error)}
            return render(request, "spatial_analytics/no_forecast.html", context, status=404)

    return answered


def _wants_json(request: HttpRequest) -> bool:
    return request.path.endswith("json")


def problem(status: int, detail: str, **more: Any) -> HttpResponse:
    """Problem details (RFC 9457)."""
    body = {"status": status, **more, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def file_response(
    body: str | bytes, name: str, kind: str = "text/html; charset=utf-8"
) -> HttpResponse:
    """A file to be saved. A page holds its own scripts, so it is never shown under our address."""
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
