"""What citizens do beside reporting: follow what is there, see their own requests, say how it went."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import BadRequest
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from rest_framework.throttling import ScopedRateThrottle

from cases.actions.following import confirm, follow, stop_following
from cases.actions.my_requests import MINUTES, check_code, reachable_by, send_code, write_in
from cases.actions.notices import UNSUBSCRIBE, no_more_path
from cases.actions.surveys import SurveyEnded, answer_survey, survey_of
from cases.models import CaseReporter, IntakeMessage, Reporter, Survey, Unsubscribed
from cases.queries.nearby import case_of, nearby
from cases.queries.place import Location
from cases.queries.public import facts_of
from cases.queries.suggesting import suggest_types
from cases.queries.visibility import public_cases
from cases.rules.draft import Draft
from cases.rules.validation import tidy_note
from cases.web.refusals import told
from core.api.problems import InvalidInput
from notifications.actions.outbox import can_send
from notifications.models import Message

_OPEN_MINUTES = 30  # how long a code opens "my requests" in this browser


class _Codes:
    throttle_scope = "sign_in_code"


def offer_nearby(
    request: HttpRequest, values: dict[str, str], draft: Draft, location: Location
) -> HttpResponse | None:
    """A step of the report form, where open public cases are near: to follow one of them instead.
    None where there is none, or the citizen has said that theirs is another."""
    chosen = values["nearby"]
    if chosen == "none" or location.lon is None or location.lat is None:
        return None
    known = IntakeMessage.objects.filter(channel__code=draft.channel, external_id=draft.external_id)
    if known.exists():  # the same form once more: it gets its own answer again
        return None
    if chosen:
        case = case_of(chosen)
        if case is None:  # it ended meanwhile
            return None
        link = follow(case, draft.contact, now=timezone.now())
        if draft.contact.email or draft.contact.phone:
            # The link goes to the address alone: this page is the same whoever the address belongs
            # to, and whether they follow or reported the case already.
            return render(request, "portal/followed.html", {"section": "report"})
        return redirect("following", token=link.token)
    kind = draft.request_type
    if not kind:
        suggested = suggest_types(draft.description, limit=1)
        kind = suggested[0].code if suggested and suggested[0].sure else ""
    found = nearby(location.lon, location.lat, kind)
    if not found:
        return None
    context = {
        "section": "report", "values": values, "nearby": found, "english": _english(),
        "reachable": bool(draft.contact.email or draft.contact.phone),
    }  # fmt: skip
    return render(request, "portal/nearby.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def following(request: HttpRequest, token: str) -> HttpResponse:
    """A follower's own page: public facts; to confirm the address, or to end it."""
    link = (
        CaseReporter.objects.select_related("case", "reporter")
        .filter(token=token, follows=True)
        .first()
    )
    if link is None:
        raise Http404
    if request.method == "POST":
        if request.POST.get("do") == "stop":
            stop_following(link)
            messages.success(request, _("You do not follow this request any more."))
            return redirect("home")
        if request.POST.get("do") != "confirm":
            raise BadRequest(_("This choice is not known. Nothing was changed."))
        confirm(link, now=timezone.now())
        messages.success(request, _("You will be told what becomes of it."))
        return redirect("following", token=token)
    # What became sensitive, or not public, since then is not shown any more.
    public = public_cases().filter(pk=link.case_id).exists()
    context = {
        "section": "track",
        "link": link,
        "facts": facts_of([link.case_id])[0] if public else None,
        "followers": CaseReporter.objects.filter(case=link.case, follows=True).count(),
        "reachable": bool(link.reporter.email or link.reporter.phone),
        "english": _english(),
    }
    response = render(request, "portal/following.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """One press, and no more messages go to this address."""
    try:
        index = signing.loads(token, salt=UNSUBSCRIBE)
    except signing.BadSignature:
        raise Http404 from None
    if request.method == "POST" and request.POST.get("do") == "language":
        _write_in(request, index)
        return redirect("unsubscribe", token=token)
    if request.method == "POST":
        Unsubscribed.objects.get_or_create(index=index)
    context = {
        "section": "track",
        "done": Unsubscribed.objects.filter(index=index).exists(),
        "spoken": _spoken(index),
    }
    return render(request, "portal/unsubscribe.html", context)


def _write_in(request: HttpRequest, index: str) -> None:
    with told(request):
        write_in(index, request.POST.get("language", ""))
        messages.success(request, _("From now on we write to you in this language."))


def _spoken(index: str) -> str:
    rows = Reporter.objects.filter(reachable_by(index)).order_by("-pk")
    return rows.values_list("language", flat=True).first() or ""


@never_cache
@require_http_methods(["GET", "POST"])
def my_requests(request: HttpRequest) -> HttpResponse:
    """Own requests by a code that was sent to the e-mail address or the telephone."""
    now, sent = timezone.now(), request.POST
    context: dict[str, Any] = {
        "section": "track", "sent": sent, "errors": {}, "minutes": MINUTES,
        "by_sms": can_send(Message.Transport.SMS),
        "by_email": can_send(Message.Transport.EMAIL),
    }  # fmt: skip
    index, until = request.session.get("mine", ("", 0))
    if request.method == "POST" and sent.get("do") == "leave":
        request.session.pop("mine", None)
        return redirect("my_requests")
    if index and until > now.timestamp():
        if request.method == "POST" and sent.get("do") == "language":
            _write_in(request, index)
            return redirect("my_requests")
        people = Reporter.objects.filter(reachable_by(index)).values("pk")
        rows = CaseReporter.objects.filter(reporter__in=people).select_related(
            "case__request_type", "merged_from"
        )
        # Of others' cases what is public, as long as it is.
        rows = rows.filter(Q(follows=False) | Q(case__in=public_cases()))
        context["mine"] = rows.order_by("-case__opened_at", "-pk")[:200]
        if not Unsubscribed.objects.filter(index=index).exists():
            context["no_more"] = no_more_path(index)
        context["spoken"] = _spoken(index)
        return render(request, "portal/my_requests.html", context)
    if request.method == "POST":
        if not ScopedRateThrottle().allow_request(request, _Codes):  # type: ignore[arg-type]
            context["errors"] = {"": [_("Too many tries came from your connection. Please wait.")]}
            return render(request, "portal/my_requests.html", context, status=429)
        try:
            if sent.get("do") == "check":
                asked = request.session.get("mine_asked", "")
                if not (asked and check_code(asked, sent.get("code", "")[:20], now=now)):
                    raise InvalidInput(
                        {"code": [_("This code is not right, or not any more. Ask for a new one.")]}
                    )
                request.session.cycle_key()
                request.session["mine"] = asked, now.timestamp() + _OPEN_MINUTES * 60
                return redirect("my_requests")
            request.session["mine_asked"] = send_code(sent.get("address", "")[:254], now=now)
            context["asked"] = True
        except InvalidInput as error:
            context["errors"] = error.errors
            context["asked"] = sent.get("do") == "check"
    status = 422 if context["errors"] else 200
    return render(request, "portal/my_requests.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """Two questions, answered once."""
    sent, now = request.POST, timezone.now()
    context: dict[str, Any] = {"section": "track", "sent": sent, "errors": {}, "five": range(1, 6)}
    try:
        context["survey"] = survey_of(token, now=now)
        if request.method == "POST":
            answer_survey(
                token, satisfied=sent.get("satisfied", ""), solved=sent.get("solved", ""),
                remark=tidy_note(sent.get("remark", ""), "remark", most=1000), now=now,
            )  # fmt: skip
            context["thanks"] = True
    except Survey.DoesNotExist:
        raise Http404 from None
    except SurveyEnded:
        return render(request, "portal/survey.html", context | {"ended": True}, status=410)
    except InvalidInput as error:
        context["errors"] = error.errors
    status = 422 if context["errors"] else 200
    response = render(request, "portal/survey.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


def _english() -> bool:
    return (get_language() or "").startswith("en")
