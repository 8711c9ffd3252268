"""`/console/exchange/`: what goes to partners, what is stuck and why; and the partners themselves."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Organisation
from accounts.queries.viewers import viewer_of
from accounts.rules.roles import Permission
from cases.actions import exchange as deeds
from cases.actions.exchange import (
    PartnerChangedMeanwhile,
    Tried,
    may_edit_partners,
    may_see_exchange,
    save_partner,
    try_connection,
)
from cases.models import Partner, ResultCode, Transfer
from cases.queries.exchange import NEEDS_PERSON, TransferFilter, counts, transfer_list, transfers
from cases.queries.visibility import permissions_on
from cases.web.exchange_words import (
    finds_names,
    remote_status_name,
    step_name,
    transfer_sort_names,
    transfer_state_names,
)
from core.api.problems import InvalidInput
from core.rules.spreadsheet import safe_cells
from core.web.csv_download import csv_download
from core.web.sent import row_id

_PER_PAGE = 50
_FLAGS = ("repeats", "updates", "contact", "sensitive", "photos", "register", "active")
_TEXTS = ("endpoint", "jurisdiction", "form", "finds", "closed_as", "services")


def _for(allowed: Callable[[Any], bool]) -> Callable[[Any], Any]:
    """Sign-in for the anonymous, 403 for whoever may not; the view gets `viewer`."""

    def guarded(view: Callable[..., Any]) -> Callable[..., Any]:
        @login_required
        @never_cache
        @wraps(view)
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            viewer = viewer_of(request.user)
            if not allowed(viewer):
                raise PermissionDenied
            return view(request, *args, viewer=viewer, **kwargs)

        return entered

    return guarded


@require_safe
@_for(may_see_exchange)
def exchange_list(request: HttpRequest, viewer: Any) -> HttpResponse:
    wanted = TransferFilter.of(request.GET)
    query = request.GET.copy()
    query.pop("page", None)
    names, found = transfer_state_names(), counts(viewer)
    page = Paginator(transfer_list(viewer, wanted), _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "console",
        "wanted": wanted,
        "query": query.urlencode(),
        "page": page,
        "rows": [(t, names[t.state], remote_status_name(t.remote_status)) for t in page],
        "states": [(s, names[s], found.get(s, 0)) for s in Transfer.State.values],
        "need_person": sum(found.get(s, 0) for s in NEEDS_PERSON),
        "sorts": transfer_sort_names(),
        "partners": Partner.objects.select_related("organisation"),
        "may_edit": may_edit_partners(viewer),
    }
    return render(request, "console/exchange/list.html", context)


@require_safe
@_for(may_see_exchange)
def exchange_csv(request: HttpRequest, viewer: Any) -> StreamingHttpResponse:
    """The list as it is filtered; no words of the case."""
    names = transfer_state_names()
    head = [_("Number"), _("Exchange partner"), _("State"), _("Number there"), _("State there"),
            _("Failures"), _("Why"), _("Changed"), _("Next try")]  # fmt: skip
    rows = transfer_list(viewer, TransferFilter.of(request.GET)).iterator(chunk_size=1000)
    cells = (
        safe_cells(
            t.case.number, str(t.partner), names[t.state], t.remote_id,
            remote_status_name(t.remote_status), str(t.attempts), t.error,
            _moment(t.changed_at), _moment(t.next_at),
        )
        for t in rows
    )  # fmt: skip
    return csv_download("exchange.csv", head, cells)


def _moment(at: Any) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds") if at else ""


@require_safe
@_for(may_see_exchange)
def exchange_detail(request: HttpRequest, transfer: int, viewer: Any) -> HttpResponse:
    return _detail(request, transfer, viewer)


def _detail(
    request: HttpRequest, pk: int, viewer: Any, wrong: Any = None, sent: Any = None
) -> HttpResponse:
    row = transfers(viewer).filter(pk=pk).first()
    if row is None:
        raise Http404
    acts = Permission.TRIAGE_CASE in permissions_on(row.case, viewer)
    context = {
        "section": "console",
        "transfer": row,
        "state": transfer_state_names()[row.state],
        "remote_status": remote_status_name(row.remote_status),
        "steps": [(s, step_name(s.what)) for s in row.steps.select_related("by")[:200]],
        "may_resend": acts and row.state in deeds.RESEND,
        "may_number": acts and row.state in deeds.DELIVERED,
        "may_give_up": acts and row.state in deeds.GIVE_UP,
        "errors": wrong or {},
        "sent": sent or {},
    }
    return render(request, "console/exchange/transfer.html", context, status=422 if wrong else 200)


@require_POST
@_for(may_see_exchange)
def exchange_act(request: HttpRequest, transfer: int, viewer: Any) -> HttpResponse:
    """One deed of a person: resend, number or give_up."""
    now, do = timezone.now(), request.POST.get("do")
    one = {"transfer": transfer, "viewer": viewer, "now": now}
    try:
        if do == "resend":
            deeds.resend(**one)
            told = _("It will be sent again within a minute.")
        elif do == "number":
            deeds.delivered(number=request.POST.get("number", ""), **one)
            told = _("From now on it is followed under this number.")
        elif do == "give_up":
            deeds.give_up(reason=request.POST.get("reason", ""), **one)
            told = _("Given up: a person will look at the case.")
        else:
            raise InvalidInput({"": [_("This choice is not known. Nothing was changed.")]})
    except Transfer.DoesNotExist:
        raise Http404 from None
    except InvalidInput as error:
        return _detail(request, transfer, viewer, error.errors, request.POST)
    messages.success(request, told)
    return redirect("exchange_transfer", transfer)


@require_http_methods(["GET", "POST"])
@_for(may_edit_partners)
def exchange_partner(request: HttpRequest, viewer: Any, partner: int | None = None) -> HttpResponse:
    """A form for one partner, with a try of its connection."""
    row = Partner.objects.select_related("organisation").filter(pk=partner or 0).first()
    if partner is not None and row is None:
        raise Http404
    if request.method == "GET":
        return _form(request, row, _said(row))
    if request.POST.get("do") == "try" and row is not None:
        return _form(request, row, _said(row), tried=try_connection(row, viewer=viewer))
    if request.POST.get("do") == "resend" and row is not None:
        n = deeds.resend_stuck(partner=row.pk, viewer=viewer, now=timezone.now())
        messages.success(request, _("To be sent again: %(n)s.") % {"n": n})
        return redirect("exchange_partner", row.pk)
    content = _content(request.POST)
    try:
        saved = save_partner(
            partner=partner, content=content, viewer=viewer, now=timezone.now(),
            version=row_id(request.POST.get("version", "")),
        )  # fmt: skip
    except InvalidInput as error:
        return _form(request, row, content, error.errors)
    except PartnerChangedMeanwhile:
        told = _("Somebody else has changed this partner meanwhile. Read it again.")
        return _form(request, row, content, {"": [told]})
    messages.success(request, _("Stored. Try the connection now."))
    return redirect("exchange_partner", saved.pk)


def _content(sent: Any) -> dict[str, Any]:
    found: dict[str, Any] = {name: sent.get(name, "") for name in (*_TEXTS, "api_key")}
    found["organisation"] = row_id(sent.get("organisation", ""))
    return found | {name: name in sent for name in _FLAGS}


def _said(row: Partner | None) -> dict[str, Any]:
    if row is None:
        return {"form": "json", "finds": "NOTHING", "services": ""}
    lines = [f"{kind} = {code}" for kind, code in sorted(row.services.items())]
    return {
        **{name: getattr(row, name) for name in (*_TEXTS, *_FLAGS)},
        "organisation": row.organisation_id,
        "closed_as": row.closed_as.code,
        "services": "\n".join(lines),
    }


def _form(request: HttpRequest, row: Partner | None, said: dict[str, Any], wrong: Any = None,
          tried: Tried | None = None) -> HttpResponse:  # fmt: skip
    context = {
        "section": "console",
        "partner": row,
        "said": said,
        "errors": wrong or {},
        "tried": tried,
        "stuck": row.transfers.filter(state="STUCK").count() if row else 0,
        "organisations": Organisation.objects.filter(active=True),
        "results": ResultCode.objects.order_by("name"),
        "forms": Partner.Form.choices,
        "finds": finds_names(),
    }
    return render(request, "console/exchange/partner.html", context, status=422 if wrong else 200)
