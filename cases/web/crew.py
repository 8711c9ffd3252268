"""The phone page of crews. `register/field/worker.js` keeps it without a network."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from accounts.queries.viewers import viewer_of
from accounts.rules.roles import Permission
from addresses.queries.extent import city_view
from cases.models import ResultCode
from cases.queries.work import crews_of
from cases.rules.work import OrderState
from cases.web.words import order_state_name


@login_required
@ensure_csrf_cookie
@require_safe
def my_day(request: HttpRequest) -> HttpResponse:
    """For whoever works in a crew."""
    viewer = viewer_of(request.user)
    if not viewer.may(Permission.WORK_CASE) or not crews_of(viewer).exists():
        raise PermissionDenied
    results = list(ResultCode.objects.order_by("pk"))
    context: dict[str, Any] = {
        "section": "crew",
        "view": city_view(),
        "done": [r for r in results if r.done],
        "not_done": [r for r in results if not r.done],
        "words": _words()
        | {
            "states": {s.value: order_state_name(s) for s in OrderState},
            "sign_in_at": reverse("login"),
        },
    }
    return render(request, "console/crew.html", context)


def _words() -> dict[str, str]:
    return {
        "none": _("Nothing is planned for this day."),
        "way_network": _("{km} km over the streets, about {minutes} minutes of driving"),
        "way_straight": _("{km} km as the crow flies, at least {minutes} minutes of driving"),
        "from_day": _("left over from {day}"),
        "here": _("I am here"),
        "navigate": _("Way there"),
        "map": _("In a map"),
        "open": _("Report"),
        "close": _("Close"),
        "waits": _("{deed}: waits to be sent"),
        "deed_start": _("Arrived"),
        "deed_done": _("It is done"),
        "deed_not_done": _("Could not be done"),
        "kept": _("Kept on this phone. It is sent as soon as there is a network."),
        "not_kept": _("This phone could not keep it. Make room, then send it again."),
        "sent": _("Sent: {count}"),
        "waiting": _("{count} waiting"),
        "none_waiting": _("Everything is sent."),
        "refused": _("Not accepted: {count}. Look at it below."),
        "failed": _("Not accepted: {why}"),
        "sign_in": _("You are signed out. Your reports stay on this phone until you are back."),
        "sign_in_again": _("Sign in again"),
        "offline": _("No network: you can go on working."),
        "online": _("Connected."),
        "need_note": _("Write why it could not be done, and choose a reason."),
        "changed": _("Somebody changed this meanwhile."),
        "yours": _("Yours"),
        "theirs": _("Theirs"),
        "keep_mine": _("Send mine all the same"),
        "take_theirs": _("Take theirs"),
        "take_theirs_sure": _("Throw away what you wrote here?"),
        "by": _("by {name}"),
        "again": _("Try again"),
        "forget": _("Throw away"),
        "photos": _("{count} photos"),
        "minutes": _("{count} minutes"),
        "material": _("Material"),
        "quantity": _("Quantity"),
        "unit": _("Unit"),
        "photo": _("Photo {n}"),
        "due": _("due {day}"),
    }
