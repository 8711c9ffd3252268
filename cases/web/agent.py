"""The agents' form: what somebody says on the telephone or at the desk becomes a request."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.queries.viewers import viewer_of
from accounts.rules.roles import Permission
from addresses.queries.extent import city_view
from cases.actions.open_case import KeyReused, open_case
from cases.conf import CONF
from cases.models import Channel
from cases.queries.catalogue import channels
from cases.queries.place import locate, none_of_them
from cases.queries.visibility import visible_cases
from cases.rules.validation import check_draft
from cases.web.form import draft_of, types_by_group, values_of, which_place
from core.api.problems import InvalidInput


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new_case(request: HttpRequest) -> HttpResponse:
    """The place first. A second step only where it could not be found for sure."""
    viewer = viewer_of(request.user)
    if not viewer.may(Permission.OPEN_CASE):
        raise PermissionDenied
    values = values_of(request.POST, "channel")
    if request.method == "GET" or "edit" in request.POST:
        return _form(request, values, {})
    try:
        if values["channel"] not in {channel.code for channel in _channels()}:
            raise InvalidInput({"channel": [_("There is no such channel.")]})
        now = timezone.now()
        draft = check_draft(draft_of(values, channel=values["channel"]), now=now)
        location = locate(draft)
        if not location.sure and location.candidates:
            if not values["place"]:
                return which_place(request, values, location, section="console")
            location = none_of_them(location, written=draft.place_text)
        opened = open_case(draft, viewer=viewer, now=now, location=location)
    except InvalidInput as error:
        return _form(request, values, error.errors, status=422)
    except KeyReused:
        again = _("You have already sent this form. Send it once more to open another request.")
        return _form(request, values | {"key": uuid.uuid4().hex}, {"": [again]}, status=409)
    number = opened.case.number
    messages.success(request, _("Request %s is open.") % number)
    # Where it was routed to another body, only its number can be told.
    if visible_cases(viewer).filter(number=number).exists():
        return redirect("console_case", number=number)
    return redirect("console_new")


def _channels() -> list[Channel]:
    """Those that a person at a form answers for."""
    return [
        c for c in channels().values() if c.transport == Channel.Transport.FORM and not c.public
    ]


def _form(
    request: HttpRequest, values: dict[str, str], errors: dict[str, list[str]], status: int = 200
) -> HttpResponse:
    turkish = (get_language() or "").startswith("tr")
    context: dict[str, Any] = {
        "section": "console",
        "values": values,
        "errors": errors,
        "types": types_by_group(),
        "channels": [(c.code, c.name if turkish else c.name_en) for c in _channels()],
        "view": city_view(),
        "description_max": CONF.description_max,
    }
    return render(request, "console/new.html", context, status=status)
