"""The part of the OpenAPI 3.0 document that is about features."""

from collections.abc import Sequence
from typing import Any

from tiles.api import media
from tiles.conf import CONF
from tiles.rules.crs import LON_LAT, SYSTEMS

_PROBLEM = {"$ref": "#/components/responses/Problem"}


def _query(name: str, description: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "name": name, "in": "query", "required": False, "style": "form", "explode": False,
        "description": description, "schema": schema, **more,
    }  # fmt: skip


def parameters() -> dict[str, Any]:
    """By the name under which paths refer to them."""
    systems = {"type": "string", "enum": list(SYSTEMS), "default": LON_LAT.uri}
    text = {"type": "string"}
    return {
        "featureId": {
            "name": "featureId", "in": "path", "required": True, "schema": text,
        },
        "limit": _query(
            "limit", "How many features a page has.",
            {"type": "integer", "minimum": 1, "maximum": CONF.page_most, "default": CONF.page},
        ),
        "bbox": _query(
            "bbox", "Features that intersect the box: west, south, east, north.",
            {
                "type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"},
            },
        ),
        "bboxCrs": _query("bbox-crs", "The system of the box.", systems),
        "crs": _query("crs", "The system of the geometries.", systems),
        "datetime": _query(
            "datetime", "A time, or two with a slash between; `..` is open. Of the register: as of when.", text,
        ),
        "asOf": _query("as_of", "Of the register: as of this day.", {"type": "string", "format": "date"}),
        "filter": _query("filter", "CQL2.", text),
        "filterLang": _query(
            "filter-lang", "The language of the filter.",
            {"type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"},
        ),
        "filterCrs": _query("filter-crs", "The system of geometries in the filter.", systems),
        "sortby": _query(
            "sortby", "Properties with a sign before: +name,-number.",
            {"type": "array", "maxItems": CONF.sorts_most, "items": {"type": "string", "pattern": "[+|-]?[A-Za-z_].*"}},
        ),
        "properties": _query("properties", "Only these properties.", {"type": "array", "items": text}),
        "skipGeometry": _query("skipGeometry", "Without geometries.", {"type": "boolean", "default": False}),
        "token": _query("token", "Of the link to the next page; nobody makes one up.", text),
        "fItems": _query("f", "The format.", {"type": "string", "enum": list(media.ITEMS)}),
        "fItem": _query("f", "The format.", {"type": "string", "enum": list(media.ITEM)}),
        "fPage": _query("f", "The format.", {"type": "string", "enum": list(media.PAGES)}),
    }  # fmt: skip


def _content(formats: dict[str, str]) -> dict[str, Any]:
    return {kind: {"schema": {"type": "object" if name.startswith("json") else "string"}} for name, kind in formats.items()}  # fmt: skip


def _get(name: str, summary: str, used: Sequence[str], formats: dict[str, str], *, busy: bool = False) -> dict[str, Any]:  # fmt: skip
    answers: dict[str, Any] = {
        "200": {"description": summary, "content": _content(formats)},
        "400": _PROBLEM, "401": _PROBLEM, "403": _PROBLEM, "404": _PROBLEM, "429": _PROBLEM,
    }  # fmt: skip
    if busy:
        answers["503"] = _PROBLEM
    return {
        "operationId": name,
        "summary": summary,
        "tags": ["features"],
        "parameters": [{"$ref": f"#/components/parameters/{p}"} for p in used],
        "responses": answers,
    }


def _sent(name: str, summary: str, used: Sequence[str], *, body: bool = True) -> dict[str, Any]:
    answers = dict.fromkeys(
        ("400", "401", "403", "404", "405", "409", "412", "415", "429"), _PROBLEM
    )
    found: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "tags": ["features"],
        "parameters": [{"$ref": f"#/components/parameters/{p}"} for p in used],
        "responses": {
            "202": {"description": "Filed; `Location` is where it is followed."},
            **answers,
        },
    }
    if body:
        content = {media.GEOJSON: {"schema": {"type": "object"}}}
        if name == "proposeFeature":
            content["application/query-cql-json"] = {"schema": {"type": "object"}}
            content[media.GEOPACKAGE] = {"schema": {"type": "string", "format": "binary"}}
        found["requestBody"] = {"required": True, "content": content}
    return found


def paths(own: Sequence[str]) -> dict[str, Any]:
    """`own` are the parameters of single collections, which stand among the components, too."""
    at = "/collections/{featureCollectionId}"
    items = (
        "featureCollectionId", "limit", "bbox", "bboxCrs", "crs", "datetime", "asOf", "filter", "filterLang",
        "filterCrs", "sortby", "properties", "skipGeometry", "token", "fItems", *own,
    )  # fmt: skip
    described = ("featureCollectionId", "fPage")
    return {
        f"{at}/items": {
            "get": _get("getFeatures", "A page of features.", items, media.ITEMS, busy=True),
            "post": _sent("proposeFeature", "Proposes a new feature; a filter in CQL2 JSON is answered like GET.", ("featureCollectionId",)),
        },
        f"{at}/items/{{featureId}}": {
            "get": _get(
                "getFeature", "One feature.",
                ("featureCollectionId", "featureId", "crs", "properties", "asOf", "fItem"), media.ITEM, busy=True,
            ),
            "put": _sent("proposeChange", "Proposes another state of a feature.", ("featureCollectionId", "featureId")),
            "delete": _sent("proposeRemoval", "Proposes that a feature goes.", ("featureCollectionId", "featureId"), body=False),
        },
        f"{at}/queryables": {"get": _get("getQueryables", "What filters may name.", described, media.SCHEMAS)},
        f"{at}/sortables": {"get": _get("getSortables", "What features are sorted by.", described, media.SCHEMAS)},
        f"{at}/schema": {"get": _get("getSchema", "What a feature says.", described, media.SCHEMAS)},
    }  # fmt: skip
