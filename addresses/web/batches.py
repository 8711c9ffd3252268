"""`/geocode/batch/`: a table comes in, its columns are chosen, and its places come back."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rules.viewer import Viewer
from accounts.web.entering import for_those_who
from addresses.actions import batches
from addresses.conf import CONF
from addresses.exchange.batch_file import written
from addresses.exchange.errors import ImportRefused
from addresses.models import GeocodeBatch
from addresses.queries.batches import failures, first_rows, own_batch, own_batches, standing
from addresses.queries.extent import city_view
from addresses.queries.rights import may_geocode_tables

_PREVIEW = 5
_for_those_who_may = for_those_who(may_geocode_tables)


@require_http_methods(["GET", "POST"])
@_for_those_who_may
def batch_list(request: HttpRequest, *, viewer: Viewer) -> HttpResponse:
    """One's batches, and the form for a new one."""
    error = ""
    if request.method == "POST":
        file = request.FILES.get("data")
        now = timezone.now()
        try:
            if file is None:
                raise ImportRefused("file", _("A file is needed."))
            made = batches.take_in(file.read(), name=str(file.name), owner=viewer.user_id, now=now)
            return redirect("geocode_batch", made.uid)
        except ImportRefused as refused:
            error = refused.reason
        except batches.TooManyBatches as refused:
            error = str(refused)
    context = {
        "section": "register",
        "batches": own_batches(viewer, now=timezone.now()),
        "error": error,
        "rows_max": CONF.batch_rows_max,
        "days": CONF.batch_days,
    }
    return render(request, "geocode/batches.html", context, status=422 if error else 200)


@require_safe
@_for_those_who_may
def batch(request: HttpRequest, uid: uuid.UUID, *, viewer: Viewer) -> HttpResponse:
    """One batch: its columns before it is begun, then how far it is, then what was not found."""
    found = _own(viewer, uid)
    now = standing(found)
    if found.job_id is None:
        return _choosing(request, found)
    context: dict[str, Any] = {"section": "register", "batch": found, "standing": now}
    if not now.under_way:
        listed = failures(found)
        context |= {
            "failures": listed,
            "shapes": _shapes(found, listed),
            "more": now.unsure + now.missing - len(listed),
            "view": city_view(),
        }
    answer = render(request, "geocode/batch.html", context)
    if request.headers.get("HX-Request") and not now.under_way:
        answer["HX-Refresh"] = "true"  # the whole page: its map begins now
    return answer


@require_POST
@_for_those_who_may
def move(request: HttpRequest, uid: uuid.UUID, move: str, *, viewer: Viewer) -> HttpResponse:
    """Begins, stops, goes on with or deletes a batch."""
    found = _own(viewer, uid)
    now = timezone.now()
    if move == "begin":
        try:
            if found.job_id is None:
                batches.choose(found, _chosen(request))
        except ImportRefused as refused:
            return _choosing(request, found, error=refused.reason)
        batches.begin(found)
    elif move == "cancel":
        batches.cancel(found, now=now)
    elif move == "resume":
        batches.resume(found, now=now)
    elif move == "delete":
        batches.remove(found, now=now)
        messages.success(request, _("The batch and everything in it is deleted."))
        return redirect("geocode_batches")
    else:
        raise Http404
    return redirect("geocode_batch", found.uid)


@require_safe
@_for_those_who_may
def result(request: HttpRequest, uid: uuid.UUID, *, viewer: Viewer) -> Any:
    """The table with its columns added, once nothing is being done any more."""
    found = _own(viewer, uid)
    if standing(found).under_way:
        return redirect("geocode_batch", uid)
    made = written(found)
    return FileResponse(
        made.file, as_attachment=True, filename=made.name, content_type=made.media_type
    )


def _own(viewer: Viewer, uid: uuid.UUID) -> GeocodeBatch:
    found = own_batch(viewer, uid, now=timezone.now())
    if found is None:
        raise Http404
    return found


def _choosing(request: HttpRequest, found: GeocodeBatch, error: str = "") -> HttpResponse:
    rows = first_rows(found, _PREVIEW)
    columns = [
        {
            "position": position,
            "name": name,
            "chosen": position in found.columns,
            "examples": [row[position] for row in rows if row[position]][:3],
        }
        for position, name in enumerate(found.header)
    ]
    context = {"section": "register", "batch": found, "columns": columns, "error": error}
    return render(request, "geocode/choose.html", context, status=422 if error else 200)


def _chosen(request: HttpRequest) -> list[int]:
    raw = request.POST.getlist("column")
    return [
        int(text) if text.isascii() and text.isdigit() and len(text) < 5 else -1 for text in raw
    ]


def _shapes(found: GeocodeBatch, listed: list[Any]) -> dict[str, Any]:
    """The rows with a place, for the map: number and label, no texts."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [one.lon, one.lat]},
            "properties": {"row": one.row, "label": one.label, "status": one.status},
        }
        for one in listed
        if one.lon is not None
    ]
    return {"type": "FeatureCollection", "features": features}
