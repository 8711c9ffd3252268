"""`/works/follow/`: somebody is told of works on a street, without an account."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from addresses.models import Street
from cases.actions.work_notices import confirm_street, follow_street, leave_street
from cases.models import StreetFollow
from cases.rules.draft import Contact, looks_like_email
from cases.rules.validation import tidy
from core.rules.text import is_uid


@never_cache
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Somebody wants to be told of works on a street."""
    sent = request.POST if request.method == "POST" else request.GET
    uid = sent.get("street", "")
    street = Street.objects.filter(uid=uid).first() if is_uid(uid) else None
    if street is None:
        raise Http404
    error = ""
    if request.method == "POST":
        email = tidy(sent.get("email", ""))
        if looks_like_email(email):
            language = (get_language() or "tr")[:2]
            follow_street(street, Contact(email=email, language=language), now=timezone.now())
            return render(request, "works/follow.html", {"street": street, "asked": True})
        error = _("This is not an e-mail address.")
    context = {"street": street, "error": error, "sent": sent}
    return render(request, "works/follow.html", context, status=400 if error else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def followed(request: HttpRequest, token: str) -> HttpResponse:
    """The follower's own page: to confirm the address, or to end it."""
    link = StreetFollow.objects.select_related("street").filter(token=token).first()
    if link is None:
        raise Http404
    if request.method == "POST":
        if request.POST.get("do") == "stop":
            leave_street(link)
            messages.success(request, _("You do not follow this street any more."))
            return redirect("planned_works")
        confirm_street(link, now=timezone.now())
        messages.success(request, _("You will be told of works on this street."))
        return redirect("street_follow", token=token)
    response = render(request, "works/follow.html", {"street": link.street, "link": link})
    response["X-Robots-Tag"] = "noindex"
    return response
