"""Reads records in public form: as they are, as they were in force on a day, or by version."""

import json
import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q

from addresses.models import ChangeSet, Lineage
from addresses.queries.data_model import EntityType, entities

Body = dict[str, Any]
LIVING = "('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')"


def _all(statement: str, parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def select(kind: EntityType, where: str, *, as_of: date | None = None) -> str:
    """SELECT of public forms (rows are `t`); the day is the parameter `day`."""
    return f"SELECT {kind.body('t')}::text FROM {kind.at(as_of)} t{kind.joins('t')} {where}"


def record(kind: EntityType, uid: uuid.UUID, *, as_of: date | None = None) -> Body | None:
    """One record as it is, or as it was in force on a day; None if there was none."""
    statement = select(kind, "WHERE t.uid = %(uid)s", as_of=as_of)
    rows = _all(statement, {"uid": str(uid), "day": as_of})
    return json.loads(rows[0][0]) if rows else None


def records(kind: EntityType, uids: Iterable[str]) -> dict[str, Body]:
    """The present records of these uids."""
    statement = select(kind, "WHERE t.uid = ANY(%(uids)s::uuid[])")
    bodies = (json.loads(text) for (text,) in _all(statement, {"uids": list(uids)}))
    return {body["uid"]: body for body in bodies}


def versions(kind: EntityType, uid: uuid.UUID) -> list[Body]:
    """Every version of a record, newest first, each with the change set that made it.

    `valid_from` and `valid_to` are legal time, half open; `in_force` is false for a version that
    was corrected, or replaced on the day it began.
    """
    columns = (
        f"{kind.body('t')}, t.valid_from, {{until}}, {{force}}, s.number, s.title, s.published_at"
    )
    join = f"{kind.joins('t')} LEFT JOIN addresses_changeset s ON s.id = t.change_set_id"
    rows = _all(
        f"SELECT {columns.format(until='NULL::date', force='true')} FROM {kind.table} t{join}"
        " WHERE t.uid = %s UNION ALL "
        f"SELECT {columns.format(until='upper(t.valid)', force='NOT isempty(t.valid)')}"
        f" FROM {kind.table}_history t{join} WHERE t.uid = %s",
        [str(uid), str(uid)],
    )
    found = [
        {
            "version": (body := json.loads(text))["version"],
            "valid_from": since,
            "valid_to": until,
            "in_force": in_force,
            "number": number,
            "title": title,
            "published_at": at,
            "body": body,
        }
        for text, since, until, in_force, number, title, at in rows
    ]
    return sorted(found, key=lambda v: v["version"], reverse=True)


def lineage(uid: uuid.UUID) -> list[dict[str, Any]]:
    """What this record came from and what became of it, by published sets, oldest first."""
    found = Lineage.objects.filter(change_set__number__isnull=False).select_related("change_set")
    rows = (found.filter(old_uid=uid) | found.filter(new_uid=uid)).order_by("change_set__number")
    return [
        {
            "relation": row.relation,
            "old": str(row.old_uid),
            "new": str(row.new_uid),
            "old_value": row.old_value,
            "new_value": row.new_value,
            "number": row.change_set.number,
            "effective_from": row.change_set.effective_from,
        }
        for row in rows
    ]


def successors(uid: uuid.UUID, *, draft: ChangeSet | None = None) -> list[str]:
    """The records that took the place of a retired one, followed to the end of the chain; also by
    what a draft says, if one is given."""
    said = Q(change_set__number__isnull=False) | Q(change_set=draft)
    found: list[str] = []
    queue, seen = [uid], {uid}
    while queue:
        step = Lineage.objects.filter(said, old_uid=queue.pop(0)).exclude(
            relation__in=[Lineage.Relation.RENAMED, Lineage.Relation.RENUMBERED]
        )
        for new in step.values_list("new_uid", flat=True):
            if new not in seen:
                seen.add(new)
                queue.append(new)
                found.append(str(new))
    return found


def kind_of(uid: uuid.UUID, *, private: bool = False) -> EntityType | None:
    """Which kind of record a uid belongs to."""
    kinds = entities(private=private)
    union = " UNION ALL ".join(
        f"SELECT {i} FROM {k.table} WHERE uid = %s" for i, k in enumerate(kinds)
    )
    rows = _all(union, [str(uid)] * len(kinds))
    return kinds[rows[0][0]] if rows else None
