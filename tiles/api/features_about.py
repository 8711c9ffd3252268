"""What can be asked of a collection of features: its description, queryables, sortables, schema."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse

from accounts.rules.viewer import Viewer
from tiles.api import media
from tiles.api.asked import answering
from tiles.api.caller import caller, seen
from tiles.api.features_pages import properties_page
from tiles.api.links import REL, Links
from tiles.api.refused import answering_features
from tiles.features import Collection, Property, Shape
from tiles.rules.crs import LON_LAT, SYSTEMS
from tiles.rules.matrices import CRS84

_GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
_JSON_TYPES = {
    "text": {"type": "string"},
    "uuid": {"type": "string", "format": "uuid"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "instant": {"type": "string", "format": "date-time"},
    "object": {"type": "object"},
}
_GEOMETRIES = {
    "Point": "geometry-point", "MultiPoint": "geometry-multipoint", "LineString": "geometry-linestring",
    "MultiLineString": "geometry-multilinestring", "Polygon": "geometry-polygon",
    "MultiPolygon": "geometry-multipolygon",
}  # fmt: skip


def description(links: Links, one: Collection, viewer: Viewer) -> dict[str, Any]:
    """A collection of features as `/collections` lists it."""
    extent: dict[str, Any] = {}
    if one.bounds is not None and (bounds := one.bounds()):
        extent["spatial"] = {"bbox": [list(bounds)], "crs": CRS84}
    if one.period is not None and (period := one.period(viewer)):
        extent["temporal"] = {
            "interval": [[None if end is None else end.isoformat() for end in period]],
            "trs": _GREGORIAN,
        }
    body: dict[str, Any] = {
        "id": one.name,
        "title": str(one.title),
        "description": str(one.description),
        "itemType": "feature",
        "crs": [crs.uri for crs in SYSTEMS.values()],
        "storageCrs": LON_LAT.uri,
        "links": [
            links.to("self", "ogc_collection", one.name, title=one.title),
            links.to("alternate", "ogc_collection", one.name, type=media.HTML, query="f=html"),
            *(
                links.to("items", "ogc_items", one.name, type=kind, query=f"f={form}", title=f"{one.title} ({form})")
                for form, kind in media.ITEMS.items()
            ),
            *(
                links.to(rel, name, one.name, type=media.SCHEMA)
                for rel, name in (
                    (f"{REL}queryables", "ogc_queryables"), (f"{REL}sortables", "ogc_sortables"),
                    (f"{REL}schema", "ogc_schema"),
                )
            ),
        ],
    }  # fmt: skip
    if one.extracts is not None:
        body["links"] += [
            {"rel": "enclosure", "type": kind, "href": links.root + path}
            for kind, path in one.extracts().items()
        ]
    if licence := getattr(settings, "VIP_LICENCE_URL", ""):
        body["links"].append({"rel": "license", "href": licence})
    return body | ({"extent": extent} if extent else {})


@answering
@answering_features
def queryables(request: HttpRequest, collection: str) -> HttpResponseBase:
    """What filters may name."""
    return _schema(request, collection, "ogc_queryables", lambda p: p.queryable, geometry=True)


@answering
@answering_features
def sortables(request: HttpRequest, collection: str) -> HttpResponseBase:
    """What features can be sorted by."""
    return _schema(request, collection, "ogc_sortables", lambda p: p.sortable, geometry=False)


@answering
@answering_features
def schema(request: HttpRequest, collection: str) -> HttpResponseBase:
    """What a feature says (Part 5)."""
    return _schema(request, collection, "ogc_schema", lambda p: True, geometry=True)


def _schema(
    request: HttpRequest, collection: str, name: str, wanted: Any, *, geometry: bool
) -> HttpResponseBase:
    one, shape = seen(collection, caller(request))
    form = media.wanted(request, media.SCHEMAS)
    body = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": request.build_absolute_uri(reverse(name, args=[collection])),
        "type": "object",
        "title": str(one.title),
        "description": str(one.description),
        "properties": _properties(shape, wanted, geometry=geometry, roles=name == "ogc_schema"),
        "additionalProperties": False,
    }
    if form == "html":
        return properties_page(request, one, body)
    answer: HttpResponse = JsonResponse(body, content_type=media.SCHEMA)
    return answer


def _properties(
    shape: Shape, wanted: Any, *, geometry: bool, roles: bool
) -> dict[str, dict[str, Any]]:
    found = {}
    for n, p in enumerate(p for p in shape.properties if wanted(p)):
        found[p.name] = {"title": str(p.title), **_JSON_TYPES[p.type], **_more(p)}
        if roles:
            found[p.name] |= {"x-ogc-propertySeq": n + 1}
            if p.sql == shape.id:
                found[p.name]["x-ogc-role"] = "id"
    if geometry and shape.geometry is not None:
        kind = _GEOMETRIES.get(shape.geometry.type, "geometry-any")
        found["geometry"] = {"format": kind}
        if roles:
            found["geometry"] |= {"x-ogc-role": "primary-geometry", "x-ogc-propertySeq": len(found)}
    return found


def _more(p: Property) -> dict[str, Any]:
    more: dict[str, Any] = {"description": str(p.description)} if p.description else {}
    if p.choices:
        more["enum"] = [code for code, _title in p.choices] + ([] if not p.blank else [""])
    return more
