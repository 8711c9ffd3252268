"""The phone page of numbering crews, and the worker that keeps it without a network."""

from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from accounts.queries.viewers import viewer_of
from addresses.models import ChangeRequest
from addresses.queries.extent import city_view
from addresses.queries.rights import may_report_from_field
from addresses.rules import house_number

_WORKER = Path(__file__).resolve().parents[1] / "static" / "addresses" / "field-worker.js"
_KINDS = ("WRONG_DATA", "WRONG_POSITION", "MISSING_ADDRESS", "OBSOLETE", "OTHER")


@login_required
@ensure_csrf_cookie
@require_safe
def field(request: HttpRequest) -> HttpResponse:
    if not may_report_from_field(viewer_of(request.user)):
        raise PermissionDenied
    context = {
        "section": "field",
        "view": city_view(),
        "kinds": [(kind, ChangeRequest.Kind(kind).label) for kind in _KINDS],
        "number_pattern": house_number.PLATE,
        "words": _words() | {"sign_in_at": reverse("login")},
    }
    return render(request, "register/field.html", context)


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """It may stand above the page, and above the scripts of the map, which load the tiles."""
    return HttpResponse(
        _WORKER.read_text(encoding="utf-8"),
        content_type="text/javascript",
        headers={"Service-Worker-Allowed": "/"},
    )


def _words() -> dict[str, str]:
    return {
        "tap": _("Tap the door on the map, or the place where one is missing."),
        "chosen": _("Door {number}, {street}"),
        "missing": _("A door that the register does not have"),
        "drag": _("Drag the mark to where the door really is."),
        "moved": _("moved by {metres} m"),
        "kept": _("Kept on this phone. It is sent as soon as there is a network."),
        "sent": _("Sent: {count}"),
        "waiting": _("{count} waiting"),
        "none_waiting": _("Everything is sent."),
        "failed": _("Not accepted: {why}"),
        "refused": _("Not accepted: {count}. Look below, mend it and send it again."),
        "sign_in": _("You are signed out. Your reports stay on this phone until you are back."),
        "sign_in_again": _("Sign in again"),
        "offline": _("No network: you can go on working."),
        "online": _("Connected."),
        "again": _("Try again"),
        "mend": _("Open and mend"),
        "mending": _("Change what is wrong, then send it again."),
        "not_kept": _("This phone could not keep it. Make room, then send it again."),
        "forget": _("Throw away"),
        "forget_sure": _("Throw this report away?"),
        "photo_is": _("Photo: {name}"),
        "photo_kept": _("The photo of before is kept; another one takes its place."),
        "need_place": _("Tap a place first."),
        "with_photo": _("with photo"),
    }
