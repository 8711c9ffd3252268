"""The register's records as features: what the data model says of them, as properties and SQL."""

from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.rules.viewer import Reach
from addresses.models import Neighbourhood
from addresses.queries.data_model import Column, EntityType, entity
from addresses.queries.records import LIVING
from tiles.features import Asking, Geometry, Property, Shape, Source, by_uid
from tiles.queries.versions import data_version

# What people call the fields of records.
_TITLES = {
    "address": _("Door"), "block": _("Block"), "building": _("Building"), "code": _("Code"),
    "cadastral_block": _("Block of the cadastre"), "district": _("District"), "dwellings": _("Dwellings"),
    "floor": _("Floor"), "floors": _("Floors"), "full_name": _("Full name"),
    "identifiers": _("Other identifiers"), "kind": _("Kind"), "language": _("Language"),
    "map_sheet": _("Map sheet"), "name": _("Name"), "neighbourhood": _("Neighbourhood"),
    "number": _("Number"), "parcel": _("Parcel"), "parity": _("Parity"), "phone": _("Telephone"),
    "point_source": _("What the point is"), "population": _("Population"), "postcode": _("Postcode"),
    "province": _("Province"), "side": _("Side"), "since": _("Since"), "source": _("Source"),
    "source_id": _("Identity at the source"), "status": _("Status"), "street": _("Street"),
    "suffix": _("Suffix"), "unit_number": _("Unit number"), "until": _("Until"), "use": _("Use"),
    "used_from": _("Used from"), "used_until": _("Used until"),
}  # fmt: skip
_TYPES = {"text": "text", "integer": "integer", "date": "date", "object": "object"}


@cache
def shape_of(name: str) -> Shape:
    """A kind of record as everybody sees it. Living records, unless `status` is asked for."""
    kind = entity(name)

    def source(asking: Asking) -> Source:
        conditions, values = _within(kind, asking.reach)
        return Source(
            kind.at(asking.day), conditions, {"day": asking.day, **values}, version=_version
        )

    return Shape(
        properties=(
            Property("uid", "uuid", "UID", "t.uid", nullable=False),
            Property("version", "integer", _("Version of the record"), "t.version", nullable=False),
            Property("valid_from", "date", _("Valid from"), "t.valid_from"),
            *(_property(kind, column) for column in kind.columns),
        ),
        source=source,
        id="t.uid",
        find=by_uid,
        geometry=Geometry(kind.geometry, mercator="t.geom_m") if kind.geometry else None,
        time=("coalesce(t.valid_from, '-infinity'::date)", "'infinity'::date"),
        time_type="date",
        unless={"status": f"t.status IN {LIVING}"},
        joins=kind.joins("t"),
    )


def _within(kind: EntityType, reach: Reach | None) -> tuple[list[str], dict[str, Any]]:
    """The area that a program is limited to, as a condition. Nothing lies in a drawn area but what has a
    geometry."""
    if reach is None or reach.everywhere:
        return [], {}
    areas = set(reach.neighbourhoods)
    inside = Neighbourhood.objects.filter(district__in=reach.districts)
    areas |= set(inside.values_list("pk", flat=True))
    districts = set(reach.districts) | set(
        Neighbourhood.objects.filter(pk__in=reach.neighbourhoods).values_list(
            "district_id", flat=True
        )
    )
    ways = [kind.within("t")]
    if reach.drawn is not None and kind.geometry:
        table = "accounts_apiclient" if reach.of_client else "accounts_membership"
        ways.append(f"ST_Intersects(t.geom, (SELECT d.area FROM {table} d WHERE d.id = %(drawn)s))")
    return [f"({' OR '.join(ways)})"], {
        "areas": sorted(areas), "districts": sorted(districts), "drawn": reach.drawn,
    }  # fmt: skip


def _version() -> str:
    return f"register:{data_version('register')}"


def _property(kind: EntityType, column: Column) -> Property:
    sql = f"t.{column.column}"
    nullable = bool(kind.model._meta.get_field(column.name).null)
    if column.type == "reference":
        table = entity(column.reference).table
        return Property(
            column.name,
            "uuid",
            _TITLES[column.name],
            f"(SELECT r.uid FROM {table} r WHERE r.id = {sql})",
            out=f"t_{column.name}.uid",
            equal=(sql, f"coalesce((SELECT r.id FROM {table} r WHERE r.uid = {{}}::uuid), -1)"),
            description=_("The uid of another record."),
            nullable=nullable,
        )
    return Property(
        column.name,
        _TYPES[column.type],  # type: ignore[arg-type]
        _TITLES[column.name],
        sql,
        key="t.name_key" if kind.keyed and column.name == "name" else "",
        choices=column.choices,
        blank=column.blank,
        nullable=nullable,
        queryable=column.type != "object",
    )
