"""The agents' form: what somebody says on the telephone or at the desk becomes requests."""

import json
import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.queries.viewers import viewer_of
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from addresses.queries.extent import city_view
from cases.actions.calls import PARTS_MAX, callers_cases, follow_case, open_call
from cases.actions.open_case import KeyReused
from cases.conf import CONF
from cases.queries.catalogue import form_channels, questionnaire_of, request_types
from cases.queries.neighbours import likely_duplicates
from cases.queries.place import Location, locate, none_of_them
from cases.queries.suggesting import decided_urgency, suggest_types
from cases.queries.visibility import visible_cases
from cases.rules.draft import Contact, Draft
from cases.rules.questions import HardStop, readable
from cases.rules.validation import check_draft, tidy
from cases.web.form import draft_of, types_by_group, values_of, which_place
from cases.web.questions import answers_of, ask, asked_for, stopped, unasked
from core.api.problems import InvalidInput

#: What one request of a call is made of; the rest belongs to the call.
_OF_A_PART = (
    "description", "request_type", "answers", "asked", "place_text", "lon", "lat", "place",
)  # fmt: skip
_SUGGESTED = 3


def _agent(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request.user)
    if not viewer.may(Permission.OPEN_CASE):
        raise PermissionDenied
    return viewer


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new_case(request: HttpRequest) -> HttpResponse:
    """The place first. Further steps only where the place is not sure or something is to be asked
    that the form could not show. One call may bring several requests."""
    viewer = _agent(request)
    values = values_of(request.POST, "channel", "parts", "do", "language")
    values["language"] = values["language"] or settings.LANGUAGE_CODE
    parts = _parts(values["parts"])
    if request.method == "GET" or "edit" in request.POST:
        return _form(request, values, {})
    if request.POST.get("follow"):
        return _follow(request, values, viewer)
    now = timezone.now()
    answers = answers_of(request.POST)
    try:
        if values["channel"] not in {channel.code for channel in form_channels()}:
            raise InvalidInput({"channel": [_("There is no such channel.")]})
        drafts = [_located(_draft(values | part), part["place"]) for part in parts]
        if not (parts and values["do"] != "more" and not values["description"].strip()):
            draft = _draft(values)
            asked = asked_for(draft.description, draft.request_type, answers)
            if unasked(asked, values["asked"]) and not asked.advice:
                return ask(request, values, asked, section="console")
            location = locate(draft)
            if not location.sure and location.candidates and not values["place"]:
                return which_place(request, values, location, section="console")
            drafts.append(_located(draft, values["place"], location))
        if values["do"] == "more":
            return _one_more(request, values, parts)
        opened = open_call(drafts, viewer=viewer, now=now)
    except HardStop as stop:
        return stopped(request, values, stop, section="console")
    except InvalidInput as error:
        return _form(request, values, error.errors, status=422)
    except KeyReused:
        again = _("You have already sent this form. Send it once more to open another request.")
        return _form(request, values | {"key": uuid.uuid4().hex}, {"": [again]}, status=409)
    number = opened[0].case.number
    numbers = ", ".join(one.case.number for one in opened)
    if len(opened) == 1:
        messages.success(request, _("Request %s is open.") % number)
    else:
        messages.success(request, _("These requests are open: %s") % numbers)
    # Where it was routed to another body, only its number can be told.
    if visible_cases(viewer).filter(number=number).exists():
        return redirect("console_case", number=number)
    return redirect("console_new")


def _draft(values: dict[str, str]) -> Draft:
    draft = draft_of(values, channel=values["channel"], language=values["language"])
    return check_draft(draft, now=timezone.now())


def _located(draft: Draft, place: str, found: Location | None = None) -> tuple[Draft, Location]:
    location = found or locate(draft)
    if not location.sure and location.candidates:
        location = none_of_them(location, written=draft.place_text)
    return draft, location


def _parts(text: str) -> list[dict[str, str]]:
    """The requests of this call that are ready; what cannot be read is none."""
    try:
        found = json.loads(text[:200_000] or "[]")
    except (ValueError, RecursionError):
        return []
    if not isinstance(found, list):
        return []
    return [
        {name: str(part.get(name, "")) for name in _OF_A_PART}
        for part in found[:PARTS_MAX]
        if isinstance(part, dict) and _is_json(part.get("answers", ""))
    ]


def _is_json(text: Any) -> bool:
    try:
        return isinstance(text, str) and isinstance(json.loads(text or "{}"), dict)
    except (ValueError, TypeError, RecursionError):
        return False


def _one_more(
    request: HttpRequest, values: dict[str, str], parts: list[dict[str, str]]
) -> HttpResponse:
    """The form again: the request is kept, place and caller stay."""
    parts = [*parts, {name: values[name] for name in _OF_A_PART}]
    empty = {"description": "", "request_type": "", "answers": "{}", "asked": "", "do": ""}
    return _form(request, values | empty | {"parts": json.dumps(parts, ensure_ascii=False)}, {})


def _follow(request: HttpRequest, values: dict[str, str], viewer: Viewer) -> HttpResponse:
    """The caller is added to a request that is there already."""
    contact = Contact(values["full_name"], values["phone"], values["email"], values["language"])
    try:
        case = follow_case(
            number=request.POST["follow"][:20], contact=contact, viewer=viewer, now=timezone.now()
        )
    except InvalidInput as error:
        return _form(request, values, error.errors, status=422)
    messages.success(request, _("The caller was added to request %s.") % case.number)
    return redirect("console_case", number=case.number)


@login_required
@never_cache
@require_POST
def live(request: HttpRequest) -> HttpResponse:
    """A piece of the form for what is written so far: types with the words that counted, guidance,
    questions, urgency, and what is open already of this type near the place."""
    viewer = _agent(request)
    description = tidy(request.POST.get("description", ""))[: CONF.description_max]
    chosen = request.POST.get("request_type", "")
    answers = answers_of(request.POST)
    asked = asked_for(description, chosen, answers)
    context: dict[str, Any] = {"asked": asked}
    types = request_types()
    if chosen not in types and description:
        context["suggestions"] = [
            (types[s.code], round(s.sureness * 100), s.because)
            for s in suggest_types(description, limit=_SUGGESTED)
        ]
    if asked.type is not None:
        said = readable(questionnaire_of(asked.type.code), answers)[1]
        context["near"] = _near(request, viewer, asked.type.code)
        context["urgency"] = decided_urgency(description, asked.type.code, said)
    elif description:
        context["urgency"] = decided_urgency(description, "", {})
    return render(request, "console/new_live.html", context)


def _near(request: HttpRequest, viewer: Viewer, request_type: str) -> list[Any]:
    try:
        lon, lat = (
            float(request.POST.get(name) or request.POST[f"near_{name}"]) for name in ("lon", "lat")
        )
    except (KeyError, ValueError):
        return []
    return likely_duplicates(viewer, request_type=request_type, lon=lon, lat=lat)


@login_required
@never_cache
@require_POST
def caller(request: HttpRequest) -> HttpResponse:
    """A piece of the form: what this caller has open already. Each is a look that is written down."""
    viewer = _agent(request)
    try:
        found = callers_cases(
            phone=request.POST.get("phone", "")[:40], viewer=viewer, now=timezone.now()
        )
    except InvalidInput:
        found = []
    return render(request, "console/new_caller.html", {"found": found})


def _form(
    request: HttpRequest, values: dict[str, str], errors: dict[str, list[str]], status: int = 200
) -> HttpResponse:
    turkish = (get_language() or "").startswith("tr")
    types = types_by_group()
    names = {t.code: t.name for t in types}
    answers = json.loads(values["answers"])
    shown = bool(values["asked"] or values["request_type"])
    context: dict[str, Any] = {
        "section": "console",
        "values": values,
        "errors": errors,
        "types": types,
        "parts": [
            {"description": p["description"], "place": p["place_text"],
             "type": names.get(p["request_type"] or p["asked"].partition(":")[0], "")}
            for p in _parts(values["parts"])
        ],
        "asked": asked_for(values["description"], values["request_type"], answers, errors) if shown else None,
        "channels": [(c.code, c.name if turkish else c.name_en) for c in form_channels()],
        "view": city_view(),
        "description_max": CONF.description_max,
    }  # fmt: skip
    return render(request, "console/new.html", context, status=status)
