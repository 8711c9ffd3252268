"""The geocoder over HTTP: GeoJSON with the evidence, or GeocodeJSON. Public, throttled generously."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from addresses.api import geocode_asked as asked
from addresses.api.asked import AS_OF
from addresses.api.dialects import geocodejson
from addresses.api.geocode_bodies import Collection, Found, FoundAt, answered, collection, feature
from addresses.api.geocode_view import GeocodeView
from addresses.queries.completion import autocomplete
from addresses.queries.geocoding import geocode, reverse
from addresses.queries.place_words import around, told_at, words_of

_LIMIT_MAX = 20
_FORMATS = ("geojson", "geocodejson")
_PARTS = {
    name: name
    for name in ("street", "housenumber", "neighbourhood", "district", "province", "postcode")
}


_TEXT = "Free text, as people write it."
_Q = OpenApiParameter("q", str, required=True, description=_TEXT)
_LIMIT = OpenApiParameter("limit", int, description=f"1 to {_LIMIT_MAX}.")
_LON = OpenApiParameter("lon", float, required=True, description="Longitude in degrees.")
_LAT = OpenApiParameter("lat", float, required=True, description="Latitude in degrees.")
_NEAR = [
    OpenApiParameter("lon", float, description="With `lat`: what is near is preferred."),
    OpenApiParameter("lat", float, description="With `lon`: what is near is preferred."),
]
_FORMAT = OpenApiParameter("format", str, enum=list(_FORMATS))
_GEOJSON = "application/geo+json"


class Search(GeocodeView):
    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, description=f"{_TEXT} Or the parts below."),
            *(OpenApiParameter(name, str, description="A part of the address.") for name in _PARTS),
            _LIMIT, *_NEAR, AS_OF, _FORMAT,
            OpenApiParameter("explain", str, enum=["1"], description="What every stage did."),
        ],
        responses={(200, _GEOJSON): Found},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Places that a free text, or an address in parts, means, best first."""
        query = request.query_params
        text = asked.fields(query, _PARTS).text() if not query.get("q") else ""
        text = text or asked.text(query, "q")
        day = asked.day(query)
        limit = asked.limit(query, "limit", default=5, most=_LIMIT_MAX, strict=True)
        form = asked.one_of(query, "format", _FORMATS)
        explain = query.get("explain") == "1"
        answer = geocode(text, limit=limit, near=asked.near(query), as_of=day, explain=explain)
        places = words_of(answer.candidates, as_of=day)
        if form == "geocodejson":
            return _geo(geocodejson.collection(places, query=text, answer=answer))
        trace = {"trace": [vars(step) for step in answer.trace]} if explain else {}
        return _geo({**collection(places), "query": text, **answered(answer), **trace})


class Reverse(GeocodeView):
    @extend_schema(parameters=[_LON, _LAT, AS_OF, _FORMAT], responses={(200, _GEOJSON): FoundAt})
    def get(self, request: Request) -> Response:
        """What the register has at a point. Outside the city the collection is empty."""
        query = request.query_params
        lon, lat = asked.point(query)
        day = asked.day(query)
        form = asked.one_of(query, "format", _FORMATS)
        place = reverse(lon, lat, as_of=day)
        if place.district_id is None:
            return _geo(geocodejson.collection([]) if form == "geocodejson" else collection([]))
        told = told_at(place, as_of=day)
        if form == "geocodejson":
            return _geo(geocodejson.collection([told]))
        found = feature(told)
        # The answer is about the point that was asked for, under the areas that it lies in.
        beside = around(place, as_of=day)
        inside, crossing = beside.area, beside.crossing
        found["geometry"] = {"type": "Point", "coordinates": [lon, lat]}
        found["properties"] |= {
            "label": place.label,
            "neighbourhood": inside.neighbourhood,
            "district": inside.district,
            "uids": {**told.uids, **inside.uids},
            "door_neighbourhood": told.uids.get("neighbourhood") if told.kind == "house" else None,
            "other_district": beside.other_district,
            "door_m": _metres(place.door_m),
            "street_m": _metres(place.street_m),
            "crossing_m": _metres(place.crossing_m),
            "crossing": None if crossing is None else feature(crossing),
            "boundary_m": _metres(place.boundary_m),
            "warnings": list(place.warnings),
        }
        return _geo({"type": "FeatureCollection", "features": [found]})


class Autocomplete(GeocodeView):
    @extend_schema(
        parameters=[_Q, _LIMIT, *_NEAR, AS_OF, _FORMAT],
        responses={(200, _GEOJSON): Collection},
    )
    def get(self, request: Request) -> Response:
        """Places whose address begins like the text; a blank behind it ends its last word."""
        query = request.query_params
        text = asked.text(query, "q") + (" " if query["q"].endswith(" ") else "")
        limit = asked.limit(query, "limit", default=8, most=_LIMIT_MAX, strict=True)
        form = asked.one_of(query, "format", _FORMATS)
        day = asked.day(query)
        found = autocomplete(text, limit=limit, near=asked.near(query), as_of=day)
        places = words_of(found, as_of=day)
        if form == "geocodejson":
            return _geo(geocodejson.collection(places, query=text))
        return _geo(collection(places))


def _geo(body: dict[str, Any]) -> Response:
    return Response(body, content_type="application/geo+json")


def _metres(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
