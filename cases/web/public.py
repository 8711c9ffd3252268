"""Lists of public facts: the map's twin for everybody, and a neighbourhood head's own area."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.queries.viewers import viewer_of
from accounts.rules.roles import Permission
from cases.models import RequestTypeGroup
from cases.queries.public import PublicFilter, facts_of, public_list, within_own_area

_PER_PAGE = 50


@require_safe
def map_list(request: HttpRequest) -> HttpResponse:
    """The public map as a table, with the same filters."""
    wanted = PublicFilter.of(request.GET)
    rows = Paginator(public_list(wanted), _PER_PAGE)
    context = _listed(request, rows) | {
        "section": "map",
        "wanted": wanted,
        "groups": RequestTypeGroup.objects.all(),
    }
    return render(request, "portal/map_list.html", context)


@login_required
@never_cache
@require_safe
def neighbourhood(request: HttpRequest) -> HttpResponse:
    """What a head of a neighbourhood sees of it: public facts, and no contact data."""
    viewer = viewer_of(request.user)
    if not viewer.may(Permission.SEE_NEIGHBOURHOOD):
        raise PermissionDenied
    rows = Paginator(within_own_area(viewer), _PER_PAGE)
    return render(
        request, "portal/neighbourhood.html", _listed(request, rows) | {"section": "neighbourhood"}
    )


def _listed(request: HttpRequest, pages: Any) -> dict[str, Any]:
    page = pages.get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return {
        "page": page,
        "facts": facts_of(page.object_list),
        "query": query.urlencode(),
        "english": (get_language() or "").startswith("en"),
    }
