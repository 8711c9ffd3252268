"""The register's data model, read off the tables: the one description that the change sets, the
feed, the extracts, the API and its JSON Schema share.

A record in *public form* is a JSON object: `uid`, `version`, `status`, `valid_from`, the entity's own
fields by their names (references as the uid of the other record, dates as YYYY-MM-DD), and
`geometry` as GeoJSON in EPSG:4326 with nine decimals (a tenth of a millimetre), or null.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.db import models

from addresses.models import (
    Address,
    Building,
    BuildingParcel,
    District,
    Landmark,
    Neighbourhood,
    NeighbourhoodHead,
    Parcel,
    Province,
    Street,
    StreetName,
    StreetSide,
    Unit,
)
from addresses.models.entity import Entity
from addresses.rules import house_number

# In the order in which records may refer to each other.
_MODELS: dict[str, type[Entity]] = {
    "province": Province,
    "district": District,
    "neighbourhood": Neighbourhood,
    "neighbourhood_head": NeighbourhoodHead,
    "street": Street,
    "street_name": StreetName,
    "street_side": StreetSide,
    "parcel": Parcel,
    "building": Building,
    "building_parcel": BuildingParcel,
    "address": Address,
    "unit": Unit,
    "landmark": Landmark,
}
# Names and telephone numbers of office holders: seen with the right to view the register only.
_PRIVATE = {"neighbourhood_head"}
# What the database or the change set fills by itself.
_KEPT = {"id", "uid", "version", "change_set", "valid_from", "name_key", "geom", "geom_m"}
_DERIVED = {("address", "neighbourhood"), ("unit", "neighbourhood")}
GEOMETRY_DIGITS = 9


@dataclass(frozen=True)
class Column:
    """One field of a record. `type` is text, integer, date, reference or object."""

    name: str
    column: str
    type: str
    title: Any
    required: bool = False
    blank: bool = True
    max_length: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[tuple[str, Any], ...] = ()
    reference: str = ""
    derived: bool = False
    default: str = ""  # the code that a new record gets where nothing is said


@dataclass(frozen=True)
class EntityType:
    """One kind of record. `geometry` is a GeoJSON type, or "" where there is none."""

    name: str
    model: type[Entity]
    public: bool
    columns: tuple[Column, ...]
    geometry: str = ""
    geometry_required: bool = False
    keyed: bool = field(default=False)  # has `name_key`, the folded name that is searched

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def title(self) -> Any:
        return self.model._meta.verbose_name

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def writable(self) -> Iterator[Column]:
        return (column for column in self.columns if not column.derived)

    def at(self, day: object) -> str:
        """What to read FROM: the table, or its rows on the day that the parameter `day` holds."""
        return self.table if day is None else f"{self.table}_at(%(day)s)"

    def area(self, alias: str) -> str:
        """SQL for the id of the neighbourhood that a row stands in; NULL for larger things."""
        if self.name == "neighbourhood":
            return f"{alias}.id"
        if "neighbourhood" in self.by_name:
            return f"{alias}.neighbourhood_id"
        if self.name == "building_parcel":
            return (
                "(SELECT b.neighbourhood_id FROM addresses_building b"
                f" WHERE b.id = {alias}.building_id)"
            )
        return "NULL::bigint"

    def within(self, alias: str) -> str:
        """SQL for whether a row belongs to an area: the parameters `areas` (neighbourhoods) and
        `districts` (those that they lie in), ids. Larger things belong to it by their district."""
        match self.name:
            case "province":
                return "true"
            case "district":
                return f"{alias}.id = ANY(%(districts)s)"
            case "street":
                return f"{alias}.district_id = ANY(%(districts)s)"
            case "street_name":
                return (
                    "(SELECT s.district_id FROM addresses_street s"
                    f" WHERE s.id = {alias}.street_id) = ANY(%(districts)s)"
                )
        return f"{self.area(alias)} = ANY(%(areas)s)"

    def joins(self, alias: str) -> str:
        """LEFT JOINs that bring the uids of what a row refers to."""
        return "".join(
            f" LEFT JOIN {entity(c.reference).table} {alias}_{c.name}"
            f" ON {alias}_{c.name}.id = {alias}.{c.column}"
            for c in self.columns
            if c.type == "reference"
        )

    def body(self, alias: str) -> str:
        """SQL for the public form of a row as jsonb; needs `joins`."""
        pairs = [
            ("uid", f"{alias}.uid"),
            ("version", f"{alias}.version"),
            ("valid_from", f"{alias}.valid_from"),
        ]
        pairs += [
            (c.name, f"{alias}_{c.name}.uid" if c.type == "reference" else f"{alias}.{c.column}")
            for c in self.columns
        ]
        if self.geometry:
            digits = GEOMETRY_DIGITS
            pairs.append(("geometry", f"ST_AsGeoJSON({alias}.geom, {digits})::jsonb"))
        return "jsonb_build_object(" + ", ".join(f"'{n}', {sql}" for n, sql in pairs) + ")"


def entities(*, private: bool = False) -> list[EntityType]:
    """All kinds of records in the order of their references; `private` adds those with people."""
    return [entity(n) for n in _MODELS if private or n not in _PRIVATE]


@cache
def entity(name: str) -> EntityType:
    """One kind of record. Raises LookupError for a name that there is not."""
    if name not in _MODELS:
        raise LookupError(f"the register has no {name!r}")
    model = _MODELS[name]
    fields = {f.name: f for f in model._meta.concrete_fields}
    geometry = fields.get("geom")
    return EntityType(
        name=name,
        model=model,
        public=name not in _PRIVATE,
        columns=tuple(_column(name, f) for f in fields.values() if f.name not in _KEPT),
        geometry=_GEOJSON[geometry.geom_type] if isinstance(geometry, GeometryField) else "",
        geometry_required=geometry is not None and not geometry.null,
        keyed="name_key" in fields,
    )


_GEOJSON = {
    "MULTIPOLYGON": "MultiPolygon",
    "MULTILINESTRING": "MultiLineString",
    "POINT": "Point",
}
_ENTITY_OF: dict[Any, str] = {model: name for name, model in _MODELS.items()}
_INTEGERS: dict[type[Any], tuple[int, int]] = {
    models.PositiveSmallIntegerField: (0, 32_767),
    models.SmallIntegerField: (-32_768, 32_767),
    models.PositiveIntegerField: (0, 2_147_483_647),
}
# Narrower than what the database can hold.
_BOUNDS = {("address", "number"): (0, house_number.HIGHEST)}


def _column(owner: str, f: Any) -> Column:
    common = {
        "name": f.name,
        "column": f.column,
        "title": f.verbose_name,
        "required": not (f.null or f.blank or f.has_default() or f.has_db_default()),
        "blank": f.blank or f.null,
        "derived": (owner, f.name) in _DERIVED,
    }
    if isinstance(f, models.ForeignKey):
        return Column(type="reference", reference=_ENTITY_OF[f.related_model], **common)
    if isinstance(f, models.DateField):
        return Column(type="date", **common)
    if isinstance(f, models.JSONField):
        return Column(type="object", **common)
    if type(f) in _INTEGERS:
        low, high = _BOUNDS.get((owner, f.name), _INTEGERS[type(f)])
        return Column(type="integer", minimum=low, maximum=high, **common)
    choices = tuple(f.choices or ())
    if choices and isinstance(f.db_default, str):
        common["default"] = str(f.db_default)
    return Column(type="text", max_length=f.max_length, choices=choices, **common)
