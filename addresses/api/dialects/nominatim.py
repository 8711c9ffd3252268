"""Nominatim's dialect: `/search`, `/reverse` and `/status`, as its version 4 answers in JSON."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from addresses.api import geocode_asked as asked
from addresses.api.dialects import dialect, geocodejson
from addresses.conf import CONF
from addresses.queries.feed import latest
from addresses.queries.place_words import PlaceWords, words_at

_LICENCE = geocodejson.ATTRIBUTION
_FORMATS = ("jsonv2", "json", "geojson", "geocodejson")
_LIMIT, _LIMIT_MAX = 10, 40
_PARTS = {
    "street": "street",
    "neighbourhood": "county",
    "district": "city",
    "province": "state",
    "postcode": "postalcode",
}
# class and type, rank and addresstype of a place.
_KINDS = {
    "house": ("place", "house", 30, "place"),
    "building": ("building", "yes", 30, "building"),
    "parcel": ("place", "plot", 30, "place"),
    "street": ("highway", "residential", 26, "road"),
    "poi": ("amenity", "yes", 30, "amenity"),
    "neighbourhood": ("place", "suburb", 20, "suburb"),
    "district": ("boundary", "administrative", 12, "town"),
    "point": ("place", "house", 30, "place"),
}


class _View(dialect.DialectView):
    def fault(self, status: int, message: str) -> Response:
        return Response({"error": {"code": status, "message": message}}, status=status)


class Search(_View):
    @extend_schema(
        parameters=dialect.texts(
            "q", *_PARTS.values(), "format", "limit", "addressdetails", "countrycodes", "viewbox",
            "bounded",
        ),
        responses=OpenApiTypes.OBJECT,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Search by `q`, or by parts; a `viewbox` is preferred, with `bounded=1` it is the limit."""
        query = request.query_params
        form = asked.one_of(query, "format", _FORMATS)
        limit = asked.limit(query, "limit", default=_LIMIT, most=_LIMIT_MAX)
        box = dialect.box(query, "viewbox")
        text = "" if query.get("q") else _parts(query)
        text = text or asked.text(query, "q")
        places: list[PlaceWords] = []
        if not dialect.elsewhere(query.get("countrycodes", "")):
            places = dialect.find(
                text,
                limit=limit,
                near=dialect.middle(box),
                box=box if query.get("bounded") == "1" else None,
            )
        details = query.get("addressdetails", "0") == "1"
        if form in ("json", "jsonv2"):
            return Response([_place(place, form, details) for place in places])
        return Response(_collection(places, form, details, text))


class Reverse(_View):
    @extend_schema(
        parameters=dialect.texts("lat", "lon", "zoom", "format", "addressdetails"),
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """The place at a point; `zoom` says how fine (18: door, 16: street, 13: neighbourhood)."""
        query = request.query_params
        form = asked.one_of(query, "format", _FORMATS)
        lon, lat = asked.point(query)
        zoom = asked.limit(query, "zoom", default=18, most=18, least=0)
        place = words_at(lon, lat, finest=_finest(zoom))
        details = query.get("addressdetails", "1") == "1"
        if place is None:
            return Response({"error": "Unable to geocode"})
        if form in ("json", "jsonv2"):
            return Response(_place(place, form, details))
        return Response(_collection([place], form, details, ""))


class Status(_View):
    @extend_schema(parameters=dialect.texts("format"), responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Whether it works: the number of the register's last change stands for its date."""
        return Response({"status": 0, "message": "OK", "data_version": latest()})


def _parts(query: asked.Query) -> str:
    """The parts in one line. `city` is where a Turkish address names its district."""
    fields = asked.fields(query, _PARTS)
    if "county" in query and "city" not in query:
        fields = asked.fields(query, _PARTS | {"district": "county", "neighbourhood": "suburb"})
    return fields.text()


def _finest(zoom: int) -> str:
    for least, level in ((18, "house"), (16, "street"), (13, "neighbourhood")):
        if zoom >= least:
            return level
    return "district"


def _place(place: PlaceWords, form: str, details: bool) -> dict[str, Any]:
    category, kind, rank, addresstype = _KINDS[place.kind]
    west, south, east, north = place.box or (0.0, 0.0, 0.0, 0.0)
    body: dict[str, Any] = {
        "place_id": _number(place),
        "licence": _LICENCE,
        "lat": f"{place.lat:.7f}",
        "lon": f"{place.lon:.7f}",
        "category" if form == "jsonv2" else "class": category,
        "type": kind,
        "place_rank": rank,
        "importance": round(place.score, 4),
        "addresstype": addresstype,
        "name": "" if place.kind == "house" else place.name,
        "display_name": _display(place),
        "boundingbox": [f"{value:.7f}" for value in (south, north, west, east)],
    }
    if details:
        body["address"] = _address(place)
    return body


def _collection(
    places: Sequence[PlaceWords], form: str, details: bool, text: str
) -> dict[str, Any]:
    if form == "geocodejson":
        return geocodejson.collection(places, query=text)
    features = []
    for place in places:
        body = _place(place, "jsonv2", details)
        kept = {k: v for k, v in body.items() if k not in ("lat", "lon", "licence", "boundingbox")}
        found = dialect.feature(place, kept)
        features.append(found | {"bbox": list(place.box or ())})
    return {"type": "FeatureCollection", "licence": _LICENCE, "features": features}


def _address(place: PlaceWords) -> dict[str, str]:
    words = {
        "house_number": place.number,
        "road": place.street,
        "suburb": place.neighbourhood,
        "town": place.district,
        "province": place.province,
        "postcode": place.postcode,
        "country": place.country,
        "country_code": CONF.country_code.lower(),
    }
    return {name: word for name, word in words.items() if word}


def _display(place: PlaceWords) -> str:
    parts = [place.label, place.postcode, place.country]
    return ", ".join(part for part in parts if part)


def _number(place: PlaceWords) -> int | None:
    """A number for clients that keep one: the first 53 bits of the uid, exact in JavaScript."""
    return None if place.uid is None else place.uid.int >> 75
