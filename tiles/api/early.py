"""Tiles that are the same for everybody, answered before anything is asked about who wants them."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tiles.api.asked import layers_of, same_for_all
from tiles.api.tile import tile
from tiles.layers import UnknownLayer

_TILE = re.compile(r"/tiles/([a-z0-9_,]+)/([^/]+)/([^/]+)/([^/]+)\.mvt")


class EarlyTiles:
    """Middleware. Sessions, languages, forms and policies of pages mean nothing to such a tile, and
    together they cost as much as reading it from the cache. Stands behind what protects the
    transport; what it does not know takes the usual way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = _TILE.fullmatch(request.path_info)
        if asked is None or not _is_for_all(asked[1]):
            return self._get_response(request)
        response = tile(request, *asked.groups())
        response["Content-Length"] = str(len(response.content))
        return response


def _is_for_all(names: str) -> bool:
    try:
        return same_for_all(layers_of(names))
    except (UnknownLayer, ValueError):
        return False
