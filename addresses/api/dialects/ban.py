"""The dialect of addok and of the French national address base: `/search` and `/reverse`."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from addresses.api import geocode_asked as asked
from addresses.api.dialects import dialect, geocodejson
from addresses.queries.geocoded_rows import TYPES, context
from addresses.queries.place_words import PlaceWords, words_at

_LIMIT, _LIMIT_MAX = 5, 100
_FINEST = {"housenumber": "house", "poi": "house", "street": "street",
           "locality": "neighbourhood", "municipality": "district"}  # fmt: skip


class BanView(dialect.DialectView):
    def fault(self, status: int, message: str) -> Response:
        title = {400: "Bad Request", 429: "Too Many Requests"}.get(status, "Error")
        return Response({"title": title, "description": message}, status=status)


class Search(BanView):
    @extend_schema(
        parameters=dialect.texts("q", "limit", "lat", "lon", "type", "postcode", "autocomplete"),
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """Search, also by a text that is still being typed; `lat` and `lon` prefer what is near."""
        query = request.query_params
        text = asked.text(query, "q")
        limit = asked.limit(query, "limit", default=_LIMIT, most=_LIMIT_MAX)
        near = asked.near(query)
        wanted = _type(query)
        postcode = asked.plain(query.get("postcode", ""), "postcode")
        places = dialect.find(
            text,
            limit=limit,
            near=near,
            kinds=[kind for kind, name in TYPES.items() if name == wanted],
            postcode=postcode,
        )
        body = _collection(places) | {"query": text, "limit": limit}
        filters = {"type": wanted, "postcode": postcode}
        if any(filters.values()):
            body["filters"] = {name: value for name, value in filters.items() if value}
        if near is not None:
            body["center"] = list(near)
        return Response(body)


class Reverse(BanView):
    @extend_schema(
        parameters=dialect.texts("lat", "lon", "type", "limit"), responses=OpenApiTypes.OBJECT
    )
    def get(self, request: Request) -> Response:
        """The place at a point: one, however many are asked for."""
        query = request.query_params
        lon, lat = asked.point(query)
        limit = asked.limit(query, "limit", default=1, most=_LIMIT_MAX)
        place = words_at(lon, lat, finest=_FINEST[_type(query) or "housenumber"])
        return Response(_collection([place] if place else []) | {"limit": limit})


def _type(query: asked.Query) -> str:
    return asked.one_of(query, "type", _FINEST) if query.get("type") else ""


def _collection(places: Sequence[PlaceWords]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "version": "draft",
        "features": [_feature(place) for place in places],
        "attribution": geocodejson.ATTRIBUTION,
        "licence": geocodejson.ATTRIBUTION,
    }


def _feature(place: PlaceWords) -> dict[str, Any]:
    words: dict[str, Any] = {
        "label": place.label,
        "score": round(place.score, 4),
        "housenumber": place.number,
        "id": str(place.uid) if place.uid else "",
        "type": TYPES[place.kind],
        "name": place.name,
        "street": place.street,
        "postcode": place.postcode,
        "city": place.district,
        "district": place.neighbourhood,
        "context": context(place),
        "importance": round(place.score, 4),
    }
    if place.distance_m is not None:
        words["distance"] = round(place.distance_m)
    return dialect.feature(place, words)
