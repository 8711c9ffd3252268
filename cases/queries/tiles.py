"""Tiles of cases, cut to what the viewer may see inside the query."""

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
    return bytes(sql.value("cases", "tile_cases", _parameters(request)))


def _clusters(request: TileRequest) -> bytes:
    return bytes(sql.value("cases", "tile_case_clusters", _parameters(request)))


def _parameters(request: TileRequest) -> dict[str, object]:
    return {**_NO_FILTER, **request.sql(), **scope_sql(request.viewer)}
