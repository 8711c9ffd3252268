"""Checks the values that somebody proposes for a record, and brings them to the form that is stored."""

import json
import math
import re
import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _

from addresses.conf import CONF
from addresses.queries.data_model import Column, EntityType
from addresses.rules import identifiers
from addresses.rules.shape_faults import in_words
from core.rules.text import key

Values = dict[str, Any]
# Control characters, halves of surrogate pairs, and marks that turn the direction of writing.
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class InvalidValues(Exception):
    """Values that the register cannot hold. `errors` maps a field to the reasons, in words."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__("; ".join(f"{k}: {' '.join(v)}" for k, v in errors.items()))
        self.errors = errors


def cleaned(kind: EntityType, values: Mapping[str, Any], *, whole: bool) -> Values:
    """The values as a change stores them: known fields only, each of its type, names with their key.

    `whole` asks for everything that a new record needs. Whether references exist is looked up when
    the change is applied. Raises InvalidValues with every fault at once.
    """
    errors: dict[str, list[str]] = {}
    found: Values = {}
    writable = {c.name: c for c in kind.writable}
    for name, value in values.items():
        try:
            if name == "geometry" and kind.geometry:
                found[name] = _geometry(kind, value)
            elif name in writable:
                found[name] = _value(kind, writable[name], value)
            else:
                raise ValueError(_("There is no such field."))
        except ValueError as error:
            errors.setdefault(name[:60], []).append(str(error))
    if whole:
        missing = [c.name for c in writable.values() if c.required and c.name not in values]
        if kind.geometry_required and "geometry" not in values:
            missing.append("geometry")
        errors |= {name: [_("This is needed.")] for name in missing if name not in errors}
    if errors:
        raise InvalidValues(errors)
    if kind.keyed and "name" in found:
        found["name_key"] = key(found["name"])[: kind.by_name["name"].max_length]
    return found


def _value(kind: EntityType, column: Column, value: Any) -> Any:
    if value is None or value == "":
        return _nothing(column)
    match column.type:
        case "text":
            return _text(kind, column, value)
        case "integer":
            return _integer(column, value)
        case "date":
            if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                raise ValueError(_("A day as YYYY-MM-DD."))
            return date.fromisoformat(value).isoformat()
        case "reference":
            try:
                return str(uuid.UUID(str(value)))
            except ValueError:
                raise ValueError(_("The uid of another record.")) from None
    if not isinstance(value, dict) or (scheme := identifiers.wrong(value)):
        raise ValueError(
            _("Identifiers by scheme, each in its form; %s is not.") % (scheme or "?")
            if isinstance(value, dict)
            else _("Identifiers by scheme, as an object.")
        )
    if any(_CONTROL.search(text) for text in value.values()):
        raise ValueError(_("It holds characters that cannot be printed."))
    return value


def _nothing(column: Column) -> Any:
    if not column.blank:
        raise ValueError(_("This is needed."))
    return {"text": "", "object": {}}.get(column.type)


def _text(kind: EntityType, column: Column, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(_("A text."))
    text = re.sub(r"\s+", " ", value).strip()
    if _CONTROL.search(text):
        raise ValueError(_("It holds characters that cannot be printed."))
    if column.choices and text not in {code for code, _title in column.choices}:
        raise ValueError(_("One of: %s.") % ", ".join(code for code, _title in column.choices))
    if column.max_length and len(text) > column.max_length:
        raise ValueError(_("At most %s characters.") % column.max_length)
    if column.name == "code" and not identifiers.code_fits(kind.name, text):
        raise ValueError(_("A national code of this kind is not written like this."))
    if not text:
        return str(_nothing(column))
    return text


def _integer(column: Column, value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # tables with gaps write 914 as 914.0
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(_("A whole number."))
    assert column.minimum is not None and column.maximum is not None
    if not column.minimum <= value <= column.maximum:
        raise ValueError(
            _("From %(low)s to %(high)s.") % {"low": column.minimum, "high": column.maximum}
        )
    return value


def drawn_line(value: Any) -> shapely.LineString:
    """A line that somebody drew (GeoJSON LineString in degrees), two-dimensional and simple. Raises
    ValueError in words."""
    coordinates = value.get("coordinates") if isinstance(value, dict) else None
    count = _count(coordinates, _DEPTH["LineString"])
    if not isinstance(coordinates, list) or count < 2 or value.get("type") not in _LINES:
        raise ValueError(_("GeoJSON of the type %s.") % "LineString")
    if count > CONF.drawn_line_max:
        raise ValueError(_("More than %s points.") % CONF.drawn_line_max)
    line = shapely.LineString([c[:2] for c in coordinates])
    check_degrees(line)
    if not line.is_valid:
        raise ValueError(in_words(line))
    if not line.is_simple:
        raise ValueError(_("The line crosses itself."))
    return line


def check_degrees(shape: Any) -> None:
    """Raises ValueError in words for a shape that does not lie on the earth."""
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        raise ValueError(_("Coordinates are degrees, longitude first; and there must be some."))
    west, south, east, north = shape.bounds if not shape.is_empty else (math.nan,) * 4
    if not (west >= -180 and east <= 180 and south >= -85 and north <= 85):
        raise ValueError(_("Coordinates are degrees, longitude first; and there must be some."))


_LINES = ("LineString", None)
# How deep the positions of a type are nested.
_DEPTH = {"Point": 0, "LineString": 1, "MultiLineString": 2, "MultiPolygon": 3}


def _geometry(kind: EntityType, value: Any) -> Any:
    """GeoJSON in degrees, as the multi-type of the table; invalid shapes say where they fail."""
    if value is None:
        if kind.geometry_required:
            raise ValueError(_("This is needed."))
        return None
    given = value.get("type") if isinstance(value, dict) else None
    if given not in (kind.geometry, kind.geometry.removeprefix("Multi")):
        raise ValueError(_("GeoJSON of the type %s.") % kind.geometry)
    coordinates = value.get("coordinates")
    if given != kind.geometry:
        coordinates = [coordinates]
    count = _count(coordinates, _DEPTH[kind.geometry])
    if count > CONF.vertices_max:
        raise ValueError(_("More than %s points.") % CONF.vertices_max)
    try:
        if not count:
            raise ValueError
        shape = shapely.force_2d(
            shapely.geometry.shape({"type": kind.geometry, "coordinates": coordinates})
        )
    except (ValueError, TypeError, IndexError, AttributeError, shapely.errors.ShapelyError):
        raise ValueError(_("The coordinates do not make a %s.") % kind.geometry) from None
    check_degrees(shape)
    if not shape.is_valid:
        raise ValueError(in_words(shape))
    # What was looked at is what is stored: rings closed, two dimensions.
    stored: dict[str, Any] = json.loads(shapely.to_geojson(shape))
    return stored


def _count(coordinates: Any, depth: int) -> int:
    """How many positions there are; 0 if a part is empty, or anything not in its
    place: GEOS is not asked about such shapes.
    """
    if not isinstance(coordinates, list) or not coordinates:
        return 0
    if depth == 0:
        plain = all(type(c) in (int, float) and math.isfinite(c) for c in coordinates)
        return int(plain and 2 <= len(coordinates) <= 3)
    parts = [_count(part, depth - 1) for part in coordinates]
    return sum(parts) if all(parts) else 0
