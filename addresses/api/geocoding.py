"""The geocoder over HTTP: GeoJSON in, with the evidence. Public, throttled generously."""

import math
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from addresses.conf import CONF
from addresses.queries.geocoding import Candidate, Place, autocomplete, geocode, reverse
from core.api.problems import InvalidInput

_LIMIT_MAX = 20


class GeocodeThrottle(AnonRateThrottle):
    scope = "geocode"
    rate = CONF.geocode_rate


class _GeocodeView(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (GeocodeThrottle,)


_Q = OpenApiParameter("q", str, required=True, description="Free text.")
_LIMIT = OpenApiParameter("limit", int, description=f"1 to {_LIMIT_MAX}.")
_LON = OpenApiParameter("lon", float, description="Longitude in degrees.")
AS_OF = OpenApiParameter(
    "as_of", OpenApiTypes.DATE, description="The register as it was in force on this day."
)
_LAT = OpenApiParameter("lat", float, description="Latitude in degrees.")


class Search(_GeocodeView):
    @extend_schema(parameters=[_Q, _LIMIT, _LON, _LAT, AS_OF], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Places that a free text means, best first; `lon` and `lat` prefer what is near."""
        text = _text(request)
        near = None
        if "lon" in request.query_params or "lat" in request.query_params:
            near = (degrees(request, "lon", 180), degrees(request, "lat", 85))
        answer = geocode(text, limit=_limit(request, 5), near=near, as_of=as_of(request))
        body = _collection([_feature(candidate) for candidate in answer.candidates])
        return Response(
            body
            | {
                "query": text,
                "category": answer.category,
                "ambiguous": answer.ambiguous,
                "warnings": list(answer.warnings),
                "parsed": dict(answer.parsed),
            }
        )


class Reverse(_GeocodeView):
    @extend_schema(parameters=[_LON, _LAT, AS_OF], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """What the register has at a point. Outside the city the collection is empty."""
        place = reverse(
            degrees(request, "lon", 180), degrees(request, "lat", 85), as_of=as_of(request)
        )
        features = [_place_feature(place)] if place.district_id is not None else []
        return Response(_collection(features))


class Autocomplete(_GeocodeView):
    @extend_schema(parameters=[_Q, _LIMIT], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Places whose address begins like the text."""
        found = autocomplete(_text(request), limit=_limit(request, 8))
        return Response(_collection([_feature(candidate) for candidate in found]))


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


def _feature(candidate: Candidate) -> dict[str, Any]:
    point = None
    if candidate.lon is not None and candidate.lat is not None:
        point = {"type": "Point", "coordinates": [candidate.lon, candidate.lat]}
    return {
        "type": "Feature",
        "geometry": point,
        "properties": {
            "label": candidate.label,
            "precision": candidate.precision,
            "score": round(candidate.score, 4),
            "address_id": candidate.address_id,
            "side_id": candidate.side_id,
            "street_id": candidate.street_id,
            "building_id": candidate.building_id,
            "parcel_id": candidate.parcel_id,
            "neighbourhood_id": candidate.neighbourhood_id,
            "district_id": candidate.district_id,
            "evidence": {
                name: {"given": e.given, "matched": e.matched, "how": e.how}
                for name, e in candidate.evidence.items()
            },
        },
    }


def _place_feature(place: Place) -> dict[str, Any]:
    names = (
        "label", "district_id", "neighbourhood_id", "street_id", "side_id", "address_id",
        "building_id", "parcel_id", "door_neighbourhood_id", "other_district_id",
    )  # fmt: skip
    properties: dict[str, Any] = {name: getattr(place, name) for name in names}
    for name in ("door_m", "boundary_m"):
        metres = getattr(place, name)
        properties[name] = None if metres is None else round(metres, 2)
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
        "properties": properties | {"warnings": list(place.warnings)},
    }


def _text(request: Request) -> str:
    text = request.query_params.get("q", "").strip()
    if not text:
        raise InvalidInput({"q": [_("Write what is looked for.")]})
    return text


def as_of(request: Request) -> date | None:
    """The register's one parameter of time: a day, or None for now."""
    raw = request.query_params.get("as_of", "")
    if not raw:
        return None
    try:
        if len(raw) != 10:
            raise ValueError
        return date.fromisoformat(raw)
    except ValueError:
        raise InvalidInput({"as_of": [_("A day as YYYY-MM-DD.")]}) from None


def _limit(request: Request, default: int) -> int:
    raw = request.query_params.get("limit", str(default))
    if not raw.isascii() or not raw.isdigit() or not 1 <= int(raw) <= _LIMIT_MAX:
        raise InvalidInput({"limit": [_("A whole number from 1 to %s.") % _LIMIT_MAX]})
    return int(raw)


def degrees(request: Request, name: str, most: float) -> float:
    raw = request.query_params.get(name, "")
    try:
        value = float(raw)
    except ValueError:
        value = math.nan
    if not abs(value) <= most:
        raise InvalidInput({name: [_("Degrees from -%(most)g to %(most)g.") % {"most": most}]})
    return value
