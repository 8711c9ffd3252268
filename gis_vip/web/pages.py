"""Pages that belong to no single room."""

from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.queries.viewers import viewer_of
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from addresses.queries.extent import city_view
from cases.models import RequestTypeGroup
from cases.queries.public import PublicFilter
from cases.queries.statistics import open_and_closed
from cases.queries.work import crews_of
from gis_vip.web.themes import THEMES
from tiles.layers import Layer, all_layers


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html", {"figures": open_and_closed()})


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Where a person begins after signing in."""
    viewer = viewer_of(request.user)
    if not viewer.may(Permission.PLAN_WORK) and crews_of(viewer).exists():
        return redirect("crew")
    desks = {
        Permission.SEE_CASES: "console",
        Permission.PUBLISH_WORKS: "planned_works",
        Permission.SEE_NEIGHBOURHOOD: "neighbourhood",
        Permission.MANAGE_MEMBERS: "members",
        Permission.AUDIT_PRIVACY: "privacy",
    }
    return redirect(next((page for may, page in desks.items() if viewer.may(may)), "map"))


# Layers that are empty to whoever may not do this.
_INSIDE = {
    "quality": Permission.SEE_REGISTER,
    "work_orders": Permission.SEE_CASES,
    "service_areas": Permission.ADMINISTER,
}


def _reaches(viewer: Viewer, layer: Layer) -> bool:
    needed = _INSIDE.get(layer.name)
    return needed is None or viewer.may(needed)


def _offered(layer: Layer) -> dict[str, Any]:
    """What `/tiles/` and TileJSON tell of a layer, in the page itself: its map waits for neither."""
    return {
        "id": layer.name,
        "title": str(layer.title),
        "geometry": layer.geometry,
        "minzoom": layer.min_zoom,
        "maxzoom": layer.max_zoom,
    }


def _periods(today: date) -> list[tuple[str, str]]:
    """The last thirty days, and the same days of the year before; first and last day of each."""
    last = [(today - timedelta(days=back + 29), today - timedelta(days=back)) for back in (365, 0)]
    return [(first.isoformat(), end.isoformat()) for first, end in last]


@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """The city and the cases this viewer may see on one map."""
    viewer = viewer_of(request.user)
    wanted = PublicFilter.of(request.GET)
    theme = request.GET.get("theme", "")
    context = {
        "section": "map",
        "view": city_view(),
        "audience": viewer.audience,
        "groups": RequestTypeGroup.objects.all(),
        "group": wanted.group,
        "type": wanted.request_type,
        "since": wanted.since,
        "state": wanted.state,
        "themes": [(theme, "")]
        if theme in THEMES
        else [(kind, kind) for kind in ("light", "dark")],
        "periods": _periods(timezone.localdate()),
        "layers": [_offered(layer) for layer in all_layers().values() if _reaches(viewer, layer)],
    }
    return render(request, "map.html", context)


def health(request: HttpRequest) -> HttpResponse:
    """Whether this process can answer: the database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
