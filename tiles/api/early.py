"""Tiles that are the same for everybody, answered before anything is asked about who wants them."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware

from tiles.api.asked import layers_of, same_for_all
from tiles.api.tile import tile
from tiles.layers import UnknownLayer

_TILE = re.compile(r"/tiles/([a-z0-9_,]+)/([^/]+)/([^/]+)/([^/]+)\.mvt")


class EarlyTiles:
    """A WSGI application in front of Django's. Sessions, languages, forms and policies of pages mean
    nothing to such a tile, and together they cost more than reading it from the cache; what protects
    the transport is asked all the same. What it does not know takes the usual way."""

    def __init__(self, usual: Callable[..., Iterable[bytes]]) -> None:
        self._usual = usual
        self._answer = SecurityMiddleware(convert_exception_to_response(_tile))

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        asked = _TILE.fullmatch(environ["PATH_INFO"])
        if asked is None or not _is_for_all(asked[1]):
            return self._usual(environ, start_response)
        response = self._answer(WSGIRequest(environ))
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return [response.content]


def _tile(request: HttpRequest) -> HttpResponse:
    asked = _TILE.fullmatch(request.path_info)
    response = tile(request, *asked.groups())
    response["Content-Length"] = str(len(response.content))
    return response


def _is_for_all(names: str) -> bool:
    try:
        return same_for_all(layers_of(names))
    except (UnknownLayer, ValueError):
        return False
