"""Addresses of the tile service: its own under `/tiles/`, those of the OGC under `/ogc/`."""

from django.urls import path, re_path

from tiles.api import features, features_about, ogc, tile, tilejson
from tiles.rules.matrices import QUAD

_NAMES = r"(?P<names>[a-z0-9_,]+)"

urlpatterns = [
    path("", tilejson.index, name="tiles"),
    re_path(rf"^{_NAMES}\.json$", tilejson.tilejson, name="tilejson"),
    re_path(rf"^{_NAMES}/(?P<z>[^/]+)/(?P<x>[^/]+)/(?P<y>[^/]+)\.mvt$", tile.tile, name="tile"),
]

_TILE = f"{QUAD}/<str:matrix>/<str:row>/<str:column>"
ogc_patterns = [
    path("", ogc.landing, name="ogc"),
    path("conformance", ogc.conformance, name="ogc_conformance"),
    path("api", ogc.api, name="ogc_api"),
    path("collections", ogc.collections, name="ogc_collections"),
    path("collections/<slug:collection>", ogc.collection, name="ogc_collection"),
    path("collections/<slug:collection>/items", features.items, name="ogc_items"),
    path("collections/<slug:collection>/items/<str:feature>", features.item, name="ogc_item"),
    path(
        "collections/<slug:collection>/queryables", features_about.queryables, name="ogc_queryables"
    ),
    path("collections/<slug:collection>/sortables", features_about.sortables, name="ogc_sortables"),
    path("collections/<slug:collection>/schema", features_about.schema, name="ogc_schema"),
    path("collections/<slug:collection>/tiles", ogc.tilesets, name="ogc_tilesets"),
    path(f"collections/<slug:collection>/tiles/{QUAD}", ogc.tileset, name="ogc_tileset"),
    path(f"collections/<slug:collection>/tiles/{_TILE}", ogc.tile, name="ogc_tile"),
    path("tiles", ogc.dataset_tilesets, name="ogc_dataset_tilesets"),
    path(f"tiles/{QUAD}", ogc.dataset_tileset, name="ogc_dataset_tileset"),
    path(f"tiles/{_TILE}", ogc.dataset_tile, name="ogc_dataset_tile"),
    path("tileMatrixSets", ogc.matrix_sets, name="ogc_matrix_sets"),
    re_path(rf"^tileMatrixSets/(?P<name>{QUAD})$", ogc.matrix_set, name="ogc_matrix_set"),
]
