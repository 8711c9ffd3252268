"""Pages for what went wrong: they say what to do next and never show a trace."""

import sys
from typing import Any

from django.core.exceptions import BadRequest
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def _page(request: HttpRequest, status: int, heading: str, text: str) -> HttpResponse:
    if request.path.startswith(("/api/", "/compat/", "/geocode/", "/ogc/", "/tiles/")):
        body = {"type": "about:blank", "title": heading, "status": status, "detail": text}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    return render(request, "problem.html", {"heading": heading, "text": text}, status=status)


def not_found(request: HttpRequest, exception: Any) -> HttpResponse:
    text = _("There is nothing at this address. It may have moved, or the link was cut.")
    return _page(request, 404, _("Not found"), text)


def forbidden(request: HttpRequest, exception: Any) -> HttpResponse:
    text = _("Your account may not see this. Ask the administrator of your organisation.")
    return _page(request, 403, _("Not allowed"), text)


def bad_request(request: HttpRequest, exception: Any) -> HttpResponse:
    told = str(exception) if isinstance(exception, BadRequest) else ""
    text = told or _("The request could not be read. Go back and try again.")
    return _page(request, 400, _("Not understood"), text)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    text = _(
        "The form had expired or cookies are blocked. Go back, reload the page and send it again."
    )
    return _page(request, 403, _("Please send it again"), text)


def server_error(request: HttpRequest) -> HttpResponse:
    """Also when the database is away: then 503, without whatever a page would ask it for."""
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    status = 503 if away else 500
    text = _(
        "Something went wrong on our side. What you have just sent was not taken in; "
        "please go back and send it again in a minute."
    )
    try:
        response = _page(request, status, _("Not working just now"), text)
    except Exception:  # the page itself needs what has failed
        page = f"<!doctype html><meta charset=utf-8><title>GIS-VIP</title><p>{text}</p>"
        response = HttpResponse(page, status=status)
    if away:
        response["Retry-After"] = "5"
    return response
