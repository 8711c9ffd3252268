"""Administrators' pages of request types: list, editor with preview, life, versions."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases.actions.request_types import (
    TypeChangedMeanwhile,
    retire_type,
    revive_type,
    save_type,
)
from cases.exchange.type_text import as_text, from_text
from cases.models import RequestType, RequestTypeGroup
from cases.queries.type_list import SORTS, TypeFilter, content_of, history
from cases.queries.type_list import type_list as query_types
from cases.rules.questionnaire import read_questionnaire
from cases.rules.questions import readable, stopped_by
from cases.rules.request_type import BLANK, FIELDS, FLAGS, ICONS, LEGAL_CLOCKS, LISTS, NUMBERS
from cases.rules.validation import KINDS, tidy
from cases.web.questions import Asked, answers_of, row_of
from cases.web.routing import for_administrators
from cases.web.type_words import field_name, sort_names, value_words
from core.api.problems import InvalidInput
from core.rules.spreadsheet import safe_cells
from core.rules.text import unmarked
from core.web.csv_download import csv_download
from core.web.sent import row_id

_PER_PAGE = 50


@for_administrators
@require_safe
def type_list(request: HttpRequest, viewer: Any) -> HttpResponse:
    wanted = TypeFilter.of(request.GET)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "section": "console",
        "wanted": wanted,
        "page": Paginator(query_types(wanted), _PER_PAGE).get_page(request.GET.get("page")),
        "query": query.urlencode(),
        "groups": RequestTypeGroup.objects.all(),
        "sorts": {name: words for name, words in sort_names().items() if name in SORTS},
        "either": {"active": _("In use"), "public": _("Public"), "sensitive": _("Sensitive"),
                   "questions": _("With questions")},
    }  # fmt: skip
    return render(request, "console/types/list.html", context)


@for_administrators
@require_safe
def type_csv(request: HttpRequest, viewer: Any) -> HttpResponse:
    """The list as it is filtered."""
    fields = [name for name in FIELDS if name != "questionnaire"]
    rows = (content_of(row) for row in query_types(TypeFilter.of(request.GET)))
    cells = (safe_cells(*(value_words(content[name]) for name in fields)) for content in rows)
    return csv_download("request-types.csv", [field_name(name) for name in fields], cells)  # type: ignore[return-value]


@for_administrators
def type_form(request: HttpRequest, viewer: Any, code: str | None = None) -> HttpResponse:
    """A type as its administrators edit it. Who stores what somebody else has changed meanwhile is
    told, and loses nothing."""
    row = _row(code) if code is not None else None
    shown = {**BLANK, **(content_of(row) if row else {})}
    form: Mapping[str, Any] = shown | {
        "questionnaire": as_text(shown["questionnaire"]),
        **{name: "\n".join(shown[name]) for name in LISTS},
    }
    version, errors, status = row.version if row else 0, {}, 200
    if request.method == "POST":
        form = _sent(request.POST)
        try:
            saved = save_type(
                code=code, content=_content(request.POST), viewer=viewer,
                version=row_id(request.POST.get("version")), now=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("Stored as version %s.") % saved.version)
            return redirect("type", saved.code)
        except InvalidInput as error:
            errors, status = error.errors, 422
            version = row_id(request.POST.get("version"))
        except TypeChangedMeanwhile:
            status = 409
    context = {
        "section": "console", "row": row, "form": form, "errors": errors, "version": version,
        "conflict": status == 409, "groups": RequestTypeGroup.objects.all(), "kinds": sorted(KINDS),
        "icons": ICONS, "clocks": LEGAL_CLOCKS,
        "versions": _versions(row) if row else [],
        "others": RequestType.objects.filter(active=True).exclude(pk=row.pk if row else None),
        "asked": _preview(form["questionnaire"], QueryDict())[0],
    }  # fmt: skip
    return render(request, "console/types/type.html", context, status=status)


def _row(code: str) -> RequestType:
    found = RequestType.objects.select_related("group", "successor").filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _sent(sent: QueryDict) -> dict[str, Any]:
    """The form as it was sent, to be shown again. A code is looked up before it is checked."""
    found = {name: name in sent if name in FLAGS else sent.get(name, "") for name in FIELDS}
    return found | {"code": unmarked(sent.get("code", ""))}


def _content(sent: QueryDict) -> dict[str, Any]:
    """What was sent, as content. Raises InvalidInput for questions that cannot be read at all."""
    content: dict[str, Any] = _sent(sent)
    for name in LISTS:
        content[name] = [
            line for line in content[name].replace(",", "\n").splitlines() if line.strip()
        ]
    for name in NUMBERS:
        text = content[name].strip()
        content[name] = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else text
    content["guidance"] = tidy(content["guidance"])
    content["questionnaire"] = from_text(content["questionnaire"])
    return content


def _versions(row: RequestType) -> list[dict[str, Any]]:
    return [
        {"version": v, "changed": [(field_name(name), value_words(old), value_words(new))
                                   for name, (old, new) in v.changed.items()]}
        for v in history(row)
    ]  # fmt: skip


def _preview(text: str, sent: QueryDict) -> tuple[Asked, dict[str, list[str]]]:
    """The questions as somebody who reports sees them, and what is wrong with them."""
    try:
        questionnaire = read_questionnaire(from_text(text))
    except InvalidInput as error:
        return Asked(), error.errors
    answers = answers_of(sent)
    questions, said = readable(questionnaire, answers)
    stop = stopped_by(questionnaire, said)
    rows = tuple(row_of(q, answers.get(q.name), []) for q in questions)
    return Asked(
        RequestType(code="preview", name=""), False, rows, str(stop.advice) if stop else ""
    ), {}


@for_administrators
@require_POST
def type_preview(request: HttpRequest, viewer: Any) -> HttpResponse:
    """The piece of the page that shows the questions while they are written."""
    asked, errors = _preview(request.POST.get("questionnaire", ""), request.POST)
    return render(request, "console/types/preview.html", {"asked": asked, "errors": errors})


@for_administrators
@require_POST
def type_act(request: HttpRequest, viewer: Any, code: str) -> HttpResponse:
    """Retires a type, or brings it back."""
    _row(code)
    held = {"code": code, "viewer": viewer, "now": timezone.now(),
            "version": row_id(request.POST.get("version"))}  # fmt: skip
    try:
        if request.POST.get("do") == "retire":
            retire_type(successor=unmarked(request.POST.get("successor", "")), **held)
        elif request.POST.get("do") == "revive":
            revive_type(**held)
        else:
            raise Http404
    except TypeChangedMeanwhile:
        messages.error(
            request,
            _("Somebody else has changed this type meanwhile. Look at it again, then repeat."),
        )
    except InvalidInput as error:
        messages.error(request, error.in_words)
    else:
        messages.success(request, _("Done."))
    return redirect("type", code)
