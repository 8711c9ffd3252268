"""The editor of the register: one page; everything on it goes through the API."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import Viewer
from addresses.queries.extent import city_view
from addresses.queries.labels import kind_label
from addresses.queries.rights import Rights, rights_of
from addresses.queries.tiles import shown_record
from addresses.rules import evidence
from addresses.web.access import for_viewers
from addresses.web.editor_words import TOOLS, field_words, words

_KINDS = (
    "province", "district", "neighbourhood", "neighbourhood_head", "street", "street_name",
    "street_side", "parcel", "building", "building_parcel", "address", "unit", "landmark",
)  # fmt: skip


@login_required
@never_cache
@require_safe
def editor(request: HttpRequest) -> HttpResponse:
    """For those who see the register; without the right to edit it is to look at."""
    rights = rights_of(viewer_of(request.user))
    if not rights.view:
        raise PermissionDenied
    context: dict[str, Any] = {
        "section": "editor",
        "view": city_view(),
        "may_edit": rights.edit,
        "evidence_endings": evidence.ENDINGS,
        "evidence_kinds": evidence.KINDS,
        "evidence_megabytes": evidence.MEGABYTES,
        "tools": [tool for tool in TOOLS() if rights.edit or tool["name"] == "select"],
        "words": words()
        | {"kinds": {name: kind_label(name) for name in _KINDS}}
        | {"fields": field_words(), "sign_in_at": reverse("login")},
    }
    return render(request, "register/editor.html", context)


@require_safe
@for_viewers
def shown(
    request: HttpRequest, layer: str, feature: int, *, viewer: Viewer, rights: Rights
) -> HttpResponse:
    """From a feature of the tiles to its record."""
    record = shown_record(layer, feature)
    if record is None:
        raise Http404
    place = "" if record.lat is None else f"map={record.zoom}/{record.lat:.6f}/{record.lon:.6f}&"
    return redirect(f"{reverse('register_editor')}#{place}record={record.uid}")
