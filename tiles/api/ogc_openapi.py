"""The OpenAPI 3.0 document of the addresses under `/ogc/`."""

from collections.abc import Sequence
from typing import Any

from tiles.api import features_openapi
from tiles.rules.matrices import QUAD

_JSON = {"application/json": {"schema": {"type": "object"}}}
_PROBLEM = {
    "description": "What is wrong (RFC 9457).",
    "content": {"application/problem+json": {"schema": {"type": "object"}}},
}
_MVT = {"application/vnd.mapbox-vector-tile": {"schema": {"type": "string", "format": "binary"}}}


def _get(name: str, summary: str, *parameters: str, content: Any = _JSON) -> dict[str, Any]:
    answers = {
        "200": {"description": summary, "content": content},
        "400": _PROBLEM,
        "404": _PROBLEM,
    }
    if content is _MVT:
        answers |= {
            "204": {"description": "Nothing is there."},
            "304": {"description": "The caller has it."},
            "503": _PROBLEM,
        }
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": [{"$ref": f"#/components/parameters/{p}"} for p in parameters],
            "responses": answers,
        }
    }


def _in_path(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def openapi(
    server: str,
    names: Sequence[str],
    filters: Sequence[str],
    features: Sequence[str],
    own: Sequence[str],
) -> dict[str, Any]:
    """`server` is the absolute address of `/ogc/`; `names` are the layers with their `filters`, `features` the
    collections of features with parameters of their `own`."""
    whole = {"type": "integer", "minimum": 0}
    address = ("tileMatrix", "tileRow", "tileCol")
    tile = "{tileMatrix}/{tileRow}/{tileCol}"
    return {
        "openapi": "3.0.3",
        "info": {"title": "GIS-VIP", "version": "1", "description": "OGC API – Features and Tiles."},
        "servers": [{"url": server.rstrip("/")}],
        "paths": {
            "/": _get("getLandingPage", "The landing page."),
            "/conformance": _get("getConformance", "What this API conforms to."),
            "/collections": _get("getCollections", "The collections that have features."),
            "/collections/{collectionId}": _get("getCollection", "A collection.", "collectionId"),
            "/collections/{collectionId}/tiles": _get(
                "collection.vector.getTileSetsList", "Its tilesets.", "collectionId"
            ),
            f"/collections/{{collectionId}}/tiles/{QUAD}": _get(
                "collection.vector.getTileSet", "Its tileset.", "collectionId"
            ),
            f"/collections/{{collectionId}}/tiles/{QUAD}/{tile}": _get(
                "collection.vector.getTile", "A tile.", "collectionId", *address, *filters,
                content=_MVT,
            ),
            "/tiles": _get("dataset.vector.getTileSetsList", "The tileset of all layers, and one of each."),
            f"/tiles/{QUAD}": _get("dataset.vector.getTileSet", "The tileset of all layers."),
            f"/tiles/{QUAD}/{tile}": _get(
                "dataset.vector.getTile", "A tile of several layers.", *address, "collections",
                *filters, content=_MVT,
            ),
            "/tileMatrixSets": _get("getTileMatrixSetsList", "The tile grids."),
            f"/tileMatrixSets/{QUAD}": _get("getTileMatrixSet", "The tile grid."),
            **features_openapi.paths(own),
        },
        "components": {
            "parameters": {
                "featureCollectionId": _in_path(
                    "featureCollectionId", {"type": "string", "enum": list(features)}
                ),
                **features_openapi.parameters(),
                "collectionId": _in_path(
                    "collectionId",
                    {"type": "string", "enum": list(dict.fromkeys([*features, *names]))},
                ),
                **{name: _in_path(name, whole) for name in address},
                "collections": {
                    "name": "collections", "in": "query", "required": False,
                    "style": "form", "explode": False,
                    "schema": {"type": "array", "items": {"type": "string", "enum": list(names)}},
                },
                **{
                    name: {"name": name, "in": "query", "schema": {"type": "string"}}
                    for name in dict.fromkeys([*filters, *own])
                },
            },
            "responses": {"Problem": _PROBLEM},
        },
    }  # fmt: skip
