"""Addresses of the tile service."""

from django.urls import path, re_path

from tiles.api import tile, tilejson

_NAMES = r"(?P<names>[a-z0-9_,]+)"

urlpatterns = [
    path("", tilejson.index, name="tiles"),
    re_path(rf"^{_NAMES}\.json$", tilejson.tilejson, name="tilejson"),
    re_path(rf"^{_NAMES}/(?P<z>[^/]+)/(?P<x>[^/]+)/(?P<y>[^/]+)\.mvt$", tile.tile, name="tile"),
]
