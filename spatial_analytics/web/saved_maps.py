"""`/maps/saved/`: thematic maps that people keep and share."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.queries.viewers import viewer_of
from core.api.problems import InvalidInput
from core.web.sent import row_id
from spatial_analytics.actions.saved_maps import ChangedMeanwhile, remove_map, save_map
from spatial_analytics.models import SavedMap
from spatial_analytics.queries.saved_maps import saved_maps
from spatial_analytics.queries.sharing import has_figures

_LONGEST = 20_000  # of the notes, as JSON


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """One's own and those that are shared, with a search by title."""
    viewer = viewer_of(request.user)
    if not has_figures(viewer):
        raise Http404
    wanted = request.GET.get("q", "").strip()[:80]
    rows = saved_maps(viewer)
    if wanted:
        rows = rows.filter(title__icontains=wanted)
    context = {"section": "analytics", "rows": rows, "wanted": wanted, "user_id": viewer.user_id}
    return render(request, "spatial_analytics/saved_maps.html", context)


@login_required
@require_safe
def opened(request: HttpRequest, saved: int) -> HttpResponse:
    """The map itself, with its notes."""
    row = saved_maps(viewer_of(request.user)).filter(pk=saved).first()
    if row is None:
        raise Http404
    place = f"#{row.view}" if row.view else ""
    return redirect(f"{reverse('thematic')}?{row.query}&saved={row.pk}{place}")


@login_required
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """From the page of the map."""
    sent, viewer = request.POST, viewer_of(request.user)
    back = f"{reverse('thematic')}?{sent.get('query', '')}"
    try:
        row = save_map(
            viewer=viewer,
            title=sent.get("title", ""),
            note=sent.get("note", ""),
            query=sent.get("query", ""),
            view=sent.get("view", ""),
            marks=_marks(sent.get("marks", "")),
            shared=sent.get("shared", SavedMap.Shared.NOBODY),
            saved=row_id(sent.get("saved")) or None,
            version=row_id(sent.get("version")),
            now=timezone.now(),
            today=timezone.localdate(),
        )
    except InvalidInput as error:
        for field, reasons in error.errors.items():
            messages.error(request, f"{field}: {' '.join(map(str, reasons))}")
        return redirect(back)
    except SavedMap.DoesNotExist:
        raise Http404 from None
    except ChangedMeanwhile:
        messages.error(
            request, _("This map was changed meanwhile. Open it again and repeat what you did.")
        )
        return redirect(back)
    messages.success(request, _("The map is saved."))
    return redirect("saved_map", row.pk)


def _marks(text: str) -> Any:
    """What the script sent; what is no JSON is told as such."""
    if not text:
        return []
    if len(text) > _LONGEST:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


@login_required
@require_POST
def remove(request: HttpRequest, saved: int) -> HttpResponse:
    """One of one's own."""
    try:
        remove_map(viewer=viewer_of(request.user), saved=saved)
    except SavedMap.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The map is removed."))
    return redirect("saved_maps")
