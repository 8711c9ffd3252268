"""`/works/`: who is digging where, for everybody; and for those who plan and permit works."""

import calendar as months
import json
from collections.abc import Iterator
from datetime import UTC, date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Organisation
from accounts.queries.viewers import viewer_of
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from accounts.web.entering import for_those_who
from addresses.models import District
from addresses.queries.extent import city_view
from cases.actions.move import ChangedMeanwhile
from cases.actions.planned_works import (
    change_work,
    file_work,
    keep_surface,
    lift,
    move_work,
    read_work,
)
from cases.models import Moratorium, PlannedWork
from cases.queries.planned_works import (
    around,
    around_work,
    listed,
    may_permit,
    may_publish,
    publishing,
    streets_of,
    visible_works,
)
from cases.rules.days import needed_day
from cases.rules.planned_works import ENDED, MOVES, OWNER, PERMITS, PUBLIC, WorkState
from cases.rules.validation import tidy
from cases.rules.work_filter import BadFilter, WorkFilter, filter_of
from cases.web import planned_work_words as words
from core.api.problems import InvalidInput, plain_problem
from core.rules.spreadsheet import safe_cells
from core.rules.text import is_uid
from core.web.csv_download import csv_download
from core.web.sent import row_id
from workflows.rules.transitions import MoveRefused

_PER_PAGE = 25
_ON_MAP = 2000
_FORMS = ("csv", "geojson", "ics")
_APART = ("page", "month")
_for_planners = for_those_who(lambda viewer: viewer.may(Permission.PUBLISH_WORKS))
_for_office = for_those_who(may_permit)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The list and its map; by default what is to come or under way."""
    viewer = viewer_of(request.user)
    try:
        wanted, number = _wanted(request), _number(request)
    except BadFilter as error:
        return _refused(request, error)
    rows = listed(viewer, wanted, today=timezone.localdate())
    shown = Paginator(rows, _PER_PAGE).get_page(number)
    return render(
        request, "works/page.html",
        _lists(viewer, wanted, request) | {"page": shown, "rows": [_line(w) for w in shown]},
    )  # fmt: skip


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """A month of works, day by day."""
    viewer = viewer_of(request.user)
    try:
        wanted, first = _wanted(request), _month(request.GET.get("month", ""))
    except BadFilter as error:
        return _refused(request, error)
    weeks = months.Calendar().monthdatescalendar(first.year, first.month)
    rows = list(
        listed(viewer, wanted, today=timezone.localdate()).filter(
            begin__lte=weeks[-1][-1], end__gte=weeks[0][0]
        )[:_ON_MAP]
    )
    days = [
        [(day, day.month == first.month, [w for w in rows if w.begin <= day <= w.end]) for day in week]
        for week in weeks
    ]  # fmt: skip
    context = _lists(viewer, wanted, request) | {
        "weeks": days, "first": first, "before": first - timedelta(days=1),
        "after": (first + timedelta(days=32)).replace(day=1), "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "works/calendar.html", context)


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The list as CSV, GeoJSON (EPSG:4326) or a calendar (iCalendar)."""
    if form not in _FORMS:
        raise Http404
    try:
        wanted = _wanted(request)
    except BadFilter as error:
        why = {error.name: [error.words]}
        return plain_problem(400, _("Some parameters cannot be used."), errors=why)
    answer = _file(
        request, form, listed(viewer_of(request.user), wanted, today=timezone.localdate())
    )
    if request.user.is_authenticated:  # it may tell of what only planners see
        answer["Cache-Control"] = "private, no-store"
    return answer


def _file(request: HttpRequest, form: str, rows: QuerySet[PlannedWork]) -> HttpResponseBase:
    if form == "csv":
        head = [
            _("Work"), _("Kind"), _("State"), _("Owner"), _("First day"), _("Last day"), _("Traffic"),
            _("Streets"), _("Contact"), _("Address"),
        ]  # fmt: skip
        return csv_download("works.csv", head, _cells(request, rows))
    if form == "geojson":
        body = {"type": "FeatureCollection", "features": [_feature(w) for w in rows[:_ON_MAP]]}
        return JsonResponse(body, content_type="application/geo+json")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//GIS-VIP//works//TR"]
    for work in rows[:_ON_MAP]:
        lines += _event(request, work)
    text = "\r\n".join([*(part for line in lines for part in _folded(line)), "END:VCALENDAR", ""])
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")


@require_safe
def one(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A work; for planners also what stands against it and what may be done with it."""
    viewer = viewer_of(request.user)
    work = visible_works(viewer).filter(uid=uid).first()
    if work is None:
        raise Http404
    return _one(request, work, viewer)


def _one(
    request: HttpRequest, work: PlannedWork, viewer: Viewer, errors: dict[str, list[str]] | None = None
) -> HttpResponse:  # fmt: skip
    found, unknown = None, {}
    if viewer.may(Permission.PUBLISH_WORKS) and work.state not in ENDED:
        try:
            found = around_work(work, viewer)
        except InvalidInput as intricate:
            unknown = intricate.errors
    owns = may_publish(viewer, work.organisation_id)
    may = ({OWNER} if owns else set()) | ({PERMITS} if may_permit(viewer) else set())
    context = {
        "section": "works", "work": work, "line": _line(work), "streets": streets_of(work),
        "shape": _feature(work), "bounds": ",".join(f"{v:.5f}" for v in _around_it(work)),
        "around": found, "unknown": unknown,
        "conflicts": [(c, words.conflict_words(c)) for c in found.conflicts] if found else [],
        "moves": [
            (m.name, words.move_name(m.name), "note" in m.requires)
            for m in MOVES.from_state(work.state) if m.permission in may
        ],
        "may_edit": owns and bool(MOVES.from_state(work.state)),
        "events": [
            (e, words.move_name(e.kind)) for e in work.events.select_related("by").order_by("-at", "-pk")
        ] if owns or may_permit(viewer) else [],
        "errors": errors or {},
    }  # fmt: skip
    return render(request, "works/one.html", context, status=400 if errors else 200)


# ── Planning ─────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@_for_planners
def new(request: HttpRequest, *, viewer: Viewer) -> HttpResponse:
    """The form of a new work; filed, or kept as a draft."""
    if request.method != "POST":
        return _form(request, viewer, {})
    sent = request.POST
    try:
        filed = file_work(
            sent, organisation=sent.get("organisation", ""), viewer=viewer, now=timezone.now(),
            submit=sent.get("do") != "draft",
        )  # fmt: skip
    except InvalidInput as error:
        return _form(request, viewer, sent, errors=error.errors)
    messages.success(request, _("Filed."))
    return redirect("planned_work", filed.work.uid)


@require_http_methods(["GET", "POST"])
@_for_planners
def edit(request: HttpRequest, uid: UUID, *, viewer: Viewer) -> HttpResponse:
    """The form of a work that there is."""
    work = visible_works(viewer).filter(uid=uid).first()
    if work is None or not may_publish(viewer, work.organisation_id):
        raise Http404
    if request.method != "POST":
        return _form(request, viewer, _values(work), work=work)
    sent = request.POST
    try:
        change_work(
            str(uid), sent, viewer=viewer, version=row_id(sent.get("version")), now=timezone.now()
        )
    except InvalidInput as error:
        return _form(request, viewer, sent, work=work, errors=error.errors)
    except ChangedMeanwhile:
        wrong = {"": [_("It was changed meanwhile: read it again.")]}
        return _form(request, viewer, sent, work=work, errors=wrong)
    messages.success(request, _("Kept."))
    return redirect("planned_work", uid)


@require_POST
@_for_planners
def check(request: HttpRequest, *, viewer: Viewer) -> HttpResponse:
    """What would stand against a work that is being drawn, as a piece of the page."""
    sent = request.POST
    own = visible_works(viewer).filter(uid=sent["own"]).first() if is_uid(sent.get("own")) else None
    try:
        asked = {"title": "–", "contact": "–"} | {k: v for k, v in sent.items() if v}
        wish, shape, _places = read_work(asked, timezone.now())
        found = around(shape, wish, viewer=viewer, own=own)
    except InvalidInput as error:
        return render(request, "works/conflicts.html", {"errors": error.errors})
    context = {
        "around": found, "conflicts": [(c, words.conflict_words(c)) for c in found.conflicts],
    }  # fmt: skip
    return render(request, "works/conflicts.html", context)


@require_POST
@_for_planners
def move(request: HttpRequest, uid: UUID, *, viewer: Viewer) -> HttpResponse:
    """Submits, permits, refuses, begins, finishes or withdraws a work."""
    work = visible_works(viewer).filter(uid=uid).first()
    if work is None:
        raise Http404
    sent = request.POST
    try:
        move_work(
            str(uid), sent.get("move", ""), viewer=viewer, version=row_id(sent.get("version")),
            note=tidy(sent.get("note", ""))[:2000], now=timezone.now(),
        )  # fmt: skip
    except MoveRefused as refused:
        return _one(request, work, viewer, {"move": [words.refusal(refused)]})
    except InvalidInput as error:
        return _one(request, work, viewer, error.errors)
    except ChangedMeanwhile:
        return _one(
            request, work, viewer, {"move": [_("It was changed meanwhile: read it again.")]}
        )
    messages.success(request, _("Done."))
    return redirect("planned_work", uid)


@require_http_methods(["GET", "POST"])
@_for_office
def surfaces(request: HttpRequest, *, viewer: Viewer) -> HttpResponse:
    """New surfaces that nobody may cut: the list, and one more by hand."""
    sent, now = request.POST, timezone.now()
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            if sent.get("do") == "lift":
                if not is_uid(sent.get("uid")):
                    raise Http404
                lift(sent["uid"], viewer=viewer, now=now)
            else:
                keep_surface(
                    sent.get("shape"), reason=tidy(sent.get("reason", "")), viewer=viewer, now=now,
                    begin=needed_day(sent.get("begin"), "begin"), end=needed_day(sent.get("end"), "end"),
                )  # fmt: skip
            messages.success(request, _("Kept."))
            return redirect("moratoria")
        except InvalidInput as error:
            errors = error.errors
        except Moratorium.DoesNotExist:
            raise Http404 from None
    rows = Moratorium.objects.order_by("-end", "pk").defer("geom_m")
    context = {
        "section": "works", "rows": Paginator(rows, 50).get_page(request.GET.get("page")),
        "errors": errors, "sent": sent, "view": city_view(), "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "works/surfaces.html", context, status=400 if errors else 200)


# ── Parts ────────────────────────────────────────────────────────────────────────────────────────


def _wanted(request: HttpRequest) -> WorkFilter:
    sent = request.GET.copy()
    sent.setdefault("state", "coming")
    if sent["state"] == "all":
        sent["state"] = ""
    return filter_of(sent.dict(), apart=_APART)


def _refused(request: HttpRequest, error: BadFilter) -> HttpResponse:
    context = {"section": "works", "errors": {error.name: [error.words]}}
    return render(request, "works/refused.html", context, status=400)


def _number(request: HttpRequest) -> int:
    text = request.GET.get("page") or "1"
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        raise BadFilter("page", _("A whole number is needed."))
    return int(text)


def _month(text: str) -> date:
    if not text:
        return timezone.localdate().replace(day=1)
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = date.min
    if not 1990 <= first.year <= 2200:
        raise BadFilter("month", _("This is not a month (write 2026-03)."))
    return first


def _lists(viewer: Viewer, wanted: WorkFilter, request: HttpRequest) -> dict[str, Any]:
    query = request.GET.copy()
    for name in _APART:
        query.pop(name, None)
    owners = Organisation.objects.filter(planned_works__isnull=False).distinct()
    return {
        "section": "works", "wanted": wanted, "query": query.urlencode(), "view": city_view(),
        "kinds": words.kinds(), "states": _states(viewer), "owners": owners.order_by("name"),
        "districts": District.objects.filter(status="ACTIVE").order_by("name").only("pk", "name"),
        "plans": viewer.may(Permission.PUBLISH_WORKS), "permits": may_permit(viewer),
    }  # fmt: skip


def _states(viewer: Viewer) -> Any:
    """Those of works that this viewer may see."""
    if viewer.may(Permission.PUBLISH_WORKS):
        return words.states()
    seen = set(WorkState) - {WorkState.DRAFT} if may_permit(viewer) else set(PUBLIC)
    return [(code, name) for code, name in words.states() if code in seen]


def _line(work: PlannedWork) -> dict[str, Any]:
    late = work.state == "UNDER_WAY" and work.end < timezone.localdate()
    return {
        "work": work, "kind": words.kind_name(work.kind), "state": words.state_name(work.state),
        "traffic": words.traffic_name(work.traffic), "late": late,
    }  # fmt: skip


def _feature(work: PlannedWork) -> dict[str, Any]:
    """Codes as `/api/v1/works` has them, and beside them what they are called."""
    return {
        "type": "Feature", "id": str(work.uid),
        "geometry": {"type": work.geom.geom_type, "coordinates": work.geom.coords},
        "properties": {
            "uid": str(work.uid), "title": work.title,
            "kind": work.kind, "kind_name": words.kind_name(work.kind),
            "state": work.state, "state_name": words.state_name(work.state),
            "organisation": work.organisation.code, "owner": work.organisation.name,
            "begin": work.begin.isoformat(), "end": work.end.isoformat(),
            "traffic": work.traffic, "traffic_name": words.traffic_name(work.traffic),
        },
    }  # fmt: skip


def _cells(request: HttpRequest, rows: QuerySet[PlannedWork]) -> Iterator[list[str]]:
    for work in rows.prefetch_related("streets").iterator(chunk_size=500):
        yield safe_cells(
            work.title, words.kind_name(work.kind), words.state_name(work.state),
            work.organisation.name, work.begin.isoformat(), work.end.isoformat(),
            words.traffic_name(work.traffic), ", ".join(s.name for s in work.streets.all()),
            work.contact, request.build_absolute_uri(reverse("planned_work", args=[work.uid])),
        )  # fmt: skip


def _event(request: HttpRequest, work: PlannedWork) -> list[str]:
    """Lines of iCalendar (RFC 5545): whole days, the last one excluded."""
    west, south, east, north = work.geom.extent
    return [
        "BEGIN:VEVENT", f"UID:{work.uid}", f"DTSTAMP:{work.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{work.begin:%Y%m%d}",
        f"DTEND;VALUE=DATE:{work.end + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_plain(work.title)} ({_plain(work.organisation.name)})",
        f"DESCRIPTION:{_plain(words.kind_name(work.kind))}\\, {_plain(words.traffic_name(work.traffic))}",
        f"GEO:{(south + north) / 2:.6f};{(west + east) / 2:.6f}",
        f"URL:{request.build_absolute_uri(reverse('planned_work', args=[work.uid]))}",
        f"SEQUENCE:{work.version}", "END:VEVENT",
    ]  # fmt: skip


def _plain(text: str) -> str:
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(sign, written)
    return text


def _folded(line: str) -> Iterator[str]:
    """Lines of at most 75 octets, never inside a letter; the next one begins with a blank."""
    part = ""
    for letter in line:
        if len((part + letter).encode()) > 74:
            yield part
            part = " "
        part += letter
    yield part


def _form(
    request: HttpRequest, viewer: Viewer, sent: Any, *, work: PlannedWork | None = None,
    errors: dict[str, list[str]] | None = None,
) -> HttpResponse:  # fmt: skip
    bodies = Organisation.objects.filter(active=True)
    if viewer.grants and not viewer.may(Permission.ADMINISTER):
        bodies = bodies.filter(pk__in=publishing(viewer))
    context = {
        "section": "works", "sent": sent, "work": work, "errors": errors or {}, "bodies": bodies,
        "kinds": words.kinds(), "traffics": words.traffics(), "view": city_view(),
    }  # fmt: skip
    return render(request, "works/form.html", context, status=400 if errors else 200)


def _values(work: PlannedWork) -> dict[str, Any]:
    names = (
        "external_id",
        "kind",
        "title",
        "description",
        "contact",
        "contractor",
        "permit",
        "traffic",
    )
    return {name: getattr(work, name) for name in names} | {
        "begin": work.begin.isoformat(), "end": work.end.isoformat(),
        "depth_m": "" if work.depth_m is None else work.depth_m,
        "width_m": "" if work.width_m is None else work.width_m,
        "shape": json.dumps({"type": work.geom.geom_type, "coordinates": work.geom.coords}),
        "organisation": work.organisation.code, "version": work.version,
    }  # fmt: skip


def _around_it(work: PlannedWork) -> tuple[float, float, float, float]:
    west, south, east, north = work.geom.extent
    return west - 0.002, south - 0.002, east + 0.002, north + 0.002
