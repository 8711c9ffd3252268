"""The coordinator's board of a day: what waits, who does what in which order, and the way."""

from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Crew
from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import Viewer
from addresses.queries.extent import city_view
from cases.actions.work import cancel_work, give_to, move_work, order_day, plan_work
from cases.models import WorkOrder
from cases.queries.tour import points_of, tour, way_of
from cases.queries.work import (
    crews_of_department,
    departments_planned,
    left_over,
    orders_of_day,
    unplanned,
)
from cases.rules.days import needed_day
from cases.rules.validation import tidy_note
from cases.rules.work import OPEN_ORDERS
from cases.web.refusals import told
from cases.web.words import tour_words
from core.web.sent import chosen_id, row_id

_MOST = 100  # unplanned cases on one board
_TASK_MAX = 1000


def read_day(sent: str | None) -> date:
    """A day of a form or an address; today where there is none, or one that no plan reaches."""
    today = timezone.localdate()
    try:
        day = date.fromisoformat(sent or "")
    except ValueError:
        return today
    return day if abs(day - today) <= timedelta(days=3660) else today


def tour_of(orders: list[WorkOrder]) -> dict[str, Any]:
    """The way through the open ones of these orders, in their order, as JSON."""
    way = way_of(orders)
    words = tour_words(way.by, way.metres, way.minutes) if way.line else ""
    return asdict(way) | {"words": words}


def _board(request: HttpRequest) -> dict[str, Any]:
    """What both the board and its print show. Raises PermissionDenied for who plans nothing."""
    viewer = viewer_of(request.user)
    departments = list(departments_planned(viewer))
    if not departments:
        raise PermissionDenied
    asked = row_id(request.GET.get("department"))
    if asked and asked not in {d.pk for d in departments}:
        raise PermissionDenied
    with_crews = Crew.objects.filter(department__in=departments, active=True)
    first = with_crews.order_by("department__organisation__name", "department__name").first()
    asked = asked or (first.department_id if first else departments[0].pk)
    department = next(d for d in departments if d.pk == asked)
    day = read_day(request.GET.get("day"))
    crews = list(crews_of_department(department, day))
    orders = list(orders_of_day(viewer, crews, day))
    rows: list[dict[str, Any]] = [
        {"crew": c, "orders": [o for o in orders if o.crew_id == c.pk]} for c in crews
    ]
    for row in rows:
        row["open_ids"] = ",".join(str(o.pk) for o in row["orders"] if o.state in OPEN_ORDERS)
    return {
        "section": "console",
        "departments": departments,
        "department": department,
        "day": day,
        "days": {"before": day - timedelta(days=1), "after": day + timedelta(days=1)},
        "crews": rows,
        "left_over": list(left_over(viewer, crews, day)),
        "today": timezone.localdate(),
        "now": timezone.now(),
    }


@login_required
@never_cache
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    context = _board(request)
    waiting = unplanned(viewer_of(request.user), context["department"])
    rows = list(waiting[: _MOST + 1])
    context |= {
        "waiting": rows[:_MOST],
        "more": len(rows) > _MOST,
        "most": _MOST,
        "view": city_view(),
        "places": _places(context, rows[:_MOST]),
    }
    return render(request, "console/work.html", context)


@login_required
@never_cache
@require_safe
def board_print(request: HttpRequest) -> HttpResponse:
    """The lists of the day on paper, a page for each crew, with the length of the way."""
    context = _board(request)
    for row in context["crews"]:
        row["way"] = tour_of(row["orders"])
    return render(request, "console/work_print.html", context)


def _places(context: dict[str, Any], waiting: list[Any]) -> dict[str, Any]:
    """What the map shows: the crews' places in their order, and those that wait."""
    crews = []
    for row in context["crews"]:
        crew = row["crew"]
        stops = [
            {"at": [o.case.geom.x, o.case.geom.y], "title": f"{i}. {o.case.number}"}
            for i, o in enumerate(row["orders"], 1)
            if o.case.geom is not None
        ]
        query = f"crew={crew.pk}&day={context['day']}"
        crews.append({"id": crew.pk, "stops": stops, "way": f"{reverse('work_tour')}?{query}"})
    free = [{"at": [c.geom.x, c.geom.y], "title": c.number} for c in waiting if c.geom is not None]
    return {"crews": crews, "waiting": free}


@login_required
@never_cache
@require_safe
def crew_tour(request: HttpRequest) -> JsonResponse:
    """The way of one crew on one day, for the map of the board."""
    viewer = viewer_of(request.user)
    crew = get_object_or_404(Crew, pk=row_id(request.GET.get("crew")))
    if not departments_planned(viewer).filter(pk=crew.department_id).exists():
        raise Http404
    return JsonResponse(
        tour_of(list(orders_of_day(viewer, [crew], read_day(request.GET.get("day")))))
    )


def _back(sent: QueryDict) -> HttpResponseRedirect:
    """To the board that the form stood on."""
    query = f"department={row_id(sent.get('department'))}&day={read_day(sent.get('day'))}"
    return redirect(f"{reverse('work')}?{query}")


def _told(request: HttpRequest) -> AbstractContextManager[None]:
    changed = _("Somebody else changed this meanwhile. Look at it again, then repeat.")
    return told(request, ObjectDoesNotExist, OverflowError, changed=changed)


@login_required
@require_POST
def plan(request: HttpRequest) -> HttpResponseRedirect:
    """Plans the chosen cases for a crew, each for itself."""
    sent, viewer = request.POST, viewer_of(request.user)
    done = 0
    for choice in sent.getlist("case")[:_MOST]:
        number, _colon, version = choice.partition(":")
        with _told(request):
            plan_work(
                number=number,
                crew=row_id(sent.get("crew")),
                day=needed_day(sent.get("day"), "day"),
                task=tidy_note(sent.get("task", ""), "task", most=_TASK_MAX),
                viewer=viewer,
                version=row_id(version),
                now=timezone.now(),
            )
            done += 1
    if done:
        messages.success(
            request,
            ngettext("%(n)d request planned.", "%(n)d requests planned.", done) % {"n": done},
        )
    elif not sent.getlist("case"):
        messages.error(request, _("Choose at least one request."))
    return _back(sent)


@login_required
@require_POST
def move(request: HttpRequest, order: int) -> HttpResponseRedirect:
    """To another crew or day, or off the plan."""
    sent, viewer = request.POST, viewer_of(request.user)
    version, now = row_id(sent.get("version")), timezone.now()
    with _told(request):
        if "cancel" in sent:
            note = tidy_note(sent.get("note", ""), most=_TASK_MAX)
            cancel_work(order=order, note=note, viewer=viewer, version=version, now=now)
        else:
            crew, day = row_id(sent.get("crew")), needed_day(sent.get("to"), "day")
            move_work(order=order, crew=crew, day=day, viewer=viewer, version=version, now=now)
        messages.success(request, _("Done."))
    return _back(sent)


@login_required
@require_POST
def reorder(request: HttpRequest) -> HttpResponseRedirect:
    """One place up or down, or the order of the nearest tour."""
    sent, viewer = request.POST, viewer_of(request.user)
    crew, day = row_id(sent.get("crew")), read_day(sent.get("day"))
    ids = [row_id(part) for part in sent.get("orders", "").split(",")]
    with _told(request):
        order_day(crew=crew, day=day, orders=_wanted(sent, ids, viewer), viewer=viewer)
    return _back(sent)


def _wanted(sent: QueryDict, ids: list[int], viewer: Viewer) -> list[int]:
    if "nearest" in sent:
        crews = Crew.objects.filter(pk=row_id(sent.get("crew")))
        rows = orders_of_day(viewer, crews, read_day(sent.get("day")))
        orders = [o for o in rows if o.pk in ids]
        placed = [o for o in orders if o.case.geom is not None]
        found = tour(points_of(placed))
        nowhere = [o.pk for o in orders if o.case.geom is None]
        return [placed[i].pk for i in found.order] + nowhere
    for name, step in (("up", -1), ("down", 1)):
        if name in sent:
            at = ids.index(row_id(sent[name]))
            to = min(max(at + step, 0), len(ids) - 1)
            ids[at], ids[to] = ids[to], ids[at]
    return ids


@login_required
@require_POST
def give(request: HttpRequest, number: str) -> HttpResponseRedirect:
    """A case to a crew and a person of its department."""
    sent = request.POST
    with _told(request):
        give_to(
            number=number,
            crew=chosen_id(sent.get("crew")),
            assignee=chosen_id(sent.get("assignee")),
            viewer=viewer_of(request.user),
            version=row_id(sent.get("version")),
            now=timezone.now(),
        )
        messages.success(request, _("Done."))
    return redirect("console_case", number=number)
