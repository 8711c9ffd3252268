"""Where a change belongs: the neighbourhoods that a record stands in, before and after."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection

from addresses.models import ChangeSet
from addresses.queries.data_model import EntityType, entities, entity

# The references by which a kind of record is placed, or ties others to itself.
_PLACED_BY = {
    "neighbourhood_head": ("neighbourhood",),
    "street_name": ("street",),
    "street_side": ("neighbourhood", "street"),
    "parcel": ("neighbourhood",),
    "building": ("neighbourhood",),
    "landmark": ("neighbourhood",),
    "building_parcel": ("building", "parcel"),
    "address": ("side", "building", "parcel"),
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
    """Neighbourhoods that the values lead to: by every reference, and by where the shape lies. A
    reference may be a record of the same draft."""
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
    if values.get("geometry") is not None:
        found |= _holding(values["geometry"])
    return found


# What a shape may have beyond a boundary without standing there: outlines differ by a little, and
# a street may run along one.
_BEYOND = {"MultiPolygon": 0.1, "MultiLineString": 0.5}


def _holding(geometry: Mapping[str, Any]) -> set[int]:
    """Neighbourhoods in which a shape (GeoJSON) lies with a share worth speaking of."""
    size = {"MultiPolygon": "ST_Area", "MultiLineString": "ST_Length"}.get(geometry["type"])
    share = (
        f"{size}(ST_Intersection(n.geom, shape.g)) > %s * {size}(shape.g)"
        if size
        else "%s::float8 IS NULL"
    )
    found = _ids(
        "WITH shape AS (SELECT ST_SetSRID(ST_GeomFromGeoJSON(%s), 4326) AS g)"
        " SELECT n.id FROM shape, addresses_neighbourhood n"
        f" WHERE n.status = 'ACTIVE' AND ST_Intersects(n.geom, shape.g) AND {share}",
        [json.dumps(geometry), _BEYOND.get(geometry["type"])],
    )
    # A line that several hold by more than half runs along their boundary: its sides say whose it is.
    return set() if geometry["type"] == "MultiLineString" and len(found) > 1 else found


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
