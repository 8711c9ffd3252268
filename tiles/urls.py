"""Addresses of the tile service."""

from django.urls import path, re_path

from tiles.api import tiles

_NAMES = r"(?P<names>[a-z0-9_,]+)"

urlpatterns = [
    path("", tiles.index, name="tiles"),
    re_path(rf"^{_NAMES}\.json$", tiles.tilejson, name="tilejson"),
    re_path(rf"^{_NAMES}/(?P<z>[^/]+)/(?P<x>[^/]+)/(?P<y>[^/]+)\.mvt$", tiles.tile, name="tile"),
]
