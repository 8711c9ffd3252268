"""How the geocoder tells places over HTTP, and the description of it for the interface's schema."""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from addresses.geocoder.answer import Answer
from addresses.queries.place_words import KINDS, PlaceWords


class Agreement(serializers.Serializer[Any]):
    """What was given for one field, what the register has, and how they agree."""

    given = serializers.CharField()
    matched = serializers.CharField()
    how = serializers.ChoiceField(["exact", "repaired", "missing", "contradicting"])


class Uids(serializers.Serializer[Any]):
    """The records behind a place, each readable at `/api/v1/register/<kind>/<uid>`."""

    unit = serializers.UUIDField(required=False)
    address = serializers.UUIDField(required=False)
    side = serializers.UUIDField(required=False)
    street = serializers.UUIDField(required=False)
    other_street = serializers.UUIDField(required=False, help_text="Of a crossing.")
    building = serializers.UUIDField(required=False)
    parcel = serializers.UUIDField(required=False)
    landmark = serializers.UUIDField(required=False)
    neighbourhood = serializers.UUIDField(required=False)
    district = serializers.UUIDField(required=False)


class PlaceProperties(serializers.Serializer[Any]):
    label = serializers.CharField()
    precision = serializers.ChoiceField(list(KINDS))
    score = serializers.FloatField(min_value=0, max_value=1)
    name = serializers.CharField()
    street = serializers.CharField()
    other_street = serializers.CharField()
    housenumber = serializers.CharField()
    unit = serializers.CharField()
    neighbourhood = serializers.CharField()
    district = serializers.CharField()
    province = serializers.CharField()
    postcode = serializers.CharField()
    uids = Uids()
    evidence = serializers.DictField(child=Agreement(), help_text="By field of the address.")


class PlaceAtProperties(PlaceProperties):
    """`crossing` is a feature of its own. Distances are metres."""

    door_neighbourhood = serializers.UUIDField(allow_null=True)
    other_district = serializers.UUIDField(allow_null=True)
    door_m = serializers.FloatField(allow_null=True)
    street_m = serializers.FloatField(allow_null=True)
    crossing_m = serializers.FloatField(allow_null=True)
    crossing = serializers.DictField(allow_null=True)
    boundary_m = serializers.FloatField(allow_null=True)
    warnings = serializers.ListField(child=serializers.CharField())


class Geometry(serializers.Serializer[Any]):
    type = serializers.ChoiceField(["Point"])
    coordinates = serializers.ListField(
        child=serializers.FloatField(), min_length=2, max_length=2, help_text="lon, lat in degrees."
    )


class PlaceFeature(serializers.Serializer[Any]):
    """`id` is the uid of the record that the place is; null of a crossing and of a bare point."""

    type = serializers.ChoiceField(["Feature"])
    id = serializers.UUIDField(allow_null=True)
    geometry = Geometry(allow_null=True)
    properties = PlaceProperties()


class PlaceAtFeature(PlaceFeature):
    properties = PlaceAtProperties()


class Collection(serializers.Serializer[Any]):
    type = serializers.ChoiceField(["FeatureCollection"])
    features = PlaceFeature(many=True)


class FoundAt(Collection):
    features = PlaceAtFeature(many=True)


class Step(serializers.Serializer[Any]):
    stage = serializers.CharField()
    said = serializers.CharField()


class Answered(Collection):
    """How far to trust the first place: A (exact), B (sure, with repairs), C (suggestions only) or
    nothing. `change` is the number of the register's change that the answer was given from.
    """

    category = serializers.ChoiceField(["A", "B", "C"], allow_blank=True)
    ambiguous = serializers.BooleanField()
    warnings = serializers.ListField(child=serializers.CharField())
    parsed = serializers.DictField(child=serializers.CharField())
    change = serializers.IntegerField()


class Found(Answered):
    query = serializers.CharField()
    trace = Step(many=True, required=False)


class Span(serializers.Serializer[Any]):
    """`text[start:end]`, counted in Unicode characters, of the `text` in the answer."""

    start = serializers.IntegerField()
    end = serializers.IntegerField()
    text = serializers.CharField()


class FoundInMessage(Answered):
    """`text` is the message as it was read: mis-decoded letters put right. `span` is null where no
    words stand out as a place; `subject` is what the message says besides.
    """

    text = serializers.CharField()
    span = Span(allow_null=True)
    subject = serializers.CharField()


def collection(places: Sequence[PlaceWords]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": [feature(place) for place in places]}


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
            "name": place.name,
            "street": place.street,
            "other_street": place.other_street,
            "housenumber": place.number,
            "unit": place.unit,
            "neighbourhood": place.neighbourhood,
            "district": place.district,
            "province": place.province,
            "postcode": place.postcode,
            "uids": dict(place.uids),
            "evidence": evidence(place),
        },
    }


def evidence(place: PlaceWords) -> dict[str, dict[str, str]]:
    return {
        name: {"given": e.given, "matched": e.matched, "how": e.how}
        for name, e in place.evidence.items()
    }


def answered(answer: Answer) -> dict[str, Any]:
    """How far to trust an answer."""
    return {
        "category": answer.category,
        "ambiguous": answer.ambiguous,
        "warnings": list(answer.warnings),
        "parsed": dict(answer.parsed),
        "change": answer.change,
    }
