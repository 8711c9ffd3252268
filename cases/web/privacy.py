"""The data-protection officer's pages: who looked at contact data, and what is held of a person."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Max, Min, QuerySet
from django.db.models.functions import TruncHour
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries.viewers import viewer_of
from accounts.rules.roles import Permission
from cases.actions.person import Erased, erase_person, export_person, find_person
from cases.conf import CONF
from cases.models import ContactLook, PersonRequest, Tombstone
from cases.queries.person import sought
from cases.rules.days import day_of, midnight
from cases.rules.validation import tidy
from cases.web.words import look_reason
from core.api.problems import InvalidInput
from core.rules.spreadsheet import safe_cells
from core.web.csv_download import csv_download

_PER_PAGE = 100


@login_required
@never_cache
@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    """Who looked at whose contact data and why; who looked unusually often; what was asked for."""
    _officer(request)
    rows, asked = _asked(request)
    query = request.GET.copy()
    query.pop("page", None)
    viewer = viewer_of(request.user)
    context = {
        "section": "privacy",
        "page": Paginator(rows, _PER_PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "query": query.urlencode(),
        "often": _often(timezone.now()),
        "many": CONF.many_looks,
        "requests": PersonRequest.objects.select_related("by").order_by("-at")[:20],
        "forgotten": Tombstone.objects.count(),
        "may_export": viewer.may(Permission.EXPORT_PERSON),
    }
    return render(request, "console/privacy.html", context)


@login_required
@never_cache
@require_safe
def looks_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The list as it is filtered."""
    _officer(request)
    rows, _filters = _asked(request)
    head = [_("When"), _("Who"), _("Number"), _("Reason")]
    cells = (
        safe_cells(timezone.localtime(r.at).isoformat(timespec="seconds"), r.user.get_full_name(),
                   r.case.number, look_reason(r))
        for r in rows.iterator(chunk_size=1000)
    )  # fmt: skip
    return csv_download("contact-looks.csv", head, cells)


def _officer(request: HttpRequest) -> None:
    if not viewer_of(request.user).may(Permission.AUDIT_PRIVACY):
        raise PermissionDenied


def _asked(request: HttpRequest) -> tuple[QuerySet[ContactLook], dict[str, str]]:
    asked = {n: tidy(request.GET.get(n, ""))[:60] for n in ("user", "number", "from", "to")}
    rows = ContactLook.objects.select_related("user", "case").order_by("-at", "-pk")
    rows = rows.only("at", "reason", "code", "user__username", "user__full_name", "case__number")
    if asked["user"]:
        rows = rows.filter(user__username=asked["user"])
    if asked["number"]:
        rows = rows.filter(case__number=asked["number"])
    days = {n: day_of(asked[n]) for n in ("from", "to")}
    if any(asked[n] and day is None for n, day in days.items()):
        # Left out, it would show the whole log.
        raise BadRequest(_("This is not a day (write 2026-03-31)."))
    if first := days["from"]:
        rows = rows.filter(at__gte=midnight(first))
    if last := days["to"]:
        rows = rows.filter(at__lt=midnight(last + timedelta(days=1)))
    return rows, asked


def _often(now: datetime) -> QuerySet[Any, dict[str, Any]]:
    """Hours of the last thirty days in which one person looked very often."""
    since = now - timedelta(days=30)
    hours = ContactLook.objects.filter(at__gte=since).annotate(hour=TruncHour("at"))
    return (
        hours.values("user__username", "user__full_name", "hour")
        .annotate(looks=Count("pk"), first=Min("at"), last=Max("at"))
        .filter(looks__gte=CONF.many_looks)
        .order_by("-looks")[:50]
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest) -> HttpResponse:
    """What is held about a person: how much, all of it as a file, and its erasure."""
    viewer = viewer_of(request.user)
    if not (viewer.may(Permission.EXPORT_PERSON) or viewer.may(Permission.ERASE_PERSON)):
        raise PermissionDenied
    now, sent = timezone.now(), request.POST
    reason = tidy(sent.get("reason", ""))
    context: dict[str, Any] = {
        "section": "privacy", "sent": sent, "errors": {},
        "may_erase": viewer.may(Permission.ERASE_PERSON),
    }  # fmt: skip
    if request.method == "POST":
        try:
            who = sought(sent.get("phone", "")[:60], sent.get("email", "")[:254])
            if sent.get("do") == "export":
                body = export_person(who, reason=reason, viewer=viewer, now=now)
                answer = HttpResponse(body, content_type="application/zip")
                answer["Content-Disposition"] = 'attachment; filename="person.zip"'
                return answer
            if sent.get("do") == "erase":
                if "sure" not in sent:
                    raise InvalidInput({"sure": [_("Say that it is to be erased for good.")]})
                erased: Erased = erase_person(who, reason=reason, viewer=viewer, now=now)
                context |= {"erased": erased, "sent": {}}
            else:
                context["found"] = find_person(who, reason=reason, viewer=viewer, now=now)
        except InvalidInput as error:
            context["errors"] = error.errors
    status = 422 if context["errors"] else 200
    return render(request, "console/person.html", context, status=status)
