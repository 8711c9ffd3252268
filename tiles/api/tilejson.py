"""TileJSON 3.0 of one or several layers, and the list of all layers."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from tiles.api.asked import answering, filters_of, layers_of
from tiles.layers import Layer, all_layers, bounds_of


def attribution() -> str:
    return str(settings.VIP_CITY_NAME)


def template(request: HttpRequest, names: str) -> str:
    """The tiles' address with {z}, {x} and {y}, and the filters of this request."""
    path = reverse("tile", args=[names, "0", "0", "0"]).replace("0/0/0.mvt", "{z}/{x}/{y}.mvt")
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return request.build_absolute_uri("/").rstrip("/") + path + query


def description(layers: Sequence[Layer]) -> str:
    return " ".join(str(layer.description) for layer in layers if layer.description)


def vector_layers(layers: Sequence[Layer]) -> list[dict[str, Any]]:
    return [
        {
            "id": layer.name,
            "description": str(layer.description or layer.title),
            "fields": dict(layer.fields),
            "minzoom": layer.min_zoom,
            "maxzoom": layer.max_zoom,
        }
        for layer in layers
    ]


@answering
def tilejson(request: HttpRequest, names: str) -> HttpResponse:
    """The ids of `vector_layers` are the names of the layers in the tiles."""
    layers = layers_of(names)
    filters_of(request, layers)
    document = {
        "tilejson": "3.0.0",
        "name": ", ".join(str(layer.title) for layer in layers),
        "description": description(layers),
        "version": f"1.{max(layer.schema for layer in layers)}.0",
        "attribution": attribution(),
        "scheme": "xyz",
        "tiles": [template(request, names)],
        "minzoom": min(layer.min_zoom for layer in layers),
        "maxzoom": max(layer.max_zoom for layer in layers),
        "vector_layers": vector_layers(layers),
    }
    if bounds := bounds_of(layers):
        west, south, east, north = bounds
        document["bounds"] = list(bounds)
        document["center"] = [
            (west + east) / 2,
            (south + north) / 2,
            min(document["minzoom"] + 5, document["maxzoom"]),
        ]
    return JsonResponse(document)


@answering
def index(request: HttpRequest) -> HttpResponse:
    """All layers, each with the address of its TileJSON."""
    return JsonResponse(
        {
            "layers": [
                {
                    "id": layer.name,
                    "title": str(layer.title),
                    "description": str(layer.description),
                    "geometry": layer.geometry,
                    "tilejson": request.build_absolute_uri(reverse("tilejson", args=[layer.name])),
                }
                for layer in all_layers().values()
            ]
        }
    )
