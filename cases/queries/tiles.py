"""Tiles of cases, cut to what the viewer may see inside the query."""

from django.conf import settings

from accounts.rules.roles import Permission
from cases.queries.visibility import scope_sql
from core.queries import sql
from tiles.layers import TileRequest

_NO_FILTER = {"open_only": None, "group": None, "since": None}


def cases(request: TileRequest) -> bytes:
    """Single cases from zoom 12 on, below that their number on a grid."""
    if request.tile.z >= 12:
        return _points(request)
    return _clusters(request)


def _points(request: TileRequest) -> bytes:
    return bytes(sql.value("cases", "tile_cases", *_asked(request)))


def _clusters(request: TileRequest) -> bytes:
    return bytes(sql.value("cases", "tile_case_clusters", *_asked(request)))


def _asked(request: TileRequest) -> tuple[dict[str, object], dict[str, str]]:
    scope, values = scope_sql(request.viewer)
    public = not request.viewer.may(Permission.SEE_CASES)
    asked = request.sql(public=public, zone=settings.TIME_ZONE)
    return {**_NO_FILTER, **asked, **values}, {"scope": scope}
