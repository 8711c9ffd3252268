"""Where a change belongs: the neighbourhoods that a record stands in, before and after."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection

from addresses.models import ChangeSet
from addresses.queries.data_model import EntityType, entities, entity

# The reference by which a kind of record is placed, nearest first.
_PLACED_BY = {
    "neighbourhood_head": ("neighbourhood",),
    "street_name": ("street",),
    "street_side": ("neighbourhood", "street"),
    "parcel": ("neighbourhood",),
    "building": ("neighbourhood",),
    "landmark": ("neighbourhood",),
    "building_parcel": ("building",),
    "address": ("side",),
    "unit": ("address",),
}
AREA_WIDE = ("province", "district", "neighbourhood")


def areas_of_record(kind: EntityType, uid: str) -> set[int]:
    """Neighbourhoods of a record as it stands; a street's are those of its sides."""
    if kind.name in ("street", "street_name"):
        street = "s.id" if kind.name == "street" else "s.street_id"
        return _ids(
            f"SELECT side.neighbourhood_id FROM {kind.table} s"
            f" JOIN addresses_streetside side ON side.street_id = {street} WHERE s.uid = %s",
            [uid],
        )
    return _ids(f"SELECT {kind.area('t')} FROM {kind.table} t WHERE t.uid = %s", [uid])


def areas_of_values(change_set: ChangeSet, kind: EntityType, values: Mapping[str, Any]) -> set[int]:
    """Neighbourhoods that the values lead to: by every reference, and by a point. A reference may be
    a record of the same draft."""
    found: set[int] = set()
    for name in _PLACED_BY.get(kind.name, ()):
        uid = values.get(name)
        if uid is None:
            continue
        other = entity(kind.by_name[name].reference)
        made = change_set.changes.filter(entity=other.name, entity_uid=uid).first()
        found |= areas_of_record(other, uid)
        if made is not None:
            found |= areas_of_values(change_set, other, made.values)
    point = values.get("geometry")
    if point is not None and point.get("type") == "Point":
        found |= _ids(
            "SELECT id FROM addresses_neighbourhood WHERE status = 'ACTIVE'"
            " AND ST_Intersects(geom, ST_SetSRID(ST_MakePoint(%s, %s), 4326))",
            list(point["coordinates"][:2]),
        )
    return found


def districts_of(neighbourhoods: Collection[int]) -> set[str]:
    """The uids of the districts that some neighbourhoods (ids) lie in."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT d.uid::text FROM addresses_neighbourhood n"
            " JOIN addresses_district d ON d.id = n.district_id WHERE n.id = ANY(%s)",
            [list(neighbourhoods)],
        )
        return {row[0] for row in cursor.fetchall()}


def touched(change_set: ChangeSet) -> frozenset[int]:
    """Neighbourhoods of everything that the set, open in this transaction or published, wrote:
    where its records stand now, and where they stood before."""
    parts = []
    for kind in entities(private=True):
        for table, column in (
            (kind.table, "change_set_id"),
            (f"{kind.table}_history", "ended_by_id"),
        ):
            if kind.name in ("street", "street_name"):
                street = "t.id" if kind.name == "street" else "t.street_id"
                area = (
                    "(SELECT min(side.neighbourhood_id) FROM addresses_streetside side"
                    f" WHERE side.street_id = {street})"
                )
            else:
                area = kind.area("t")
            if not area.startswith("NULL"):
                parts.append(f"SELECT {area} FROM {table} t WHERE t.{column} = %(set)s")
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(parts), {"set": change_set.pk})
        return frozenset(row[0] for row in cursor.fetchall() if row[0] is not None)


def tables_written(change_set: ChangeSet) -> frozenset[str]:
    """Tables of the register in which the set, open in this transaction or published, last wrote a
    record: by itself, or by what the database derives from it."""
    tables = [kind.table for kind in entities(private=True)]
    one = "SELECT '{0}' WHERE EXISTS (SELECT FROM {0} WHERE change_set_id = %(set)s)"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(map(one.format, tables)), {"set": change_set.pk})
        return frozenset(row[0] for row in cursor.fetchall())


def _ids(statement: str, parameters: list[Any]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return {row[0] for row in cursor.fetchall() if row[0] is not None}
