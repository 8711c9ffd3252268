"""GeocodeJSON 0.1: GeoJSON whose properties have agreed names, and beside these our own."""

from collections.abc import Sequence
from typing import Any

from addresses.api.geocode_bodies import answered, evidence
from addresses.geocoder.answer import Answer
from addresses.queries.place_words import PlaceWords

ATTRIBUTION = "GIS-VIP"
_TYPES = {
    "house": "house",
    "building": "house",
    "parcel": "house",
    "street": "street",
    "poi": "poi",
    "neighbourhood": "locality",
    "district": "city",
    "point": "locality",
}


def collection(
    places: Sequence[PlaceWords], *, query: str = "", answer: Answer | None = None
) -> dict[str, Any]:
    about: dict[str, Any] = {"version": "0.1.0", "attribution": ATTRIBUTION}
    if query:
        about["query"] = query
    if answer is not None:
        about |= answered(answer)
    return {
        "type": "FeatureCollection",
        "geocoding": about,
        "features": [_feature(place) for place in places],
    }


def _feature(place: PlaceWords) -> dict[str, Any]:
    words = {
        "type": _TYPES[place.kind],
        "label": place.label,
        "name": place.name,
        "housenumber": place.number,
        "street": place.street,
        "other_street": place.other_street,
        "unit": place.unit,
        "locality": place.neighbourhood,
        "district": place.neighbourhood,
        "postcode": place.postcode,
        "city": place.district,
        "county": place.district,
        "state": place.province,
        "country": place.country,
    }
    admin = {"level4": place.province, "level6": place.district, "level8": place.neighbourhood}
    geocoding: dict[str, Any] = {name: value for name, value in words.items() if value}
    geocoding["admin"] = {level: name for level, name in admin.items() if name}
    if place.distance_m is not None:
        geocoding["accuracy"] = round(place.distance_m)
    if place.uid is not None:
        geocoding["id"] = f"{place.entity}:{place.uid}"
    geocoding |= {
        "precision": place.precision,
        "score": round(place.score, 4),
        "uids": dict(place.uids),
        "evidence": evidence(place),
    }
    geometry = None
    if place.lon is not None and place.lat is not None:
        geometry = {"type": "Point", "coordinates": [place.lon, place.lat]}
    return {"type": "Feature", "geometry": geometry, "properties": {"geocoding": geocoding}}
