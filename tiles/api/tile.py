"""`/tiles/{layer}[,…]/{z}/{x}/{y}.mvt`."""

import gzip
import re
from collections.abc import Sequence
from functools import lru_cache

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

from tiles.actions.serve import look, serve
from tiles.api.asked import address_of, answering, layers_of, same_for_all, tile_request
from tiles.layers import Layer, TileRequest

MVT = "application/vnd.mapbox-vector-tile"
PRIVATE = "private, max-age=0, must-revalidate"


@lru_cache(maxsize=64)
def _takes_gzip(accepted: str) -> bool:
    """Whether the caller takes gzip: named, or by `*`, and not with a weight of nought."""
    weights = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        weights[name.strip()] = weight.replace(" ", "")
    weight = weights.get("gzip", weights.get("*", "q=0"))
    return not re.fullmatch(r"q=0(\.0*)?", weight)


def _kept_by(layers: Sequence[Layer], wanted: TileRequest) -> str:
    """Cache-Control: only what everybody may see is kept outside; a proxy keeps it for a second."""
    if any(layer.audience(wanted.viewer) != "public" for layer in layers):
        return PRIVATE
    stale = min(layer.stale_seconds for layer in layers)
    # What may be withdrawn is not shown from before, not even while errors last.
    waiting = f", stale-while-revalidate={stale}, stale-if-error=86400" if stale else ""
    return f"public, max-age=0, s-maxage=1{waiting}"


def tile_response(
    request: HttpRequest, layers: Sequence[Layer], wanted: TileRequest
) -> HttpResponse:
    """204 where the tile is empty, 304 where the caller has it. Raises Overloaded."""
    zipped = _takes_gzip(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    seen = look(layers, wanted)
    tag = f'"{seen.etag}{"-gz" if zipped else ""}"'
    response: HttpResponse
    known = request.META.get("HTTP_IF_NONE_MATCH", "")
    # A proxy that compresses by itself makes our tag a weak one.
    if known and not {"*", tag, f"W/{tag}"}.isdisjoint(parse_etags(known)):
        response = HttpResponseNotModified()
    else:
        built = serve(layers, wanted, seen)
        if not built.body:
            response = HttpResponse(status=204)
            del response["Content-Type"]
        else:
            body = built.body if zipped else gzip.decompress(built.body)
            response = HttpResponse(body, content_type=MVT)
            if zipped:
                response["Content-Encoding"] = "gzip"
        if built.rough:
            response["X-Tile-Generalised"] = ",".join(built.rough)
    response["ETag"] = tag
    response["Cache-Control"] = _kept_by(layers, wanted)
    response["Vary"] = "Accept-Encoding" + (
        "" if same_for_all(layers) else ", Cookie, Authorization"
    )
    return response


@answering
def tile(request: HttpRequest, names: str, z: str, x: str, y: str) -> HttpResponse:
    """One tile. 400 for a bad address or filter, 404 for a layer that is not there."""
    layers = layers_of(names)
    wanted = tile_request(request, layers, address_of(z, x, y))
    return tile_response(request, layers, wanted)
