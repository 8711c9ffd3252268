"""The pages of quality: dashboard, findings, one finding, and what may be done about it."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.queries.viewers import viewer_of
from addresses.actions import drafting, quality
from addresses.actions.quality_fixes import fix
from addresses.models import ChangeSet, District, QualityFinding
from addresses.queries.extent import city_view
from addresses.queries.quality_fixes import NoSafeFix, proposals
from addresses.queries.quality_lists import (
    AREA_SORTS,
    STATES,
    Wanted,
    by_neighbourhood,
    by_rule,
    finding_list,
    last_whole_run,
    totals,
    trend,
)
from addresses.queries.record_values import InvalidValues
from addresses.queries.rights import Rights, rights_of
from addresses.rules.quality import RULES, Owner, Severity
from addresses.web.quality_chart import chart
from addresses.web.quality_words import facts, owner_name, rule_title, severity_name, state_name
from core.rules.spreadsheet import safe_cells
from core.web.csv_download import csv_download

_PER_PAGE = 50


def _looking(request: HttpRequest) -> Rights:
    """The person's rights; refuses whoever may not see the register's quality."""
    rights = rights_of(viewer_of(request.user))
    if not rights.view:
        raise PermissionDenied
    return rights


def _choices() -> dict[str, Any]:
    return {
        "section": "register",
        "rules": sorted(RULES.values(), key=lambda rule: str(rule.title)),
        "severities": list(Severity),
        "owners": list(Owner),
        "districts": District.objects.only("name").order_by("name_key"),
    }


def _query(request: HttpRequest, *without: str) -> str:
    query = request.GET.copy()
    for name in without:
        query.pop(name, None)
    return query.urlencode()


@login_required
@never_cache
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    _looking(request)
    wanted = Wanted.of(request.GET)
    sort = request.GET.get("by", "")
    sort = sort if sort in AREA_SORTS else "errors"
    areas, counts = by_neighbourhood(wanted, sort), by_rule(wanted)
    days = trend(wanted, until=timezone.localdate())
    layer = {k: v for k, v in (("rule", wanted.rule), ("severity", wanted.severity)) if v}
    context = {
        **_choices(),
        "wanted": wanted,
        "totals": totals(counts),
        "finding_rules": [row for row in counts if row.open or row.accepted],
        "content_rules": [row for row in counts if not (row.open or row.accepted)],
        "page": Paginator(areas, _PER_PAGE).get_page(request.GET.get("page")),
        "sort": sort,
        "columns": [
            ("name", _("Neighbourhood")),
            ("district", _("District")),
            ("errors", _("Errors")),
            ("warnings", _("Warnings")),
            ("infos", _("Notes")),
            ("accepted", _("Exceptions")),
        ],
        "query": _query(request, "page"),
        "unsorted": _query(request, "page", "by"),
        "days": days,
        "chart": chart(days),
        "run": last_whole_run(),
        "layer": layer,
        "view": city_view(),
    }
    return render(request, "register/quality/dashboard.html", context)


@login_required
@never_cache
@require_safe
def areas_csv(request: HttpRequest) -> StreamingHttpResponse:
    _looking(request)
    head = [
        _("Neighbourhood"),
        _("District"),
        _("Errors"),
        _("Warnings"),
        _("Notes"),
        _("Exceptions"),
    ]
    rows = (
        (r["name"], r["district"], r["errors"], r["warnings"], r["infos"], r["accepted"])
        for r in by_neighbourhood(Wanted.of(request.GET), "errors")
    )
    return _csv("quality.csv", head, rows)


def _csv(name: str, head: list[str], rows: Iterable[tuple[Any, ...]]) -> StreamingHttpResponse:
    """No cell of it can be taken for a formula."""
    return csv_download(name, head, (safe_cells(*map(str, row)) for row in rows))


@login_required
@never_cache
@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    _looking(request)
    wanted = Wanted.of(request.GET)
    context = {
        **_choices(),
        "wanted": wanted,
        "page": Paginator(finding_list(wanted), _PER_PAGE).get_page(request.GET.get("page")),
        "query": _query(request, "page"),
        "rule": RULES.get(wanted.rule),
        "states": STATES,
    }
    return render(request, "register/quality/findings.html", context)


@login_required
@never_cache
@require_safe
def findings_csv(request: HttpRequest) -> StreamingHttpResponse:
    _looking(request)
    head = [
        _("Rule"), _("Severity"), _("State"), _("Record"), "uid", _("District"), _("Neighbourhood"),
        _("Whose work"), _("First seen"), _("Measured"), _("Reason for the exception"),
    ]  # fmt: skip
    rows = (
        (
            rule_title(f.rule),
            severity_name(f.severity),
            state_name(f.state),
            f.label,
            f.entity_uid,
            f.district.name if f.district else "",
            f.neighbourhood.name if f.neighbourhood else "",
            owner_name(RULES[f.rule].owner) if f.rule in RULES else "",
            timezone.localtime(f.first_seen).isoformat(timespec="minutes"),
            "; ".join(f"{label}: {value}" for label, value in facts(f.detail)),
            f.accepted_reason,
        )
        for f in finding_list(Wanted.of(request.GET)).defer("geom", "geom_m").iterator(1000)
    )
    return _csv("findings.csv", head, rows)


@login_required
@never_cache
@require_safe
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    rights = _looking(request)
    found = get_object_or_404(
        QualityFinding.objects.select_related("district", "neighbourhood", "accepted_by"), pk=pk
    )
    try:
        fixable = bool(proposals(found))
    except NoSafeFix:
        fixable = False
    rule = RULES.get(found.rule)
    shape = json.loads(found.geom.geojson) if found.geom else None
    middle = found.geom.centroid if found.geom and not found.geom.empty else None
    context = {
        "section": "register",
        "finding": found,
        "rule": rule,
        "facts": facts(found.detail),
        "notes": found.notes.select_related("actor"),
        "fixable": fixable,
        "may_edit": rights.may_edit(found.neighbourhood_id),
        "shape": shape,
        "middle": middle,
        "layer": {"rule": found.rule},
    }
    return render(request, "register/quality/finding.html", context)


@login_required
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Accepts a finding, takes an exception back, or puts its fix into a draft."""
    _looking(request)
    moves: dict[str, Callable[[HttpRequest, int], str]] = {
        "accept": _accept,
        "withdraw": _withdraw,
        "fix": _fix,
    }
    move = moves.get(request.POST.get("do", ""))
    try:
        if move is None:
            raise quality.NotOpen
        messages.success(request, move(request, pk))
    except drafting.NotAllowed:
        messages.error(request, _("Your role does not allow it in this neighbourhood."))
    except quality.NoReason:
        messages.error(request, _("Write why this is not a fault."))
    except quality.NotOpen:
        messages.error(request, _("The finding has changed meanwhile. Nothing was changed."))
    except (NoSafeFix, drafting.NotNow, drafting.Stale, drafting.NoSuchRecord, InvalidValues):
        messages.error(request, _("There is no safe fix for it now: a person has to decide."))
    except QualityFinding.DoesNotExist:
        return redirect("quality_findings")
    return redirect("quality_finding", pk=pk)


def _accept(request: HttpRequest, pk: int) -> str:
    quality.accept(
        pk,
        reason=request.POST.get("reason", "").replace("\0", ""),
        viewer=viewer_of(request.user),
        now=timezone.now(),
    )
    return _("Accepted as an exception.")


def _withdraw(request: HttpRequest, pk: int) -> str:
    quality.withdraw(pk, viewer=viewer_of(request.user), now=timezone.now())
    return _("The exception is taken back.")


def _fix(request: HttpRequest, pk: int) -> str:
    draft = fix(pk, viewer=viewer_of(request.user), now=timezone.now())
    count = draft.changes.count()
    words = ngettext(
        "The fix is in your draft “%(title)s”, which holds %(n)s change. Nothing is published yet.",
        "The fix is in your draft “%(title)s”, which holds %(n)s changes. Nothing is published yet.",
        count,
    ) % {"title": draft.title, "n": count}
    link = _draft_link(draft)
    return (
        format_html('{} <a href="{}">{}</a>', words, link, _("Open the draft")) if link else words
    )


def _draft_link(draft: ChangeSet) -> str:
    """Where the draft is edited; "" while no page of this city shows drafts."""
    try:
        return reverse("register_change", args=[draft.pk])
    except NoReverseMatch:
        return ""
