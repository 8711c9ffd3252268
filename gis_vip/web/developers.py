"""`/developers/`: what programs find here, examples that run, recipes, what has changed, and how the house is."""

from functools import cache
from pathlib import Path
from typing import Any

from django.core.cache import cache as redis
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.queries.viewers import viewer_of
from accounts.rules.roles import Permission
from addresses.queries.extent import city_view
from core.queries.jobs import lateness
from tiles.features import all_collections
from tiles.layers import all_layers

_RECIPES = Path(__file__).resolve().parent.parent / "recipes"
#: File and title; the tests run each as it stands.
RECIPES = (
    ("curl.sh", "curl"),
    ("read_geopandas.py", "Python: geopandas"),
    ("flatgeobuf.py", "Python: pyogrio, FlatGeobuf"),
    ("read_owslib.py", "Python: OWSLib"),
    ("follow.py", _("Python: follow the register")),
    ("javascript.mjs", "JavaScript"),
    ("read_qgis.py", "QGIS"),
    ("r.R", "R (sf)"),
)
#: Method, path and what it does: examples that need nothing but, perhaps, a key.
EXAMPLES = (
    ("/ogc/collections", _("What collections there are")),
    ("/ogc/collections/neighbourhoods/items?limit=2&skipGeometry=true", _("Two neighbourhoods without their outlines")),
    ("/ogc/collections/doors/items?limit=2&filter=number%20%3E%2010", _("Doors with a number above ten (CQL2)")),
    ("/ogc/collections/cases/items?limit=2", _("Cases: with a key those that concern you, else the public's")),
    ("/ogc/collections/planned_works/items?limit=2", _("Works on streets")),
    ("/geocode/search?q=Atat%C3%BCrk%20Caddesi&limit=2", _("Find an address")),
    ("/api/v1/register/feed/latest", _("The number of the last change of the register")),
    ("/api/v1/cases/feed/latest", _("The number of the last event of your cases (needs a key)")),
    ("/open311/v2/services.json", _("Services of Open311")),
)  # fmt: skip
#: Day, and what was new for programs. Newest first; nothing is taken away without notice.
CHANGES = (
    ("2026-11-27", _("OGC API – Features with CQL2, seven formats and ten coordinate systems; clients of organisations with keys, scopes, quotas and OAuth 2.0; feed of cases; webhooks with replay; planned works; Open311 GeoReport v2.")),
    ("2026-11-24", _("Vector tiles of forecasts; files of forecasts and areas.")),
    ("2026-11-22", _("Feed of the register with extracts, checksums and webhooks; batches of addresses.")),
)  # fmt: skip
# A job that is due for so long tells that nobody works.
_LATE_SECONDS = 120


@cache
def recipe(name: str) -> str:
    """The text of a recipe."""
    return (_RECIPES / name).read_text(encoding="utf-8")


@require_safe
def developers(request: HttpRequest) -> HttpResponse:
    """The portal of developers."""
    viewer = viewer_of(request.user)
    context = {
        "section": "developers",
        "layers": all_layers().values(),
        "collections": [c for c in all_collections().values() if c.shape(viewer) is not None],
        "recipes": [(name, title, recipe(name)) for name, title in RECIPES],
        "examples": EXAMPLES,
        "changes": CHANGES,
        "manages": viewer.may(Permission.MANAGE_MEMBERS),
        "view": city_view(),
        "root": request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "developers.html", context)


@never_cache
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Whether database, cache and workers answer; as JSON with `?f=json`. Always 200: the page itself answers."""
    parts = _parts()
    well = all(part["well"] for part in parts)
    if request.GET.get("f") == "json":
        body = {"status": "ok" if well else "degraded", "at": timezone.now().isoformat(),
                "parts": {part["name"]: part["well"] for part in parts}}  # fmt: skip
        return JsonResponse(body)
    names = {
        "database": _("Database"), "cache": _("Cache and counters"), "workers": _("Workers")
    }  # fmt: skip
    rows = [(names[part["name"]], part["well"]) for part in parts]
    context = {"section": "developers", "rows": rows, "well": well, "at": timezone.now()}
    return render(request, "status.html", context)


def _parts() -> list[dict[str, Any]]:
    return [
        {"name": "database", "well": _database()},
        {"name": "cache", "well": _cache()},
        {"name": "workers", "well": _workers()},
    ]


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _cache() -> bool:
    try:
        redis.set("status", "1", 30)
        return redis.get("status") == "1"
    except Exception:  # whatever the client raises, it does not answer
        return False


def _workers() -> bool:
    try:
        return lateness(now=timezone.now()) < _LATE_SECONDS
    except DatabaseError:
        return False
