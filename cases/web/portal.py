"""The citizen's pages: report, find, follow. All of them work without JavaScript."""

import hashlib
import uuid
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from rest_framework.throttling import ScopedRateThrottle

from accounts.rules.viewer import ANONYMOUS
from addresses.queries.extent import city_view
from cases.actions.move import move_for_reporter
from cases.actions.open_case import KeyReused, open_case
from cases.conf import CONF
from cases.models import Case, Photo
from cases.photos import CleanPhoto, clean_photo
from cases.queries.answers import Wordings
from cases.queries.place import Location, locate, none_of_them
from cases.queries.planned_works import works_at
from cases.rules.lifecycle import OPEN, State
from cases.rules.questions import HardStop
from cases.rules.validation import check_draft, tidy
from cases.web.citizen import offer_nearby
from cases.web.form import draft_of, types_by_group, values_of, which_place
from cases.web.questions import Asked, answers_of, ask, asked_for, stopped, unasked
from core.api.problems import InvalidInput
from workflows.rules.transitions import MoveRefused

_KEEP_PHOTOS_SECONDS = 3600
# Events whose note is meant for the reporter, or comes from them.
_TOLD_WITH_WORDS = (
    "ask", "answer", "refer", "resolve", "cancel", "ask_to_reopen", "refuse_to_reopen",
)  # fmt: skip


class _Form:
    """The form counts towards the same rate as the API."""

    throttle_scope = "open_case"


@never_cache
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """One form; further steps only where the place could not be found for sure, something like it is
    near already, or questions could not be shown in the form."""
    values = values_of(request.POST, "nearby")
    answers = answers_of(request.POST)
    if request.method == "GET" or "edit" in request.POST:
        return _form(request, values, {})
    if not ScopedRateThrottle().allow_request(request, _Form):
        too_many = _(
            "Many requests came from your connection. Please try again in an hour, or call us."
        )
        return _form(request, values, {"": [too_many]}, status=429)
    try:
        photos = _photos(request, values["key"])
        now = timezone.now()
        draft = check_draft(draft_of(values, channel="web", language=get_language() or ""), now=now)
        asked = asked_for(draft.description, draft.request_type, answers)
        location = locate(draft)
        if not location.sure and location.candidates:
            if not values["place"]:
                return _which_place(request, values, location)
            location = none_of_them(location, written=draft.place_text)
        if not asked.advice:  # what is dangerous is told at once
            if step := offer_nearby(request, values, draft, location):
                return step
            if unasked(asked, values["asked"]):
                return ask(request, values, asked, section="report")
        opened = open_case(draft, photos=photos, viewer=ANONYMOUS, now=now, location=location)
    except HardStop as stop:
        return stopped(request, values, stop, section="report")
    except InvalidInput as error:
        if all(name.startswith("answers.") for name in error.errors):
            asked = asked_for(draft.description, draft.request_type, answers, error.errors)
            return ask(request, values, asked, section="report", status=422)
        return _form(request, values, error.errors, status=422)
    except KeyReused:
        values["key"] = uuid.uuid4().hex
        _keep(values["key"], photos)
        again = _("You have already sent this form. Send it once more to open another request.")
        return _form(request, values, {"": [again]}, status=409)
    # The photos stay for their hour: a form that is sent twice must carry the same photos twice.
    return redirect("tracking", token=opened.case.token)


def _photo_key(key: str) -> str:
    return f"draft-photos:{hashlib.sha256(key.encode()).hexdigest()}"


def _photos(request: HttpRequest, key: str) -> list[CleanPhoto]:
    """New photos and those of an earlier try: an error elsewhere must not lose them."""
    photos = {p.sha256: p for p in cache.get(_photo_key(key), [])}
    try:
        for file in request.FILES.getlist("photo")[: CONF.photos_max + 1]:
            photo = clean_photo(file, name=str(file.name), size=int(file.size or 0))
            photos[photo.sha256] = photo
    finally:  # a bad one among them does not cost the good ones
        _keep(key, list(photos.values())[: CONF.photos_max])
    if len(photos) > CONF.photos_max:
        raise InvalidInput(
            {"photo": [_("At most %(n)d photos are possible.") % {"n": CONF.photos_max}]}
        )
    return list(photos.values())


def _keep(key: str, photos: list[CleanPhoto]) -> None:
    if photos:
        cache.set(_photo_key(key), photos, _KEEP_PHOTOS_SECONDS)


def _form(
    request: HttpRequest, values: dict[str, str], errors: dict[str, list[str]], status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "section": "report",
        "values": values,
        "asked": _shown_again(request, values, errors),
        "errors": errors,
        "types": types_by_group(),
        "view": city_view(),
        "kept_photos": len(cache.get(_photo_key(values["key"]), [])),
        "photos_max": CONF.photos_max,
        "description_max": CONF.description_max,
    }
    return render(request, "portal/report.html", context, status=status)


def _shown_again(
    request: HttpRequest, values: dict[str, str], errors: dict[str, list[str]]
) -> Asked:
    """The questions that the form had shown when it was sent."""
    if not values["asked"] and not values["request_type"]:
        return Asked()
    return asked_for(
        values["description"], values["request_type"], answers_of(request.POST), errors
    )


@never_cache
@require_POST
def report_questions(request: HttpRequest) -> HttpResponse:
    """The questions for what is filled in so far, as a piece of the form."""
    asked = asked_for(
        tidy(request.POST.get("description", ""))[: CONF.description_max],
        request.POST.get("request_type", ""),
        answers_of(request.POST),
    )
    return render(request, "question_fields.html", {"asked": asked})


def _which_place(request: HttpRequest, values: dict[str, str], location: Location) -> HttpResponse:
    kept = len(cache.get(_photo_key(values["key"]), []))
    return which_place(request, values, location, section="report", kept_photos=kept)


@never_cache
@require_safe
def track(request: HttpRequest) -> HttpResponse:
    """By its number, a request shows no more than state and dates; a sensitive one nothing at all."""
    number = request.GET.get("number", "").replace("\0", "").strip()
    case = (
        Case.objects.exclude(request_type__sensitive=True).filter(number=number).first()
        if number
        else None
    )
    return render(
        request, "portal/track.html", {"section": "track", "number": number, "case": case}
    )


@never_cache
@require_safe
def tracking(request: HttpRequest, token: str) -> HttpResponse:
    """The reporter's own page, behind the secret link."""
    case = (
        Case.objects.select_related(
            "request_type", "department__organisation", "result_code", "answers_to", "duplicate_of"
        )
        .filter(token=token)
        .first()
    )
    if case is None:
        raise Http404
    events = list(case.events.filter(public=True).order_by("at", "pk"))
    waiting = case.state == State.WAITING_FOR_INFORMATION
    asked = [e for e in events if e.kind == "ask"]
    wordings = Wordings()
    context = {
        "section": "track",
        "case": case,
        "answers": wordings.answered(case, private=True),
        "answers_other": wordings.other_type(case),
        "events": events,
        "told": _TOLD_WITH_WORDS,
        "question": asked[-1] if waiting and asked else None,
        "may_reopen": case.state in (State.RESOLVED, State.CLOSED) and case.parent_id is None,
        "photos": case.photos.filter(moment=Photo.Moment.REPORTED),
        "followers": case.casereporter_set.filter(follows=True).count(),
        "works": works_at(case, today=timezone.localdate()) if case.state in OPEN else [],
    }
    response = render(request, "portal/tracking.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_POST
def tracking_move(request: HttpRequest, token: str, move: str) -> HttpResponse:
    """What its reporter may do with a request: answer a question, ask for reopening."""
    note = tidy(request.POST.get("note", ""))
    try:
        if len(note) > CONF.description_max:
            raise MoveRefused(move, ["too_long"])
        move_for_reporter(token=token, move=move, note=note, now=timezone.now())
    except Case.DoesNotExist:
        raise Http404 from None
    except MoveRefused as refused:
        words = {
            "missing_note": _("Please write something."),
            "too_long": _("At most %(n)d characters are possible. Nothing was sent.")
            % {"n": CONF.description_max},
            "too_late": _("It was closed too long ago. Please report it anew."),
        }
        known = [words[r] for r in refused.reasons if r in words]
        messages.error(request, known[0] if known else _("This is not possible any more."))
    else:
        messages.success(request, _("Thank you. It has arrived."))
    return redirect("tracking", token=token)
