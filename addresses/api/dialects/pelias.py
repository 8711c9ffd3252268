"""Pelias' dialect: `/v1/search`, `/v1/search/structured`, `/v1/autocomplete`, `/v1/reverse`, `/v1/place`."""

import time
import uuid
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from addresses.api import geocode_asked as asked
from addresses.api.dialects import dialect, geocodejson
from addresses.conf import CONF
from addresses.geocoder.answer import UNSURE_MOST
from addresses.queries.completion import autocomplete, find_or_complete
from addresses.queries.place_words import Box, PlaceWords, words_at, words_of_record
from core.api.problems import InvalidInput

_SIZE, _SIZE_MAX = 10, 40
_IDS_MAX = 50
_SOURCE = "register"
_PARTS = {
    "street": "address",
    "neighbourhood": "neighbourhood",
    "district": "locality",
    "province": "region",
    "postcode": "postalcode",
}
_LAYERS = {
    "house": "address",
    "building": "address",
    "parcel": "address",
    "street": "street",
    "poi": "venue",
    "neighbourhood": "neighbourhood",
    "district": "county",
    "point": "address",
}
_MORE_LAYERS = {"locality": ("district",), "coarse": ("neighbourhood", "district")}
_RECORDS = {
    "address": ("address", "unit", "building", "parcel"),
    "venue": ("landmark",),
    "street": ("street",),
    "neighbourhood": ("neighbourhood",),
    "county": ("district",),
}
_FINEST = {"venue": "house", "address": "house", "street": "street",
           "neighbourhood": "neighbourhood", "coarse": "neighbourhood", "locality": "district",
           "county": "district"}  # fmt: skip


class _View(dialect.DialectView):
    def fault(self, status: int, message: str) -> Response:
        body = _collection([], dict(self.request.GET.items()))
        body["geocoding"]["errors"] = [message]
        return Response(body, status=status)


class Search(_View):
    @extend_schema(
        parameters=dialect.texts(
            "text", "size", "layers", "focus.point.lat", "focus.point.lon", "boundary.country",
            "boundary.rect.min_lat", "boundary.rect.min_lon", "boundary.rect.max_lat",
            "boundary.rect.max_lon",
        ),
        responses=OpenApiTypes.OBJECT,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Search by a text; `focus.point` prefers what is near."""
        return _found(request, asked.text(request.query_params, "text"))


class Autocomplete(_View):
    @extend_schema(
        parameters=dialect.texts("text", "size", "layers", "focus.point.lat", "focus.point.lon"),
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """Places whose address begins like the text."""
        return _found(request, asked.text(request.query_params, "text"), look=autocomplete)


class Structured(_View):
    @extend_schema(
        parameters=dialect.texts(*_PARTS.values(), "county", "size", "layers"),
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """Search by the parts of an address. `county` means the same as `locality`."""
        query = request.query_params
        parts = _PARTS if query.get("locality") else _PARTS | {"district": "county"}
        text = asked.fields(query, parts).text()
        if not text:
            raise InvalidInput({"address": [_("Write what is looked for.")]})
        return _found(request, text)


class Reverse(_View):
    @extend_schema(
        parameters=dialect.texts("point.lat", "point.lon", "layers", "size"),
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """The place at a point: one, however many are asked for."""
        query = request.query_params
        lon, lat = asked.point(query, "point.lon", "point.lat")
        asked.limit(query, "size", default=1, most=_SIZE_MAX)
        layers = _layers(query)
        finest = next((level for layer, level in _FINEST.items() if layer in layers), "house")
        place = words_at(lon, lat, finest=finest)
        return Response(_collection([place] if place else [], dict(query.items())))


class Place(_View):
    @extend_schema(parameters=dialect.texts("ids"), responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Records by the `gid` of an earlier answer; those that are no more are left out."""
        query = request.query_params
        gids = asked.text(query, "ids").split(",")[:_IDS_MAX]
        wanted: dict[str, list[uuid.UUID]] = {}
        for gid in gids:
            layer, uid = _record(gid)
            wanted.setdefault(layer, []).append(uid)
        places = [
            place
            for layer, uids in wanted.items()
            for entity in _RECORDS[layer]
            for place in words_of_record(entity, uids)
            if place.lon is not None
        ]
        order = {gid: at for at, gid in enumerate(gids)}
        places.sort(key=lambda place: order.get(_gid(place), len(order)))
        return Response(_collection(places, dict(query.items())))


def _found(request: Request, text: str, look: dialect.Look = find_or_complete) -> Response:
    query = request.query_params
    layers = _layers(query)
    size = asked.limit(query, "size", default=_SIZE, most=_SIZE_MAX)
    near = asked.near(query, "focus.point.lon", "focus.point.lat")
    box = _rectangle(query)
    places: list[PlaceWords] = []
    if not dialect.elsewhere(query.get("boundary.country", "")):
        kinds = [kind for kind, layer in _LAYERS.items() if layer in layers]
        kinds += [kind for layer in layers for kind in _MORE_LAYERS.get(layer, ())]
        places = dialect.find(text, limit=size, near=near, box=box, kinds=kinds, look=look)
    return Response(_collection(places, dict(query.items())))


def _layers(query: asked.Query) -> list[str]:
    layers = [layer for layer in query.get("layers", "").split(",") if layer]
    for layer in layers:
        asked.one_of({"layers": layer}, "layers", _FINEST)
    return layers


def _rectangle(query: asked.Query) -> Box | None:
    names = [f"boundary.rect.{side}" for side in ("min_lon", "min_lat", "max_lon", "max_lat")]
    if not any(name in query for name in names):
        return None
    west, south = asked.degrees(query, names[0], 180), asked.degrees(query, names[1], 90)
    east, north = asked.degrees(query, names[2], 180), asked.degrees(query, names[3], 90)
    return west, south, east, north


def _record(gid: str) -> tuple[str, uuid.UUID]:
    """Layer and uid of `register:address:<uid>`."""
    parts = gid.split(":")
    try:
        if len(parts) != 3 or parts[0] != _SOURCE or parts[1] not in _RECORDS:
            raise ValueError
        return parts[1], uuid.UUID(parts[2])
    except ValueError:
        words = _("%s is no id of this geocoder.") % gid[:60]
        raise InvalidInput({"ids": [words]}) from None


def _gid(place: PlaceWords) -> str:
    return f"{_SOURCE}:{_LAYERS[place.kind]}:{place.uid}"


def _collection(places: Sequence[PlaceWords], query: dict[str, str]) -> dict[str, Any]:
    return {
        "geocoding": {
            "version": "0.2",
            "attribution": geocodejson.ATTRIBUTION,
            "query": {name: value[: CONF.query_max] for name, value in query.items()},
            "engine": {"name": "GIS-VIP", "version": "1.0"},
            "timestamp": int(time.time() * 1000),
        },
        "type": "FeatureCollection",
        "features": [_feature(place) for place in places],
        **({"bbox": _around(places)} if places else {}),
    }


def _around(places: Sequence[PlaceWords]) -> list[float]:
    boxes = [place.box for place in places if place.box is not None]
    return [
        min(b[0] for b in boxes), min(b[1] for b in boxes),
        max(b[2] for b in boxes), max(b[3] for b in boxes),
    ]  # fmt: skip


def _feature(place: PlaceWords) -> dict[str, Any]:
    layer = _LAYERS[place.kind]
    exact = place.kind in ("house", "poi") and place.precision != "INTERPOLATED"
    matches = exact and place.score > UNSURE_MOST
    words: dict[str, Any] = {
        "id": str(place.uid) if place.uid else "",
        "gid": _gid(place) if place.uid else "",
        "layer": layer,
        "source": _SOURCE,
        "source_id": str(place.uid) if place.uid else "",
        "name": place.name,
        "housenumber": place.number,
        "street": place.street,
        "postalcode": place.postcode,
        "confidence": round(place.score, 3),
        "match_type": "interpolated" if place.precision == "INTERPOLATED"
        else "exact" if matches else "fallback",
        "accuracy": "point" if exact else "centroid",
        "country": place.country,
        "country_a": CONF.country_code_3,
        "country_code": CONF.country_code,
        "region": place.province,
        "county": place.district,
        "locality": place.district,
        "neighbourhood": place.neighbourhood,
        "label": place.label,
    }  # fmt: skip
    if place.distance_m is not None:
        words["distance"] = round(place.distance_m / 1000, 3)
    found = dialect.feature(place, words)
    if place.extent is not None:
        found["bbox"] = list(place.extent)
    return found
