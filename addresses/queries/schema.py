"""The data model as JSON Schema (2020-12), for whoever reads the feed or the extracts."""

from typing import Any

from addresses.queries.data_model import Column, EntityType, entities


def schema() -> dict[str, Any]:
    """One definition for each public kind of record, in the order of their references."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "GIS-VIP register",
        "$defs": {kind.name: _definition(kind) for kind in entities()},
        "x-order": [kind.name for kind in entities()],
    }


def _definition(kind: EntityType) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "uid": {"type": "string", "format": "uuid", "description": "Never changes."},
        "version": {"type": "integer", "minimum": 1},
        "valid_from": {"type": ["string", "null"], "format": "date"},
    }
    properties |= {column.name: _property(column) for column in kind.columns}
    if kind.geometry:
        types = ["object"] if kind.geometry_required else ["object", "null"]
        properties["geometry"] = {
            "type": types,
            "description": f"GeoJSON {kind.geometry}, EPSG:4326, longitude first.",
            "properties": {"type": {"const": kind.geometry}, "coordinates": {"type": "array"}},
            "required": ["type", "coordinates"],
        }
    return {
        "type": "object",
        "title": str(kind.title),
        "description": (kind.model.__doc__ or "").strip().split("\n\n")[0],
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        "x-key": "uid",
        "x-neighbourhood": _neighbourhood(kind),
        "x-references": {c.name: c.reference for c in kind.columns if c.type == "reference"},
    }


def _neighbourhood(kind: EntityType) -> str | None:
    """The path to the uid of the neighbourhood that a record stands in, which areas and checksums
    go by; a dot leads to the record that is referred to. None for larger things."""
    if kind.name == "neighbourhood":
        return "uid"
    if "neighbourhood" in kind.by_name:
        return "neighbourhood"
    return "building.neighbourhood" if kind.name == "building_parcel" else None


def _property(column: Column) -> dict[str, Any]:
    nothing = column.blank and column.type in ("integer", "date", "reference")
    kinds = {"text": "string", "integer": "integer", "object": "object"}
    base = kinds.get(column.type, "string")
    found: dict[str, Any] = {"type": [base, "null"] if nothing else base}
    match column.type:
        case "date":
            found["format"] = "date"
        case "reference":
            found["format"] = "uuid"
            found["description"] = f"The uid of a {column.reference}."
        case "integer":
            found |= {"minimum": column.minimum, "maximum": column.maximum}
        case "text" if column.choices:
            found["enum"] = [code for code, _title in column.choices]
            if column.blank:
                found["enum"].append("")
        case "text":
            found["maxLength"] = column.max_length
    return found
