"""The register's records as features: what the data model says of them, as properties and SQL."""

from functools import cache
from uuid import UUID

from addresses.queries.data_model import Column, EntityType, entity
from addresses.queries.records import LIVING
from tiles.features import Asking, Geometry, Property, Shape, Source
from tiles.queries.versions import data_version

_TYPES = {"text": "text", "integer": "integer", "date": "date", "object": "object"}


@cache
def shape_of(name: str) -> Shape:
    """A kind of record as everybody sees it. Living records, unless `status` is asked for."""
    kind = entity(name)

    def source(asking: Asking) -> Source:
        return Source(kind.at(asking.day), values={"day": asking.day}, version=_version)

    return Shape(
        properties=(
            Property("uid", "uuid", "UID", "t.uid", nullable=False),
            Property("version", "integer", "Version", "t.version", nullable=False),
            Property("valid_from", "date", "Valid from", "t.valid_from"),
            *(_property(kind, column) for column in kind.columns),
        ),
        source=source,
        id="t.uid",
        find=_find,
        geometry=Geometry(kind.geometry, mercator="t.geom_m") if kind.geometry else None,
        time=("coalesce(t.valid_from, '-infinity'::date)", "'infinity'::date"),
        time_type="date",
        unless={"status": f"t.status IN {LIVING}"},
        joins=kind.joins("t"),
    )


def _version() -> str:
    return f"register:{data_version('register')}"


def _find(text: str) -> tuple[str, str] | None:
    try:
        return "t.uid = {}::uuid", str(UUID(text))
    except ValueError:
        return None


def _property(kind: EntityType, column: Column) -> Property:
    sql = f"t.{column.column}"
    nullable = bool(kind.model._meta.get_field(column.name).null)
    if column.type == "reference":
        table = entity(column.reference).table
        return Property(
            column.name,
            "uuid",
            column.title,
            f"(SELECT r.uid FROM {table} r WHERE r.id = {sql})",
            out=f"t_{column.name}.uid",
            equal=(sql, f"coalesce((SELECT r.id FROM {table} r WHERE r.uid = {{}}::uuid), -1)"),
            description=f"The uid of a {column.reference}.",
            nullable=nullable,
        )
    return Property(
        column.name,
        _TYPES[column.type],  # type: ignore[arg-type]
        column.title,
        sql,
        key="t.name_key" if kind.keyed and column.name == "name" else "",
        choices=column.choices,
        blank=column.blank,
        nullable=nullable,
        queryable=column.type != "object",
    )
