"""The console's list: views, filters, pages, the map beside it, saved lists."""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from html import escape
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Crew, Department, User
from accounts.queries.viewers import viewer_of
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from addresses.models import District, Neighbourhood
from addresses.queries.extent import city_view
from addresses.queries.rights import may_geocode_tables
from cases.actions.bulk import ACTS, NEEDS
from cases.actions.exchange import may_see_exchange
from cases.actions.routing_rules import may_edit
from cases.actions.saved_filters import forget_filter, save_filter
from cases.conf import CONF
from cases.models import RequestType, RequestTypeGroup, ResultCode
from cases.queries.case_list import Asked, case_list, look_up
from cases.queries.case_pages import (
    COUNTED,
    Count,
    case_page,
    count_up_to,
    ordered,
    tab_counts,
)
from cases.queries.catalogue import channels, request_types
from cases.queries.saved_filters import default_filter, saved_filters
from cases.queries.work import departments_planned
from cases.rules.lifecycle import OPEN
from cases.rules.listing import DAYS, FLAGS, NAME_SORTS, SORTS, VIEWS, WORDS, ListFilter
from cases.rules.validation import tidy
from cases.web import list_words
from cases.web.words import state_name
from core.api.problems import InvalidInput
from core.web.sent import row_id
from tiles.queries.versions import data_version

_PER_PAGE = 50
# Columns of the table: what they are called, how they sort first and when clicked again.
_COLUMNS = (
    ("number", "new", "old"), ("what", "type", ""), ("where", "place", ""), ("state", "state", ""),
    ("responsible", "responsible", ""), ("due", "due", "due_last"),
    ("changed", "changed", "changed_first"),
)  # fmt: skip


_Choice = tuple[int, str]  # a row's id and what it is called


def lister(request: HttpRequest) -> Viewer:
    """Who may see lists at all. Raises PermissionDenied for everybody else."""
    viewer = viewer_of(request.user)
    if not viewer.may(Permission.SEE_CASES):
        raise PermissionDenied
    return viewer


@login_required
@never_cache
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    viewer = lister(request)
    if not request.GET and (query := default_filter(viewer)):
        return redirect(f"{reverse('console')}?{query}")
    seen, asked = data_version("cases"), look_up(whole_filter(request.GET))
    wanted, rows = asked.wanted, case_list(viewer, asked)
    count = count_up_to(rows)
    sent = request.GET
    page = case_page(rows, wanted, _PER_PAGE, count, sent.get("after", ""), sent.get("before", ""))
    with_map = "map" in sent
    link = _linker(with_map)
    context: dict[str, Any] = {
        "section": "console",
        "page": page,
        "count": page.count,
        "counted": COUNTED,
        "wanted": wanted,
        "query": wanted.encoded(),
        "with_map": with_map,
        "views": _views(viewer, wanted, link),
        "columns": _columns(page.sort, wanted, link),
        "unsorted": page.sort != wanted.order,
        "sort_name": list_words.sort_name(wanted.sort),
        "kept_name": list_words.sort_name(page.sort),
        "links": {
            "first": link(wanted) if page.back else "",
            "back": link(wanted, before=page.back) if page.back else "",
            "next": link(wanted, after=page.next) if page.next else "",
            "last": link(wanted, before="end") if page.next and page.sort in SORTS else "",
        },
        "seen": seen,
        "now": timezone.now(),
        "open_states": OPEN,
    }
    if request.headers.get("HX-Request"):
        return render(request, "console/rows.html", context)
    context |= _around_the_list(viewer, asked, link, page.count)
    return render(request, "console/list.html", context)


def _linker(with_map: bool) -> Any:
    """Makes addresses of this list with another filter or page, the map as it is."""

    def link(wanted: ListFilter, **more: str | None) -> str:
        query = [wanted.encoded()] + [f"{k}={v}" for k, v in more.items() if v]
        text = "&".join([part for part in query if part] + (["map=1"] if with_map else []))
        # Without any value the list would begin with what its reader chose as the default.
        return f"?{text or 'view=all'}"

    return link


def _views(viewer: Viewer, wanted: ListFilter, link: Any) -> list[dict[str, Any]]:
    counts = tab_counts(viewer)
    return [
        {
            "name": list_words.view_name(view),
            "view": view,
            "count": counts.get(view),
            "current": view == wanted.view,
            "url": link(replace(wanted, view=view)),
        }
        for view in VIEWS
    ]


def _columns(sort: str, wanted: ListFilter, link: Any) -> list[dict[str, Any]]:
    names = {
        "number": _("Number and day"),
        "what": _("What"),
        "where": _("Where"),
        "state": _("State"),
        "responsible": _("Responsible"),
        "due": _("Due"),
        "changed": _("Changed"),
    }
    falling = {"new", "due_last", "changed"}
    columns = []
    for name, first, second in _COLUMNS:
        active = sort if sort in (first, second) else ""
        target = second if active == first and second else first
        columns.append(
            {
                "name": names[name],
                "url": link(replace(wanted, sort=target)),
                "order": ("descending" if active in falling else "ascending") if active else "",
                "title": list_words.sort_name(target),
            }
        )
    return columns


def _around_the_list(viewer: Viewer, asked: Asked, link: Any, count: Count) -> dict[str, Any]:
    """What stands around the rows and does not change with them."""
    wanted, crews, people = asked.wanted, _crews(viewer), _people(viewer)
    departments = list(Department.objects.select_related("organisation"))
    return {
        "chips": [
            {"words": list_words.chip(asked, n, v), "url": link(wanted.without(n, v))}
            for n, v in wanted.filters()
        ],
        "cleared": link(ListFilter(view=wanted.view, sort=wanted.sort)),
        "unknown": [(list_words.filter_name(n), v) for n, v in wanted.unknown],
        "picks": _picks(wanted, crews, people, [d for d in departments if _within(viewer, d)]),
        "flags": [(n, list_words.filter_name(n), n in wanted.flags) for n in FLAGS],
        "days": [(n, list_words.filter_name(n), wanted.days.get(n)) for n in DAYS],
        "near": ",".join(f"{n:g}" for n in wanted.near) if wanted.near else "",
        "bbox": dict(wanted.pairs()).get("bbox", ""),
        "more_open": bool(wanted.days or wanted.flags or wanted.near),
        "saved": saved_filters(viewer),
        "sharable": departments_planned(viewer),
        "user_id": viewer.user_id,
        "sorts": [(s, list_words.sort_name(s)) for s in (*SORTS, *NAME_SORTS)],
        "acts": [(a, list_words.act_name(a), " ".join(NEEDS.get(a, _optional(a)))) for a in ACTS],
        "bulk_key": uuid.uuid4(),
        "bulk_most": CONF.bulk_most,
        "may_all": count.exact and 0 < count.n <= CONF.bulk_most,
        "people": _options(people),
        "crews": _options(crews),
        "types": _options((t.code, t.name) for t in sorted(request_types().values(), key=_name)),
        "departments": _grouped(d for d in departments if d.active and d.organisation.active),
        "view": city_view(),
        "map_link": link(wanted) if "map" in link(wanted) else f"{link(wanted)}&map=1",
        "list_link": _linker(False)(wanted),
        "xlsx_rows": CONF.xlsx_rows,
        "may_geocode": may_geocode_tables(viewer),
        "may_plan": viewer.may(Permission.PLAN_WORK),
        "may_open": viewer.may(Permission.OPEN_CASE),
        "may_edit_rules": may_edit(viewer),
        "may_exchange": may_see_exchange(viewer),
    }


def _optional(act: str) -> tuple[str, ...]:
    return ("crew", "assignee") if act == "give" else ()


def _picks(
    wanted: ListFilter, crews: list[_Choice], people: list[_Choice], departments: list[Department]
) -> list[dict[str, Any]]:
    """The filters of which several values may be chosen, each with what there is to choose."""
    districts = District.objects.only("name").order_by("name_key")
    within, named = wanted.chosen("district"), wanted.chosen("neighbourhood")
    neighbourhoods: Any = ()  # those of the whole city are too many to choose from
    if within or named:
        rows = Neighbourhood.objects.only("name").order_by("name_key")
        neighbourhoods = rows.filter(district__in=within) | rows.filter(pk__in=named)
    bodies = dict.fromkeys((d.organisation_id, d.organisation.name) for d in departments)
    several = len(bodies) > 1
    options: dict[str, list[tuple[str, str]]] = {
        "state": [(v, list_words.value_name("state", v)) for v in WORDS["state"]],
        "group": [(g.code, g.name) for g in RequestTypeGroup.objects.all()],
        "type": [(t.code, t.name) for t in sorted(request_types().values(), key=_name)],
        "district": [(str(d.pk), d.name) for d in districts],
        "neighbourhood": [(str(n.pk), n.name) for n in neighbourhoods],
        "department": [(str(d.pk), str(d) if several else d.name) for d in departments],
        "organisation": [(str(pk), name) for pk, name in bodies] if several else [],
        "crew": [(str(pk), name) for pk, name in crews],
        "assignee": [(str(pk), name) for pk, name in people],
        "due": [(v, list_words.due_name(v)) for v in WORDS["due"]],
        "urgency": [(v, list_words.value_name("urgency", v)) for v in WORDS["urgency"]],
        "level": [(v, v) for v in WORDS["level"]],
        "channel": [(c.code, c.name) for c in channels().values()],
        "kind": [(v, list_words.value_name("kind", v)) for v in WORDS["kind"]],
        "result": [(r.code, r.name) for r in ResultCode.objects.order_by("name")],
        "precision": [(v, list_words.value_name("precision", v)) for v in WORDS["precision"]],
        "category": [(v, v) for v in WORDS["category"]],
    }
    picks = []
    for name, values in options.items():
        chosen = wanted.chosen(name)
        if values:
            picks.append(
                {
                    "name": name,
                    "title": list_words.filter_name(name),
                    "options": _boxes(name, values, chosen),
                    "chosen": len(wanted.chosen(name)),
                }
            )
    return picks


# Hundreds of boxes and options: the template's own loop, and `format_html` too, take longer than the database.


def _boxes(name: str, values: list[tuple[str, str]], chosen: tuple[str, ...]) -> SafeString:
    return SafeString(
        "".join(
            f'<label class="row plain"><input type="checkbox" name="{name}" value="{escape(v)}"'
            f"{' checked' if v in chosen else ''}> {escape(label)}</label>"
            for v, label in values
        )
    )


def _options(rows: Iterable[tuple[Any, str]]) -> SafeString:
    return SafeString(
        "".join(f'<option value="{escape(str(v))}">{escape(label)}</option>' for v, label in rows)
    )


def _grouped(departments: Iterable[Department]) -> SafeString:
    """Options of departments by their bodies."""
    bodies = groupby(departments, lambda d: d.organisation.name)
    return SafeString(
        "".join(
            f'<optgroup label="{escape(body)}">{_options((d.pk, d.name) for d in inside)}</optgroup>'
            for body, inside in bodies
        )
    )


def _name(row: RequestType) -> str:
    return row.name


def _within(viewer: Viewer, department: Department) -> bool:
    """Whether lists of this viewer are about this department."""
    return (
        viewer.may(Permission.SEE_ALL_CASES)
        or department.organisation_id in viewer.organisations
        or department.pk in viewer.departments
    )


def _crews(viewer: Viewer) -> list[_Choice]:
    rows = Crew.objects.filter(active=True).order_by("name")
    if not viewer.may(Permission.SEE_ALL_CASES):
        rows = rows.filter(department__organisation__in=viewer.organisations) | rows.filter(
            department__in=viewer.departments
        )
    return list(rows.values_list("pk", "name")[:300])


def _people(viewer: Viewer) -> list[_Choice]:
    """Those who work where this viewer looks; not everybody of the city."""
    rows = User.objects.filter(is_active=True)
    rows = rows.filter(memberships__organisation__in=viewer.organisations) | rows.filter(
        memberships__department__in=viewer.departments
    )
    named = rows.distinct().order_by("full_name", "username")
    return [
        (pk, full or user)
        for pk, full, user in named.values_list("pk", "full_name", "username")[:300]
    ]


@login_required
@never_cache
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """204; with an event for htmx when cases have changed since `seen`. Costs one cache read."""
    response = HttpResponse(status=204)
    version = data_version("cases")
    response["X-Version"] = version
    if request.GET.get("seen") != version:
        response["HX-Trigger"] = "cases-changed"
    return response


@login_required
@never_cache
@require_safe
def points(request: HttpRequest) -> JsonResponse:
    """GeoJSON of the list's first cases that have a point, in its order, for the map beside it."""
    viewer = lister(request)
    asked = look_up(ListFilter.of(request.GET))
    rows = case_list(viewer, asked)
    sort = asked.wanted.order
    if sort not in ("new", "old", "due", "changed", "changed_first"):
        sort = "new"  # which cases are on the map hangs on an order that an index has
    now = timezone.now()
    placed = ordered(rows.exclude(geom=None), sort).values_list(
        "number", "geom", "state", "request_type__name", "request_type__group__colour", "due_at"
    )
    found = list(placed[: CONF.map_points + 1])
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(geom.x, 6), round(geom.y, 6)]},
            "properties": {
                "number": number,
                "state": state_name(state),
                "open": state in OPEN,
                "late": state in OPEN and due is not None and due < now,
                "type": kind or "–",
                "colour": colour or "#5b6b7b",
            },
        }
        for number, geom, state, kind, colour, due in found[: CONF.map_points]
    ]
    cut = len(found) > CONF.map_points
    told = (
        _("The first %(n)d requests of this list that have a place.") % {"n": len(features)}
        if cut
        else _("All %(n)d requests of this list that have a place.") % {"n": len(features)}
    )
    return JsonResponse({"type": "FeatureCollection", "features": features, "told": told})


@login_required
@require_POST
def keep(request: HttpRequest) -> HttpResponseRedirect:
    """Saves the list under a name."""
    sent, viewer = request.POST, lister(request)
    wanted = look_up(query_of(sent.get("query", ""))).wanted
    try:
        saved = save_filter(
            name=tidy(sent.get("name", ""))[:80],
            wanted=wanted,
            viewer=viewer,
            department=row_id(sent.get("department")) or None,
            default="default" in sent,
        )
    except InvalidInput as error:
        messages.error(request, error.in_words)
    else:
        messages.success(request, _("Saved as “%(name)s”.") % {"name": saved.name})
    return redirect(f"{reverse('console')}?{wanted.encoded() or 'view=all'}")


@login_required
@require_POST
def forget(request: HttpRequest, saved: int) -> HttpResponseRedirect:
    try:
        forget_filter(saved=saved, viewer=lister(request))
    except ObjectDoesNotExist:
        raise PermissionDenied from None
    messages.success(request, _("Removed."))
    return redirect(f"{reverse('console')}?view=all")


def whole_filter(sent: QueryDict) -> ListFilter:
    """A filter out of an address that says nothing else."""
    return ListFilter.of(sent).with_strangers(sent)


def query_of(text: str) -> ListFilter:
    """A filter out of a query string that a form carries."""
    return whole_filter(QueryDict(text[:8000]))
