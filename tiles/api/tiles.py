"""`/tiles/{layer}[,…]/{z}/{x}/{y}.mvt` and TileJSON."""

import gzip
import re
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import ANONYMOUS
from tiles.actions.serve import etag_of, serve
from tiles.layers import Layer, TileRequest, UnknownLayer, all_layers, everybody, layer_named
from tiles.rules.grid import TileAddress

MVT = "application/vnd.mapbox-vector-tile"
PUBLIC = "public, max-age=0, stale-while-revalidate=600, stale-if-error=86400"
PRIVATE = "private, max-age=0, must-revalidate"


def _problem(status: int, detail: str) -> JsonResponse:
    body = {"type": "about:blank", "status": status, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def _layers(names: str) -> list[Layer]:
    return [layer_named(name) for name in dict.fromkeys(names.split(","))]


def _parameters(request: HttpRequest, layers: list[Layer]) -> dict[str, Any]:
    """The validated query. Raises ValueError with a reason that lists no other fields."""
    accepted = {k: check for layer in layers for k, check in layer.parameters.items()}
    values = {}
    for name, text in request.GET.items():
        if name not in accepted:
            raise ValueError(f"The parameter {name[:40]!r} is not known to this layer.")
        if text:
            try:
                values[name] = accepted[name](text)
            except ValueError:
                raise ValueError(f"The value of {name!r} cannot be used.") from None
    return values


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError("A tile is addressed by three whole numbers: z, x, y.")
    return int(text)


def _takes_gzip(accepted: str) -> bool:
    """Whether the caller takes gzip: named, or by `*`, and not with a weight of nought."""
    weights = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        weights[name.strip()] = weight.replace(" ", "")
    weight = weights.get("gzip", weights.get("*", "q=0"))
    return not re.fullmatch(r"q=0(\.0*)?", weight)


@require_safe
def tile(request: HttpRequest, names: str, z: str, x: str, y: str) -> HttpResponse:
    """One tile. 204 where it is empty, 304 where the caller has it, 400 for a bad address."""
    try:
        layers = _layers(names)
        address = TileAddress(*map(_number, (z, x, y)))
        # A layer that is the same for all needs no session, and its answer varies by none.
        same_for_all = all(layer.audience is everybody for layer in layers)
        viewer = ANONYMOUS if same_for_all else viewer_of(request.user)
        wanted = TileRequest(address, viewer, _parameters(request, layers))
    except UnknownLayer as error:
        return _problem(404, f"There is no layer {str(error)[:40]!r}.")
    except ValueError as error:
        return _problem(400, str(error))
    zipped = _takes_gzip(request.headers.get("Accept-Encoding", ""))
    etag = etag_of(layers, wanted)
    tag = f'"{etag}{"-gz" if zipped else ""}"'
    response: HttpResponse
    known = parse_etags(request.headers.get("If-None-Match", ""))
    # A proxy that compresses by itself makes our tag a weak one.
    if "*" in known or {tag, f"W/{tag}"} & set(known):
        response = HttpResponseNotModified()
        public = all(layer.audience(wanted.viewer) == "public" for layer in layers)
    else:
        built = serve(layers, wanted, etag)
        public = built.public
        if not built.body:
            response = HttpResponse(status=204)
        else:
            body = built.body if zipped else gzip.decompress(built.body)
            response = HttpResponse(body, content_type=MVT)
            if zipped:
                response["Content-Encoding"] = "gzip"
    response["ETag"] = tag
    response["Cache-Control"] = PUBLIC if public else PRIVATE
    patch_vary_headers(
        response, ["Accept-Encoding"] if same_for_all else ["Accept-Encoding", "Cookie"]
    )
    return response


@require_safe
def tilejson(request: HttpRequest, names: str) -> HttpResponse:
    """TileJSON 3.0; the ids of `vector_layers` are the names of the layers in the tiles."""
    try:
        layers = _layers(names)
    except UnknownLayer as error:
        return _problem(404, f"There is no layer {str(error)[:40]!r}.")
    path = reverse("tile", args=[names, "0", "0", "0"]).replace("0/0/0.mvt", "{z}/{x}/{y}.mvt")
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return JsonResponse(
        {
            "tilejson": "3.0.0",
            "name": names,
            "scheme": "xyz",
            "tiles": [request.build_absolute_uri("/").rstrip("/") + path + query],
            "minzoom": min(layer.min_zoom for layer in layers),
            "maxzoom": max(layer.max_zoom for layer in layers),
            "vector_layers": [
                {
                    "id": layer.name,
                    "description": str(layer.title),
                    "fields": dict(layer.fields),
                    "minzoom": layer.min_zoom,
                    "maxzoom": layer.max_zoom,
                }
                for layer in layers
            ],
        }
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All layers, each with the address of its TileJSON."""
    return JsonResponse(
        {
            "layers": [
                {
                    "id": layer.name,
                    "title": str(layer.title),
                    "geometry": layer.geometry,
                    "tilejson": request.build_absolute_uri(reverse("tilejson", args=[layer.name])),
                }
                for layer in all_layers().values()
            ]
        }
    )
