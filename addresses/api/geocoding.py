"""The geocoder over HTTP: GeoJSON with the evidence, or GeocodeJSON. Public, throttled generously."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from addresses.api import geocode_asked as asked
from addresses.api.asked import AS_OF
from addresses.api.dialects import geocodejson
from addresses.api.geocode_view import GeocodeView
from addresses.queries.completion import autocomplete
from addresses.queries.geocoding import geocode, reverse
from addresses.queries.place_words import PlaceWords, areas_at, told_at, words_of

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
_ANSWER = {(200, "application/geo+json"): OpenApiTypes.OBJECT}


class Search(GeocodeView):
    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, description=f"{_TEXT} Or the parts below."),
            *(OpenApiParameter(name, str, description="A part of the address.") for name in _PARTS),
            _LIMIT, *_NEAR, AS_OF, _FORMAT,
            OpenApiParameter("explain", str, enum=["1"], description="What every stage did."),
        ],
        responses=_ANSWER,
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
            return _geo(geocodejson.collection(places, query=text))
        return _geo(
            _collection(places)
            | {
                "query": text,
                "category": answer.category,
                "ambiguous": answer.ambiguous,
                "warnings": list(answer.warnings),
                "parsed": dict(answer.parsed),
                "change": answer.change,
            }
            | ({"trace": [vars(step) for step in answer.trace]} if explain else {})
        )


class Reverse(GeocodeView):
    @extend_schema(parameters=[_LON, _LAT, AS_OF, _FORMAT], responses=_ANSWER)
    def get(self, request: Request) -> Response:
        """What the register has at a point. Outside the city the collection is empty."""
        query = request.query_params
        lon, lat = asked.point(query)
        day = asked.day(query)
        form = asked.one_of(query, "format", _FORMATS)
        place = reverse(lon, lat, as_of=day)
        if place.district_id is None:
            return _geo(geocodejson.collection([]) if form == "geocodejson" else _collection([]))
        told = told_at(place, as_of=day)
        if form == "geocodejson":
            return _geo(geocodejson.collection([told]))
        found = feature(told)
        # The answer is about the point that was asked for, under the areas that it lies in.
        inside, other = areas_at(place, as_of=day)
        found["geometry"] = {"type": "Point", "coordinates": [lon, lat]}
        found["properties"] |= {
            "label": place.label,
            "neighbourhood": inside.neighbourhood,
            "district": inside.district,
            "uids": {**told.uids, **inside.uids},
            "door_neighbourhood": told.uids.get("neighbourhood"),
            "other_district": other,
            "door_m": _metres(place.door_m),
            "boundary_m": _metres(place.boundary_m),
            "warnings": list(place.warnings),
        }
        return _geo({"type": "FeatureCollection", "features": [found]})


class Autocomplete(GeocodeView):
    @extend_schema(parameters=[_Q, _LIMIT, *_NEAR, AS_OF, _FORMAT], responses=_ANSWER)
    def get(self, request: Request) -> Response:
        """Places whose address begins like the text."""
        query = request.query_params
        text = asked.text(query, "q")
        limit = asked.limit(query, "limit", default=8, most=_LIMIT_MAX, strict=True)
        form = asked.one_of(query, "format", _FORMATS)
        day = asked.day(query)
        found = autocomplete(text, limit=limit, near=asked.near(query), as_of=day)
        places = words_of(found, as_of=day)
        if form == "geocodejson":
            return _geo(geocodejson.collection(places, query=text))
        return _geo(_collection(places))


def feature(place: PlaceWords) -> dict[str, Any]:
    """A place as GeoJSON; its `id` is the uid of the record that it is, if it is one."""
    geometry = None
    if place.lon is not None and place.lat is not None:
        geometry = {"type": "Point", "coordinates": [place.lon, place.lat]}
    return {
        "type": "Feature",
        "id": place.uid,
        "geometry": geometry,
        "properties": {
            "label": place.label,
            "precision": place.precision,
            "score": round(place.score, 4),
            "street": place.street,
            "housenumber": place.number,
            "neighbourhood": place.neighbourhood,
            "district": place.district,
            "province": place.province,
            "postcode": place.postcode,
            "uids": dict(place.uids),
            "evidence": {
                name: {"given": e.given, "matched": e.matched, "how": e.how}
                for name, e in place.evidence.items()
            },
        },
    }


def _collection(places: Sequence[PlaceWords]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": [feature(place) for place in places]}


def _geo(body: dict[str, Any]) -> Response:
    return Response(body, content_type="application/geo+json")


def _metres(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
