"""Webhooks on the screen: one's own and those of one's clients; each message, to see and to send again."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Max, Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actions.memberships import organisations_managed
from accounts.models import ApiClient
from accounts.queries.clients import effective
from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import Viewer
from core.api.problems import InvalidInput
from core.web.sent import row_id
from notifications.actions import subscriptions as act
from notifications.models import WebhookDelivery, WebhookSubscription
from notifications.queries.followers import Follower, follower_of
from notifications.rules.topics import TOPICS

_PAGE = 50


def _clients(viewer: Viewer) -> Any:
    managed = organisations_managed(viewer)
    rows = ApiClient.objects.select_related("organisation").order_by("organisation__name", "name")
    return rows if managed is None else rows.filter(organisation__in=managed)


def _mine(viewer: Viewer) -> Any:
    """One's own, and those of the clients that one manages."""
    whose = Q(user=viewer.user_id) | Q(client__in=_clients(viewer))
    return WebhookSubscription.objects.filter(whose).select_related("client")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def webhooks(request: HttpRequest) -> HttpResponse:
    """All that one may look after, and a form for one more."""
    viewer = viewer_of(request.user)
    wrong: dict[str, list[str]] = {}
    made = None
    if request.method == "POST":
        try:
            made = act.subscribe(
                follower=_follower(request.POST, viewer), url=request.POST.get("url", "").strip(),
                kinds=request.POST.getlist("kinds"), now=timezone.now(),
            )  # fmt: skip
        except InvalidInput as error:
            wrong = error.errors
    context = {
        "rows": _mine(viewer).annotate(delivered=Max("deliveries__sent_at")).order_by("pk"),
        "clients": _clients(viewer),
        "kinds": [k for t in TOPICS.values() for k in t.kinds],
        "made": made,
        "errors": wrong,
        "form": request.POST if wrong else {},
    }
    return render(request, "console/webhooks.html", context, status=422 if wrong else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def webhook(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """One of them: its messages of the last 30 days, and what can be done about it."""
    viewer = viewer_of(request.user)
    row = _mine(viewer).filter(uid=uid).first()
    if row is None:
        raise Http404
    wrong: dict[str, list[str]] = {}
    secret = ""
    if request.method == "POST":
        if request.POST.get("do") == "remove":
            row.delete()
            messages.success(request, _("Removed."))
            return redirect("webhooks_page")
        try:
            secret = _act(request.POST, row)
        except InvalidInput as error:
            wrong = error.errors
        if not secret and not wrong:
            messages.success(request, _("Stored."))
            return redirect("webhook_page", uid=uid)
        row.refresh_from_db()
    state = request.GET.get("state", "")
    found = row.deliveries.order_by("-pk")
    if state in WebhookDelivery.State.values:
        found = found.filter(state=state)
    if before := row_id(request.GET.get("before", "")):
        found = found.filter(pk__lt=before)
    page = list(found[: _PAGE + 1])
    context = {
        "row": row,
        "page": page[:_PAGE],
        "more": page[_PAGE - 1].pk if len(page) > _PAGE else None,
        "state": state,
        "states": _state_names(),
        "topics": sorted(row.told.items()),
        "secret": secret,
        "errors": wrong,
    }
    return render(request, "console/webhook.html", context, status=422 if wrong else 200)


def _act(sent: QueryDict, row: WebhookSubscription) -> str:
    """Does what a button says; a new secret is given back, to be shown this once."""
    now, do = timezone.now(), sent.get("do")
    if do == "resend":
        one = row.deliveries.filter(pk=row_id(sent.get("delivery", ""))).first()
        if one is None:
            raise InvalidInput({"": [_("This choice is not known. Nothing was changed.")]})
        act.resend(delivery=one, now=now)
    elif do == "secret":
        return act.rotate_secret(subscription=row, overlap=timedelta(days=1), now=now)
    elif do == "replay":
        after = sent.get("after", "")
        number = row_id(after) if after.isdigit() else -1
        act.replay(subscription=row, topic=sent.get("topic", ""), after=number, now=now)
    elif do in ("pause", "go_on"):
        follower = follower_of(row)
        if follower is None:
            raise InvalidInput({"": [_("Its client or person is switched off.")]})
        act.change(subscription=row, follower=follower, active=do == "go_on", now=now)
    else:
        raise InvalidInput({"": [_("This choice is not known. Nothing was changed.")]})
    return ""


def _follower(sent: QueryDict, viewer: Viewer) -> Follower:
    asked = sent.get("client", "")
    if not asked:
        return Follower(viewer, user=viewer.user_id)
    one = _clients(viewer).filter(pk=row_id(asked)).first()
    principal = effective(one.pk) if one is not None else None
    if principal is None:
        raise InvalidInput({"client": [_("This choice is not known. Nothing was changed.")]})
    identity = principal.client
    return Follower(principal.viewer, client=identity.id, scopes=identity.scopes)


def _state_names() -> dict[str, str]:
    return {"WAITING": _("Waiting"), "SENT": _("Delivered"), "DEAD": _("Given up")}
