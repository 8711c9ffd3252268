"""OGC API – Tiles 1.0 (20-057): the layers as collections, each with its vector tiles, under `/ogc/`."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from tiles.api.asked import address_of, answering, layers_of, tile_request
from tiles.api.ogc_openapi import openapi
from tiles.api.tile import MVT, tile_response
from tiles.api.tilejson import attribution, description
from tiles.layers import Layer, all_layers, bounds_of, everybody, layer_named
from tiles.rules.matrices import CRS84, MERCATOR, QUAD, QUAD_URI, limits, matrices

_CONFORMS = [
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/collections-selection",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
]
_REL = "http://www.opengis.net/def/rel/ogc/1.0/"
_OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
# Parameters of these addresses that are no filters of a layer.
_APART = ("f", "collections")
_DIMENSIONS = {"point": 0, "line": 1, "polygon": 2}
_TYPES = {"String": "string", "Number": "number", "Boolean": "boolean"}


class _Links:
    """Absolute addresses of this API, as the caller reached it."""

    def __init__(self, request: HttpRequest) -> None:
        self.root = request.build_absolute_uri("/").rstrip("/")

    def to(self, rel: str, name: str, *args: str, title: str = "", **more: Any) -> dict[str, Any]:
        link = {
            "rel": rel,
            "type": "application/json",
            "href": self.root + reverse(name, args=args),
        }
        return link | ({"title": title} if title else {}) | more

    def tiles(self, collection: str | None) -> dict[str, Any]:
        """The template of the tiles of a collection, or of all."""
        if collection is None:
            link = self.to("item", "ogc_dataset_tile", "0", "1", "2", type=MVT, templated=True)
        else:
            link = self.to("item", "ogc_tile", collection, "0", "1", "2", type=MVT, templated=True)
        whole = link["href"].removesuffix("0/1/2")
        return link | {"href": f"{whole}{{tileMatrix}}/{{tileRow}}/{{tileCol}}"}


@answering
def landing(request: HttpRequest) -> HttpResponse:
    """Where everything is."""
    links = _Links(request)
    return JsonResponse(
        {
            "title": f"GIS-VIP {settings.VIP_CITY_NAME}",
            "description": "The city's register, cases and maps as vector tiles.",
            "attribution": attribution(),
            "links": [
                links.to("self", "ogc"),
                links.to("service-desc", "ogc_api", type=_OPENAPI),
                links.to("service-doc", "api_docs", type="text/html"),
                links.to("conformance", "ogc_conformance"),
                links.to(f"{_REL}conformance", "ogc_conformance"),
                links.to("data", "ogc_collections"),
                links.to(f"{_REL}data", "ogc_collections"),
                links.to(f"{_REL}tilesets-vector", "ogc_dataset_tilesets"),
                links.to(f"{_REL}tiling-schemes", "ogc_matrix_sets"),
            ],
        }
    )


@answering
def conformance(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"conformsTo": _CONFORMS})


@answering
def api(request: HttpRequest) -> HttpResponse:
    """The description of this API: OpenAPI 3.0."""
    filters = sorted({name for layer in all_layers().values() for name in layer.parameters})
    document = openapi(_Links(request).root + reverse("ogc"), list(all_layers()), filters)
    return JsonResponse(document, content_type=_OPENAPI)


def _collection(links: _Links, layer: Layer) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": layer.name,
        "title": str(layer.title),
        "description": str(layer.description or layer.title),
        "dataType": "vector",
        "attribution": attribution(),
        "geometryDimension": _DIMENSIONS[layer.geometry],
        "crs": [CRS84, MERCATOR],
        "links": [
            links.to("self", "ogc_collection", layer.name),
            links.to(f"{_REL}tilesets-vector", "ogc_tilesets", layer.name),
            links.to("alternate", "tilejson", layer.name, title="TileJSON 3.0"),
        ],
    }
    if bounds := bounds_of([layer]):
        body["extent"] = {"spatial": {"bbox": [list(bounds)], "crs": CRS84}}
    return body


@answering
def collections(request: HttpRequest) -> HttpResponse:
    links = _Links(request)
    return JsonResponse(
        {
            "links": [links.to("self", "ogc_collections")],
            "collections": [_collection(links, layer) for layer in all_layers().values()],
        }
    )


@answering
def collection(request: HttpRequest, collection: str) -> HttpResponse:
    return JsonResponse(_collection(_Links(request), layer_named(collection)))


def _tileset(links: _Links, layers: Sequence[Layer], collection: str | None) -> dict[str, Any]:
    """The metadata of the tiles of one collection, or of those that everybody may see."""
    at = ["ogc_tileset", collection] if collection else ["ogc_dataset_tileset"]
    first, last = min(x.min_zoom for x in layers), max(x.max_zoom for x in layers)
    body: dict[str, Any] = {
        "title": ", ".join(str(layer.title) for layer in layers),
        "description": description(layers),
        "attribution": attribution(),
        "dataType": "vector",
        "crs": MERCATOR,
        "tileMatrixSetURI": QUAD_URI,
        "mediaTypes": [MVT],
        "links": [
            links.to("self", *at),
            links.to(f"{_REL}tiling-scheme", "ogc_matrix_set", QUAD),
            links.tiles(collection),
            links.to("describedby", "tilejson", ",".join(x.name for x in layers), title="TileJSON"),
        ],
        "layers": [_described(layer) for layer in layers],
    }
    if bounds := bounds_of(layers):
        body["tileMatrixSetLimits"] = limits(bounds, first, last)
        west, south, east, north = bounds
        body["boundingBox"] = {
            "lowerLeft": [west, south],
            "upperRight": [east, north],
            "crs": CRS84,
        }
    return body


def _described(layer: Layer) -> dict[str, Any]:
    return {
        "id": layer.name,
        "title": str(layer.title),
        "dataType": "vector",
        "geometryDimension": _DIMENSIONS[layer.geometry],
        "minTileMatrix": str(layer.min_zoom),
        "maxTileMatrix": str(layer.max_zoom),
        "propertiesSchema": {
            "type": "object",
            "properties": {name: {"type": _TYPES[kind]} for name, kind in layer.fields.items()},
        },
    }


def _listed(tileset: dict[str, Any]) -> dict[str, Any]:
    return {key: tileset[key] for key in ("title", "dataType", "crs", "tileMatrixSetURI", "links")}


def _of_all() -> list[Layer]:
    """What the tiles without a collection hold unless some are chosen: what everybody may see."""
    return [layer for layer in all_layers().values() if layer.audience is everybody]


@answering
def tilesets(request: HttpRequest, collection: str) -> HttpResponse:
    links, layer = _Links(request), layer_named(collection)
    return JsonResponse(
        {
            "links": [links.to("self", "ogc_tilesets", collection)],
            "tilesets": [_listed(_tileset(links, [layer], collection))],
        }
    )


@answering
def tileset(request: HttpRequest, collection: str) -> HttpResponse:
    return JsonResponse(_tileset(_Links(request), [layer_named(collection)], collection))


@answering
def dataset_tilesets(request: HttpRequest) -> HttpResponse:
    links = _Links(request)
    return JsonResponse(
        {
            "links": [links.to("self", "ogc_dataset_tilesets")],
            "tilesets": [_listed(_tileset(links, _of_all(), None))],
        }
    )


@answering
def dataset_tileset(request: HttpRequest) -> HttpResponse:
    return JsonResponse(_tileset(_Links(request), _of_all(), None))


@answering
def tile(request: HttpRequest, collection: str, matrix: str, row: str, column: str) -> HttpResponse:
    """As `/tiles/`, but the row stands before the column."""
    layers = [layer_named(collection)]
    wanted = tile_request(request, layers, address_of(matrix, column, row), *_APART)
    return tile_response(request, layers, wanted)


@answering
def dataset_tile(request: HttpRequest, matrix: str, row: str, column: str) -> HttpResponse:
    """Of the collections that are chosen, or of all that everybody may see."""
    chosen = request.GET.get("collections", "")
    layers = layers_of(chosen) if chosen else _of_all()
    wanted = tile_request(request, layers, address_of(matrix, column, row), *_APART)
    return tile_response(request, layers, wanted)


@answering
def matrix_sets(request: HttpRequest) -> HttpResponse:
    links = _Links(request)
    return JsonResponse(
        {
            "tileMatrixSets": [
                {
                    "id": QUAD,
                    "title": "Google Maps Compatible for the World",
                    "uri": QUAD_URI,
                    "links": [links.to("self", "ogc_matrix_set", QUAD)],
                }
            ]
        }
    )


@answering
def matrix_set(request: HttpRequest, name: str) -> HttpResponse:
    return JsonResponse(
        {
            "id": QUAD,
            "title": "Google Maps Compatible for the World",
            "uri": QUAD_URI,
            "crs": MERCATOR,
            "orderedAxes": ["X", "Y"],
            "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
            "tileMatrices": matrices(),
        }
    )
