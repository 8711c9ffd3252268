"""The page of an outside party, behind its personal link; and how staff make and withdraw links."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries.viewers import viewer_of
from cases.actions.external import (
    NotUsable,
    answer_link,
    hand_to_party,
    open_link,
    usable_link,
    withdraw_link,
)
from cases.conf import CONF
from cases.models import ExternalLink, Photo
from cases.photos import clean_photo
from cases.rules.scrub import scrubbed
from cases.rules.validation import tidy_note
from cases.web.refusals import told
from core.api.problems import InvalidInput


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def party_page(request: HttpRequest, token: str) -> HttpResponse:
    """What is to be done and where, without anything about the reporter; takes one answer."""
    errors: dict[str, list[str]] = {}
    try:
        if request.method == "POST":
            errors = _answer(request, token)
            if not errors:
                return _page(request, {"thanks": True})
        link = open_link(token=token, now=timezone.now())
    except ExternalLink.DoesNotExist:
        raise Http404 from None
    except NotUsable:
        return _page(request, {"ended": True}, 410)
    case = link.case
    context = {
        "link": link,
        "case": case,
        "token": token,
        "description": scrubbed(case.description),
        "photos": case.photos.filter(moment=Photo.Moment.REPORTED),
        "photos_max": CONF.photos_max,
        "errors": errors,
        "values": request.POST,
    }
    return _page(request, context, 400 if errors else 200)


def _answer(request: HttpRequest, token: str) -> dict[str, list[str]]:
    files = request.FILES.getlist("photo")
    if len(files) > CONF.photos_max:
        return {"photo": [_("At most %(n)d photos are possible.") % {"n": CONF.photos_max}]}
    if request.POST.get("done") not in ("yes", "no"):
        return {"done": [_("Say whether it is done.")]}
    # Before a file is decoded: only who has a link may ask for that.
    usable_link(token, timezone.now())
    try:
        answer_link(
            token=token,
            done=request.POST["done"] == "yes",
            note=tidy_note(request.POST.get("note", "")),
            photos=[clean_photo(f, name=str(f.name), size=int(f.size or 0)) for f in files],
            now=timezone.now(),
        )
    except InvalidInput as error:
        return error.errors
    return {}


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, "portal/external.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


@never_cache
@require_safe
def party_photo(request: HttpRequest, token: str, photo: int) -> FileResponse:
    try:
        link = usable_link(token, timezone.now())
    except (ExternalLink.DoesNotExist, NotUsable):
        raise Http404 from None
    found = link.case.photos.filter(pk=photo, moment=Photo.Moment.REPORTED).first()
    if found is None:
        raise Http404
    return FileResponse(found.file.open("rb"), content_type="image/jpeg")


@login_required
@never_cache
@require_POST
def make_link(request: HttpRequest, number: str) -> HttpResponseRedirect:
    """Hands a case to an outside party; the link is told once, to whoever made it."""
    sent = request.POST
    changed = _("Somebody else changed this meanwhile. Look at it again, then repeat.")
    with told(request, changed=changed):
        token = hand_to_party(
            number=number,
            party=tidy_note(sent.get("party", ""), "party", most=120),
            note=tidy_note(sent.get("note", "")),
            days=int(sent["days"]) if sent.get("days") else None,
            viewer=viewer_of(request.user),
            version=int(sent.get("version") or 0),
            now=timezone.now(),
        )
        address = settings.VIP_URL + reverse("external", args=[token])
        words = _("Send this link to the outside party. It is shown only now: %s")
        messages.success(request, words % address)
    return redirect("console_case", number=number)


@login_required
@require_POST
def withdraw(request: HttpRequest, number: str, link: int) -> HttpResponseRedirect:
    with told(request, ExternalLink.DoesNotExist):
        withdraw_link(number=number, link=link, viewer=viewer_of(request.user), now=timezone.now())
        messages.success(request, _("Done."))
    return redirect("console_case", number=number)
