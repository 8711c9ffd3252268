"""`/alerts/`: what begins and should not be there, judged by those who know."""

from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import Any
from uuid import UUID

import shapely
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, FloatField, QuerySet
from django.db.models.functions import Cast, Greatest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Department
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from accounts.web.entering import for_those_who
from addresses.queries.extent import city_view
from cases.actions.gathering import gatherable
from cases.queries.visibility import with_names
from cases.rules.validation import tidy
from core.api.problems import InvalidInput
from core.rules.spreadsheet import safe_cells
from core.rules.text import fold
from core.web.csv_download import csv_download
from spatial_analytics.actions.alerts import JudgedMeanwhile, gather_alert, judge
from spatial_analytics.models import Alert
from spatial_analytics.queries.alerts import (
    RECENT,
    by_day,
    cases_of,
    main_types,
    may_judge,
    sees_alerts,
    visible_alerts,
    worth,
)
from spatial_analytics.queries.recurrence import in_words
from spatial_analytics.queries.type_groups import type_groups
from spatial_analytics.web.questions import answers_bad_questions, one_of, whole
from spatial_analytics.web.sorting import Head, by, shown, sort_of

PER_PAGE = 25
CASES_SHOWN = 200
HEADS = (
    Head(gettext_lazy("Place"), "name"),
    Head(gettext_lazy("Requests"), "-cases", number=True),
    Head(gettext_lazy("Times the usual"), "-ratio", number=True),
    Head(gettext_lazy("Days"), "-last"),
)
#: What the fields of an order are; the newest alerts come first where none is asked for.
ORDERS = {
    "new": F("raised_on"), "last": F("last_day"), "rare": F("recurrence_days"), "ratio": F("times"),
    "cases": F("observed"), "name": F("name_key"),
}  # fmt: skip
STATES = ("open", "judged", "all")


@answers_bad_questions
@for_those_who(sees_alerts)
@require_safe
def inbox(request: HttpRequest, *, viewer: Viewer) -> HttpResponse:
    """The list, its map, and what alerts were worth month by month."""
    rows, asked = _asked(request, viewer)
    query = request.GET.copy()
    query.pop("page", None)
    names = _type_names()
    page = Paginator(rows, PER_PAGE).get_page(whole(request, "page", 1))
    context = {
        "section": "alerts",
        "page": page,
        "lines": _lines(page.object_list, names, viewer),
        "asked": asked,
        "query": query.urlencode(),
        "heads": shown(request, HEADS, asked["sort"]),
        "groups": type_groups(),
        "levels": Alert.Level.choices,
        "months": worth(visible_alerts(viewer))[:12],
        "view": city_view(),
        "any": visible_alerts(viewer).exists(),
    }
    return render(request, "spatial_analytics/alerts.html", context)


@answers_bad_questions
@for_those_who(sees_alerts)
@require_safe
def as_csv(request: HttpRequest, *, viewer: Viewer) -> StreamingHttpResponse:
    """The list as it is filtered."""
    rows, _filters = _asked(request, viewer)
    head = [
        _("Place"), _("Types"), _("Most frequent"), _("First day"), _("Last day"), _("Requests"), _("Expected"),
        _("Times the usual"), _("By chance once in days"), _("Judgement"), _("Address"),
    ]  # fmt: skip
    return csv_download("alerts.csv", head, _cells(request, rows, viewer))


@answers_bad_questions
@for_those_who(sees_alerts)
@require_safe
def shapes(request: HttpRequest, *, viewer: Viewer) -> HttpResponse:
    """The list as GeoJSON, EPSG:4326: what the map draws."""
    rows, _filters = _asked(request, viewer)
    groups = {group.id: group.code for group in type_groups()}
    features = [_feature(alert, groups) for alert in rows[:500]]
    return JsonResponse({"type": "FeatureCollection", "features": features})


@for_those_who(sees_alerts)
@require_safe
def page(request: HttpRequest, uid: UUID, *, viewer: Viewer) -> HttpResponse:
    """One alert: where, since when, how unusual, which cases; and what to do about it."""
    return _page(request, _alert(viewer, uid), viewer)


@for_those_who(sees_alerts)
@require_POST
def verdict(request: HttpRequest, uid: UUID, *, viewer: Viewer) -> HttpResponse:
    """What it was worth, in the words of those who went there. Who judges what somebody else has judged
    meanwhile is told, and loses nothing."""
    alert, sent = _alert(viewer, uid), request.POST
    try:
        judge(
            str(uid), sent.get("verdict", ""), tidy(sent.get("note", "")),
            seen=sent.get("seen", ""), viewer=viewer, now=timezone.now(),
        )  # fmt: skip
    except InvalidInput as error:
        return _page(request, alert, viewer, error.errors)
    except JudgedMeanwhile:
        return _page(request, _alert(viewer, uid), viewer, status=409)
    messages.success(request, _("Kept: it counts in the precision of the alerts."))
    return redirect("alert", uid=uid)


@for_those_who(sees_alerts)
@require_POST
def gathered(request: HttpRequest, uid: UUID, *, viewer: Viewer) -> HttpResponse:
    """One request over its open cases."""
    alert = _alert(viewer, uid)
    try:
        made = gather_alert(str(uid), viewer=viewer, now=timezone.now())
    except InvalidInput as error:
        return _page(request, alert, viewer, error.errors)
    if made.parts:
        text = _("%(count)d requests are now parts of this one.") % {"count": len(made.parts)}
    else:
        text = _("This is the request over them; none was added.")
    messages.success(request, text)
    return redirect("console_case", number=made.parent.number)


def _alert(viewer: Viewer, uid: UUID) -> Alert:
    found = visible_alerts(viewer).select_related("verdict_by", "parent_case").filter(uid=uid)
    if (alert := found.first()) is None:
        raise Http404
    return alert


def _page(
    request: HttpRequest,
    alert: Alert,
    viewer: Viewer,
    errors: dict[str, list[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    cases = cases_of(alert, viewer)
    total, shown = alert.cases.count(), cases.count()
    listed = with_names(cases).order_by("-opened_at")[:CASES_SHOWN]
    gathers = viewer.may(Permission.OPEN_CASE) and viewer.may(Permission.TRIAGE_CASE)
    department = Department.objects.filter(pk=alert.department_id).select_related("organisation")
    context = {
        "section": "alerts",
        "alert": alert,
        "line": _lines([alert], _type_names(), viewer)[0],
        "cases": listed,
        "hidden": total - shown,
        "total": total,
        "department": department.first(),
        "may_judge": may_judge(alert, viewer),
        "free": len(gatherable(cases.values_list("pk", flat=True), viewer)) if gathers else 0,
        "may_gather": gathers,
        "verdicts": Alert.Verdict.choices,
        "errors": errors or {},
        "conflict": status == 409,
        "form": request.POST
        if "note" in request.POST
        else {"verdict": alert.verdict, "note": alert.verdict_note},
        "chart": _chart(alert),
        "bounds": ",".join(f"{value:.5f}" for value in _around(alert)),
        "shape": _feature(alert, {}),
        "points": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [case.geom.x, case.geom.y]},
                "properties": {"number": case.number},
            }
            for case in listed
            if case.geom is not None
        ],
    }
    return render(
        request, "spatial_analytics/alert.html", context, status=400 if errors else status
    )


def _chart(alert: Alert) -> dict[str, Any]:
    """Bars in a drawing of 300 by 74."""
    days = by_day(alert)
    most, step = max(max(count for _, count in days), 1), 300 / len(days)
    bars = [
        {
            "day": day, "count": count, "x": round(n * step, 1),
            "height": round(70 * count / most, 1), "y": round(74 - 70 * count / most, 1),
        }
        for n, (day, count) in enumerate(days)
    ]  # fmt: skip
    return {
        "width": 300, "step": round(0.85 * step, 1), "bars": bars,
        "first": days[0][0], "last": days[-1][0],
    }  # fmt: skip


def _around(alert: Alert) -> tuple[float, float, float, float]:
    west, south, east, north = alert.geom.extent
    return west - 0.003, south - 0.003, east + 0.003, north + 0.003


def _asked(request: HttpRequest, viewer: Viewer) -> tuple[QuerySet[Alert], dict[str, Any]]:
    sent = request.GET
    asked: dict[str, Any] = {
        "q": tidy(sent.get("q", ""))[:80],
        "group": whole(request, "group", 0),
        "level": one_of(request, "level", ["", *Alert.Level.values]),
        "state": one_of(request, "state", STATES),
        "sort": sort_of(request, HEADS, "-new"),
    }
    rows = visible_alerts(viewer).annotate(
        times=Cast(F("observed"), FloatField()) / Greatest(F("expected"), 0.01)
    )
    if asked["q"]:
        rows = rows.filter(name_key__contains=fold(asked["q"]))
    if asked["group"]:
        rows = rows.filter(type_group_id=asked["group"])
    if asked["level"]:
        rows = rows.filter(level=asked["level"])
    if asked["state"] == "open":
        rows = rows.filter(verdict="", last_day__gte=timezone.localdate() - RECENT)
    elif asked["state"] == "judged":
        rows = rows.exclude(verdict="")
    return rows.order_by(by(asked["sort"], ORDERS), "-recurrence_days", "-pk"), asked


def _type_names() -> dict[int, str]:
    return {group.id: group.name for group in type_groups()}


def _lines(
    alerts: Collection[Alert], names: Mapping[int, str], viewer: Viewer
) -> list[dict[str, Any]]:
    """`kinds`: what most of the cases are that the viewer sees."""
    kinds = main_types(alerts, viewer)
    return [
        {
            "alert": alert,
            "types": names.get(alert.type_group_id or 0) or _("all types"),
            "kinds": ", ".join(f"{name} ({count})" for name, count in kinds.get(alert.pk, [])),
            "words": in_words(alert.recurrence_days),
        }
        for alert in alerts
    ]


def _cells(request: HttpRequest, rows: QuerySet[Alert], viewer: Viewer) -> Iterator[list[str]]:
    names, alerts = _type_names(), rows.iterator(chunk_size=500)
    while some := list(islice(alerts, 500)):
        for line in _lines(some, names, viewer):
            alert = line["alert"]
            yield safe_cells(
                alert.name, line["types"], line["kinds"], alert.first_day.isoformat(),
                alert.last_day.isoformat(), str(alert.observed), f"{alert.expected:.2f}",
                f"{alert.ratio:.1f}", f"{alert.recurrence_days:.0f}", alert.get_verdict_display(),
                request.build_absolute_uri(f"/alerts/{alert.uid}/"),
            )  # fmt: skip


def _feature(alert: Alert, groups: Mapping[int, str]) -> dict[str, Any]:
    """`groups`: their codes; the properties are named as in the collection of features."""
    return {
        "type": "Feature",
        "geometry": shapely.geometry.mapping(shapely.from_wkb(bytes(alert.geom.wkb))),
        "properties": {
            "uid": str(alert.uid),
            "name": alert.name,
            "level": alert.level,
            "group": groups.get(alert.type_group_id or 0),
            "first_day": alert.first_day.isoformat(),
            "last_day": alert.last_day.isoformat(),
            "observed": alert.observed,
            "expected": round(alert.expected, 2),
            "ratio": round(alert.ratio, 1),
            "recurrence_days": round(alert.recurrence_days),
            "verdict": alert.verdict or None,
            "words": in_words(alert.recurrence_days),
        },
    }
