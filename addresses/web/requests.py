"""`/register/requests/`: what was asked for, and how GIS staff answer it."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.rules.viewer import Viewer
from addresses.actions import change_requests as actions
from addresses.actions.drafting import NoSuchRecord, NotAllowed, NotNow, Stale
from addresses.actions.request_drafts import put_into_draft
from addresses.models import Address, ChangeRequest, ChangeSet
from addresses.queries.drafts import open_drafts
from addresses.queries.extent import city_view
from addresses.queries.geocoding import geocode
from addresses.queries.record_values import InvalidValues
from addresses.queries.request_proposals import proposal_of
from addresses.queries.rights import Rights
from addresses.web.access import for_viewers
from core.api.problems import InvalidInput

_PER_PAGE = 50
_OPEN = ("PENDING", "IN_REVIEW")


@require_safe
@for_viewers
def request_list(request: HttpRequest, *, viewer: Viewer, rights: Rights) -> HttpResponse:
    given = {
        n: request.GET.get(n, "").replace("\x00", "") for n in ("state", "kind", "source", "q")
    }
    given["state"] = given["state"] or "open"
    rows = ChangeRequest.objects.select_related("neighbourhood__district", "assignee")
    if given["state"] == "open":
        rows = rows.filter(state__in=_OPEN)
    elif given["state"] != "all":
        rows = rows.filter(state=given["state"][:9])
    for name in ("kind", "source"):
        if given[name]:
            rows = rows.filter(**{name: given[name][:15]})
    if words := given["q"].strip()[:200]:
        rows = rows.filter(Q(text__icontains=words) | Q(reference__icontains=words))
    query = request.GET.copy()
    query.pop("page", None)
    rows = rows.order_by("created_at", "pk") if given["state"] == "open" else rows.order_by("-pk")
    context = {
        "section": "register",
        "wanted": given,
        "query": query.urlencode(),
        "page": Paginator(rows, _PER_PAGE).get_page(request.GET.get("page")),
        "states": ChangeRequest.State.values,
        "kinds": ChangeRequest.Kind.values,
        "sources": ChangeRequest.Source.values,
    }
    return render(request, "register/requests.html", context)


@require_safe
@for_viewers
def request_detail(request: HttpRequest, pk: int, *, viewer: Viewer, rights: Rights) -> Any:
    rows = ChangeRequest.objects.select_related(
        "neighbourhood__district", "assignee", "author", "change_set", "client__organisation"
    )
    one = get_object_or_404(rows, pk=pk)
    looked_for = request.GET.get("find", "").replace("\x00", "").strip()[:300]
    may_work = one.state in _OPEN and rights.may_edit(one.neighbourhood_id)
    tied = one.change_set is not None and one.change_set.state != "REJECTED"
    context = proposal_of(one) | {
        "section": "register",
        "one": one,
        "view": city_view(),
        "rights": rights,
        "events": one.events.select_related("actor"),
        "may_work": may_work,
        "is_open": one.state in _OPEN,
        "may_draft": may_work and not tied,
        "own_drafts": _own_drafts(viewer) if may_work and not tied else [],
        "find": looked_for or one.text,
        "found": _doors(looked_for or one.text, one) if may_work else [],
        "sets": ChangeSet.objects.filter(number__isnull=False).order_by("-number")[:20],
    }
    return render(request, "register/request.html", context)


def _own_drafts(viewer: Viewer) -> list[dict[str, Any]]:
    return [d for d in open_drafts(viewer) if d["own"] and d["may"]["edit"]]


def _doors(text: str, one: ChangeRequest) -> list[dict[str, str]]:
    """Addresses that the text may mean, near ones first, with the uid that the form sends."""
    near = (one.geom.x, one.geom.y) if one.geom else None
    found = geocode(text, limit=8, near=near).candidates
    candidates = [c for c in found if c.address_id is not None]
    uids = dict(
        Address.objects.filter(pk__in=[c.address_id for c in candidates]).values_list("pk", "uid")
    )
    return [
        {"label": c.label, "uid": str(uids[c.address_id])}
        for c in candidates
        if c.address_id in uids
    ]


@require_safe
@for_viewers
def photo(request: HttpRequest, pk: int, *, viewer: Viewer, rights: Rights) -> FileResponse:
    one = get_object_or_404(ChangeRequest, pk=pk)
    if not one.photo:
        raise Http404
    return FileResponse(one.photo.open("rb"), content_type="image/jpeg")


@require_POST
@for_viewers
def move(request: HttpRequest, pk: int, name: str, *, viewer: Viewer, rights: Rights) -> Any:
    one, now = get_object_or_404(ChangeRequest, pk=pk), timezone.now()
    answer = request.POST.get("answer", "").replace("\x00", "").strip()[:2000]
    try:
        match name:
            case "take":
                actions.take(one, viewer=viewer, now=now)
            case "decline":
                if not answer:
                    raise InvalidInput({"answer": [_("Write why.")]})
                actions.decline(one, viewer=viewer, reason=answer, now=now)
            case "draft":
                draft = put_into_draft(one, viewer=viewer, now=now, draft=_draft(request, viewer))
                if draft.changes.exists():
                    messages.success(request, _("Put into the draft. Look at it, then check it."))
                else:
                    messages.success(
                        request, _("The draft is open. Draw in it what the request asks for.")
                    )
                return redirect("register_request", pk=pk)
            case "process":
                chosen = _chosen(request)
                actions.process(one, viewer=viewer, now=now, answer=answer, **chosen)
            case _:
                raise Http404
    except NotAllowed:
        messages.error(request, _("You may not do this here."))
    except (NotNow, Stale):
        messages.error(request, _("This is not possible in the present state. Look again."))
    except NoSuchRecord:
        messages.error(request, _("There is no such record."))
    except (InvalidInput, InvalidValues) as error:
        messages.error(request, " ".join(w for reasons in error.errors.values() for w in reasons))
    else:
        messages.success(request, _("Done."))
    return redirect("register_request", pk=pk)


def _draft(request: HttpRequest, viewer: Viewer) -> ChangeSet | None:
    """The draft of the form; None for a new one. Raises NotNow for one that is not to be had."""
    uid = request.POST.get("draft", "")
    if not uid:
        return None
    if uid not in {d["uid"] for d in _own_drafts(viewer)}:
        raise NotNow
    return ChangeSet.objects.get(uid=uid)


def _chosen(request: HttpRequest) -> dict[str, Any]:
    """The change set and the address of the form. Raises InvalidInput; one of them is needed."""
    number = request.POST.get("number", "").strip()
    uid = request.POST.get("other", "").strip() or request.POST.get("address", "").strip()
    chosen: dict[str, Any] = {}
    if number:
        sane = number.isascii() and number.isdigit() and len(number) < 16
        found = ChangeSet.objects.filter(number=int(number)).first() if sane else None
        if found is None:
            raise InvalidInput({"number": [_("There is no published change of this number.")]})
        chosen["change_set"] = found
    if uid:
        try:
            known = Address.objects.filter(uid=uuid.UUID(uid)).exists()
        except ValueError:
            known = False
        if not known:
            raise InvalidInput({"address": [_("There is no address of this uid.")]})
        chosen["address_uid"] = uid
    if not chosen:
        raise InvalidInput({"": [_("Choose a published change, an address, or both.")]})
    return chosen
