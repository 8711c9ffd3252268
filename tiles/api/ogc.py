"""`/ogc/`: the layers of tiles and the collections of features in one API of the OGC.

OGC API – Tiles 1.0 (20-057) and OGC API – Features (17-069, 18-058, 19-079, 23-058); the views of items
stand in `tiles.api.features`.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from accounts.rules.viewer import Viewer
from tiles.api import features_about, media
from tiles.api.asked import address_of, answering, layers_of, tile_request
from tiles.api.caller import caller
from tiles.api.features_pages import (
    collection_page,
    collections_page,
    conformance_page,
    landing_page,
)
from tiles.api.links import REL, Links
from tiles.api.ogc_openapi import openapi
from tiles.api.refused import answering_features
from tiles.api.tile import MVT, tile_response
from tiles.api.tilejson import attribution, description
from tiles.features import UnknownCollection, all_collections
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
    *(
        f"http://www.opengis.net/spec/ogcapi-features-{name}"
        for name in (
            "1/1.0/conf/core", "1/1.0/conf/oas30", "1/1.0/conf/html", "1/1.0/conf/geojson", "2/1.0/conf/crs",
            "3/1.0/conf/queryables", "3/1.0/conf/queryables-query-parameters", "3/1.0/conf/filter",
            "3/1.0/conf/features-filter", "4/1.0/conf/create-replace-delete", "5/1.0/conf/schemas", "5/1.0/conf/core-roles-features",
            "5/1.0/conf/queryables", "5/1.0/conf/sortables", "5/1.0/conf/returnables-and-receivables",
            "8/1.0/conf/sorting",
        )
    ),
    *(
        f"http://www.opengis.net/spec/cql2/1.0/conf/{name}"
        for name in (
            "cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators",
            "case-insensitive-comparison", "basic-spatial-functions", "basic-spatial-functions-plus",
            "spatial-functions", "temporal-functions", "property-property",
        )
    ),
    "http://www.opengis.net/spec/json-fg-1/0.3/conf/core",
]  # fmt: skip
_OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
# Parameters of these addresses that are no filters of a layer.
_APART = ("f", "collections")
# Of mixed geometries none is told: clients would make all of them the same.
_DIMENSIONS = {
    name: {"geometryDimension": n} for n, name in enumerate(("point", "line", "polygon"))
} | {"mixed": {}}
_TYPES = {"String": "string", "Number": "number", "Boolean": "boolean"}


@answering
@answering_features
def landing(request: HttpRequest) -> HttpResponse:
    """Where everything is."""
    links = Links(request)
    body = {
        "title": f"GIS-VIP {settings.VIP_CITY_NAME}",
        "description": "The city's register, cases and maps as features and vector tiles.",
        "attribution": attribution(),
        "links": [
            links.to("self", "ogc"),
            links.to("alternate", "ogc", type=media.HTML, query="f=html"),
            links.to("service-desc", "ogc_api", type=_OPENAPI),
            links.to("service-doc", "api_docs", type="text/html"),
            links.to("conformance", "ogc_conformance"),
            links.to(f"{REL}conformance", "ogc_conformance"),
            links.to("data", "ogc_collections"),
            links.to(f"{REL}data", "ogc_collections"),
            links.to(f"{REL}tilesets-vector", "ogc_dataset_tilesets"),
            links.to(f"{REL}tiling-schemes", "ogc_matrix_sets"),
        ],
    }
    if media.wanted(request, media.PAGES) == "html":
        return landing_page(request, body)
    return JsonResponse(body)


@answering
@answering_features
def conformance(request: HttpRequest) -> HttpResponse:
    if media.wanted(request, media.PAGES) == "html":
        return conformance_page(request, _CONFORMS)
    return JsonResponse({"conformsTo": _CONFORMS})


@answering
@answering_features
def api(request: HttpRequest) -> HttpResponse:
    """The description of this API: OpenAPI 3.0."""
    filters = sorted({name for layer in all_layers().values() for name in layer.parameters})
    viewer = caller(request).viewer
    seen = [one for one in all_collections().values() if one.shape(viewer) is not None]
    own = sorted({name for one in seen for name in one.parameters})
    document = openapi(
        Links(request).root + reverse("ogc"),
        list(all_layers()),
        filters,
        [one.name for one in seen],
        own,
    )
    return JsonResponse(document, content_type=_OPENAPI)


def _collection(links: Links, layer: Layer) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": layer.name,
        "title": str(layer.title),
        "description": str(layer.description or layer.title),
        "dataType": "vector",
        "attribution": attribution(),
        **_DIMENSIONS[layer.geometry],
        "crs": [CRS84, MERCATOR],
        "links": [
            links.to("self", "ogc_collection", layer.name),
            links.to(f"{REL}tilesets-vector", "ogc_tilesets", layer.name),
            links.to("alternate", "tilejson", layer.name, title="TileJSON 3.0"),
        ],
    }
    if bounds := bounds_of([layer]):
        body["extent"] = {"spatial": {"bbox": [list(bounds)], "crs": CRS84}}
    return body


def _described_to(links: Links, name: str, viewer: Viewer) -> dict[str, Any] | None:
    """A collection of features, of tiles, or of both; None: not for this viewer."""
    one, layer = all_collections().get(name), all_layers().get(name)
    if one is not None and one.shape(viewer) is None:
        one = None
    if one is None:
        return None if layer is None else _collection(links, layer)
    body = features_about.description(links, one, viewer)
    if layer is None:
        return body
    tiles = _collection(links, layer)
    own = [link for link in tiles["links"] if link["rel"] != "self"]
    return tiles | body | {"links": body["links"] + own}


@answering
@answering_features
def collections(request: HttpRequest) -> HttpResponse:
    """What has items. Clients of features ask all that is listed here for some: what has tiles only is
    listed among the tilesets."""
    links, viewer = Links(request), caller(request).viewer
    body = {
        "links": [
            links.to("self", "ogc_collections"),
            links.to("alternate", "ogc_collections", type=media.HTML, query="f=html"),
            links.to(f"{REL}tilesets-vector", "ogc_dataset_tilesets"),
        ],
        "collections": [
            _described_to(links, name, viewer)
            for name, one in all_collections().items()
            if one.shape(viewer) is not None
        ],
    }
    if media.wanted(request, media.PAGES) == "html":
        return collections_page(request, body)
    return JsonResponse(body)


@answering
@answering_features
def collection(request: HttpRequest, collection: str) -> HttpResponse:
    body = _described_to(Links(request), collection, caller(request).viewer)
    if body is None:
        raise UnknownCollection(collection)
    if media.wanted(request, media.PAGES) == "html":
        return collection_page(request, body)
    return JsonResponse(body)


def _tileset(links: Links, layers: Sequence[Layer], collection: str | None) -> dict[str, Any]:
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
            *([links.to(f"{REL}geodata", "ogc_collection", collection)] if collection else []),
            links.to(f"{REL}tiling-scheme", "ogc_matrix_set", QUAD),
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
        **_DIMENSIONS[layer.geometry],
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
    links, layer = Links(request), layer_named(collection)
    return JsonResponse(
        {
            "links": [links.to("self", "ogc_tilesets", collection)],
            "tilesets": [_listed(_tileset(links, [layer], collection))],
        }
    )


@answering
def tileset(request: HttpRequest, collection: str) -> HttpResponse:
    return JsonResponse(_tileset(Links(request), [layer_named(collection)], collection))


@answering
def dataset_tilesets(request: HttpRequest) -> HttpResponse:
    """The tileset of what everybody may see, and one of each layer."""
    links = Links(request)
    each = [_tileset(links, [layer], layer.name) for layer in all_layers().values()]
    return JsonResponse(
        {
            "links": [links.to("self", "ogc_dataset_tilesets")],
            "tilesets": [_listed(one) for one in (_tileset(links, _of_all(), None), *each)],
        }
    )


@answering
def dataset_tileset(request: HttpRequest) -> HttpResponse:
    return JsonResponse(_tileset(Links(request), _of_all(), None))


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
    links = Links(request)
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
