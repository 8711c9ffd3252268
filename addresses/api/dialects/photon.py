"""Photon's dialect: `/api`, `/structured` and `/reverse`."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from addresses.api import geocode_asked as asked
from addresses.api.dialects import dialect
from addresses.conf import CONF
from addresses.queries.place_words import PlaceWords, words_at
from core.api.problems import InvalidInput

_LIMIT, _LIMIT_MAX = 15, 50
_PARTS = {
    "street": "street",
    "housenumber": "housenumber",
    "neighbourhood": "district",
    "district": "city",
    "province": "state",
    "postcode": "postcode",
}
# type, osm_key and osm_value of a place.
_KINDS = {
    "house": ("house", "place", "house"),
    "building": ("house", "building", "yes"),
    "parcel": ("house", "place", "plot"),
    "street": ("street", "highway", "residential"),
    "poi": ("house", "amenity", "yes"),
    "neighbourhood": ("district", "place", "suburb"),
    "district": ("city", "place", "town"),
    "point": ("house", "place", "house"),
}
_LAYERS = {
    "house": ("house", "building", "parcel", "poi", "point"),
    "street": ("street",),
    "locality": ("neighbourhood",),
    "district": ("neighbourhood",),
    "city": ("district",),
    "county": (),
    "state": (),
    "country": (),
    "other": (),
}
_FINEST = {"house": "house", "street": "street", "locality": "neighbourhood",
           "district": "neighbourhood", "city": "district"}  # fmt: skip


class _View(dialect.DialectView):
    def fault(self, status: int, message: str) -> Response:
        return Response({"message": message, "status": status}, status=status)


class Search(_View):
    @extend_schema(
        parameters=dialect.texts("q", "limit", "lat", "lon", "bbox", "layer", "lang"),
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """Search, also by a text that is still being typed; `lat` and `lon` prefer what is near."""
        return _found(request, asked.text(request.query_params, "q"))


class Structured(_View):
    @extend_schema(
        parameters=dialect.texts(*_PARTS.values(), "limit", "lat", "lon", "bbox", "layer"),
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """Search by the parts of an address."""
        text = asked.fields(request.query_params, _PARTS).text()
        if not text:
            raise InvalidInput({"street": [_("Write what is looked for.")]})
        return _found(request, text)


class Reverse(_View):
    @extend_schema(
        parameters=dialect.texts("lat", "lon", "layer", "limit"), responses=OpenApiTypes.OBJECT
    )
    def get(self, request: Request) -> Response:
        """The place at a point: one, however many are asked for."""
        lon, lat = asked.point(request.query_params)
        asked.limit(request.query_params, "limit", default=1, most=_LIMIT_MAX)
        layers = _layers(request)
        if _nothing_in(layers):
            return Response(_collection([]))
        finest = next((level for layer, level in _FINEST.items() if layer in layers), "house")
        place = words_at(lon, lat, finest=finest)
        return Response(_collection([place] if place else []))


def _found(request: Request, text: str) -> Response:
    query = request.query_params
    layers = _layers(request)
    if _nothing_in(layers):
        return Response(_collection([]))
    places = dialect.find(
        text,
        limit=asked.limit(query, "limit", default=_LIMIT, most=_LIMIT_MAX),
        near=asked.near(query),
        box=dialect.box(query, "bbox"),
        kinds=[kind for layer in layers for kind in _LAYERS[layer]],
    )
    return Response(_collection(places))


def _nothing_in(layers: Sequence[str]) -> bool:
    """Whether only layers are asked for that a city's register has not."""
    return bool(layers) and not any(_LAYERS[layer] for layer in layers)


def _layers(request: Request) -> list[str]:
    layers = [layer for layer in request.query_params.getlist("layer") if layer]
    for layer in layers:
        asked.one_of({"layer": layer}, "layer", _LAYERS)
    return layers


def _collection(places: Sequence[PlaceWords]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": [_feature(place) for place in places]}


def _feature(place: PlaceWords) -> dict[str, Any]:
    kind, key, value = _KINDS[place.kind]
    words: dict[str, Any] = {
        "type": kind,
        "osm_key": key,
        "osm_value": value,
        "name": "" if place.kind == "house" else place.name,
        "housenumber": place.number,
        "street": place.street,
        "district": place.neighbourhood,
        "city": place.district,
        "state": place.province,
        "postcode": place.postcode,
        "country": place.country,
        "countrycode": CONF.country_code,
    }
    if place.uid is not None:
        words["id"] = f"{place.entity}:{place.uid}"
    if place.extent is not None:  # Photon's corners: north-west, then south-east
        west, south, east, north = place.extent
        words["extent"] = [west, north, east, south]
    return dialect.feature(place, words)
