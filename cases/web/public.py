"""Lists of public facts: the map's twin for everybody, and a neighbourhood head's own area."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.queries.viewers import viewer_of
from accounts.rules.roles import Permission
from cases.models import Case, RequestTypeGroup
from cases.queries.case_pages import COUNTED
from cases.queries.public import PublicFilter, public_list, public_page, within_own_area
from core.web.sent import row_id

_PER_PAGE = 50


@require_safe
def map_list(request: HttpRequest) -> HttpResponse:
    """The public map as a table, with the same filters."""
    wanted = PublicFilter.of(request.GET)
    context = _listed(request, public_list(wanted)) | {
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
    context = _listed(request, within_own_area(viewer)) | {"section": "neighbourhood"}
    return render(request, "portal/neighbourhood.html", context)


def _listed(request: HttpRequest, rows: QuerySet[Case]) -> dict[str, Any]:
    query = request.GET.copy()
    query.pop("page", None)
    return {
        "page": public_page(rows, row_id(request.GET.get("page")) or 1, _PER_PAGE),
        "counted": COUNTED,
        "query": query.urlencode(),
        "english": (get_language() or "").startswith("en"),
    }
