"""What a change set changes: every record before and after, drafts and published sets alike."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from addresses.models import Change, ChangeSet
from addresses.queries.data_model import EntityType, entities
from addresses.queries.naming import Names
from addresses.queries.records import Body, records

_HIDDEN = {"uid", "version", "valid_from", "name_key"}


@dataclass(frozen=True)
class Difference:
    """One field. References are given as what the other record is called."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Compared:
    """One record: `before` is None for a new one, `after` None for one that a draft retires."""

    entity: str
    uid: str
    operation: str
    label: str
    before: Body | None
    after: Body | None
    note: str = ""
    differences: list[Difference] = field(default_factory=list)


def size(change_set: ChangeSet) -> int:
    """How many records it changes."""
    return sum(n for _kind, n in _sizes(change_set))


def compared(change_set: ChangeSet, *, offset: int = 0, limit: int = 50) -> list[Compared]:
    """A page of its records, by kind in the order of their references."""
    found: list[tuple[EntityType, str, str, Body | None, Body | None, str]] = []
    for kind, n in _sizes(change_set):
        if offset >= n:
            offset -= n
            continue
        page = _published if change_set.number is not None else _proposed
        rows = page(change_set, kind, offset, limit - len(found))
        found += [(kind, *row) for row in rows]
        offset = 0
        if len(found) >= limit:
            break
    bodies = [(k, b) for k, _u, _o, before, after, _n in found for b in (before, after) if b]
    names = Names(change_set, bodies)
    return [
        Compared(
            entity=kind.name,
            uid=uid,
            operation=operation,
            label=names.label(kind, after or before or {}),
            before=before,
            after=after,
            note=note,
            differences=_differences(kind, before, after, names),
        )
        for kind, uid, operation, before, after, note in found
    ]


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def _sizes(change_set: ChangeSet) -> list[tuple[EntityType, int]]:
    kinds = entities(private=True)
    if change_set.number is None:
        names = list(change_set.changes.values_list("entity", flat=True))
        return [(k, names.count(k.name)) for k in kinds if k.name in names]
    union = " UNION ALL ".join(
        f"SELECT {i}, (SELECT count(*) FROM {k.table} WHERE change_set_id = %(set)s)"
        f" + (SELECT count(*) FROM {k.table}_history WHERE change_set_id = %(set)s)"
        for i, k in enumerate(kinds)
    )
    return [(kinds[i], n) for i, n in sorted(_rows(union, {"set": change_set.pk})) if n]


Row = tuple[str, str, Body | None, Body | None, str]


def _proposed(change_set: ChangeSet, kind: EntityType, offset: int, limit: int) -> list[Row]:
    """The present record against the proposed values."""
    changes = list(change_set.changes.filter(entity=kind.name).order_by("pk")[offset:][:limit])
    present = records(kind, [str(c.entity_uid) for c in changes])
    rows: list[Row] = []
    for change in changes:
        uid = str(change.entity_uid)
        before = present.get(uid) if change.operation != Change.Operation.CREATE else None
        after = (
            None
            if change.operation == Change.Operation.RETIRE
            else {**(before or {"uid": uid}), **change.values}
        )
        rows.append((uid, change.operation, before, after, change.note))
    return rows


def _published(change_set: ChangeSet, kind: EntityType, offset: int, limit: int) -> list[Row]:
    """The version that the set ended against the one that it made (which may have ended since)."""
    page = _rows(
        f"SELECT uid::text FROM (SELECT id, uid FROM {kind.table} WHERE change_set_id = %(set)s"
        f" UNION ALL SELECT id, uid FROM {kind.table}_history WHERE change_set_id = %(set)s) t"
        " ORDER BY id LIMIT %(limit)s OFFSET %(offset)s",
        {"set": change_set.pk, "limit": limit, "offset": offset},
    )
    uids = [uid for (uid,) in page]
    tables = (kind.table, f"{kind.table}_history")
    made = _versions(change_set, kind, uids, tables, "change_set_id")
    ended = _versions(change_set, kind, uids, tables[1:], "ended_by_id")
    rows: list[Row] = []
    for uid in uids:
        before, after = ended.get(uid), made[uid]
        gone = before is not None and before["status"] != "RETIRED" == after["status"]
        operation = "CREATE" if before is None else "RETIRE" if gone else "UPDATE"
        rows.append((uid, operation, before, after, ""))
    return rows


def _versions(
    change_set: ChangeSet, kind: EntityType, uids: list[str], tables: Iterable[str], column: str
) -> dict[str, Body]:
    statement = " UNION ALL ".join(
        f"SELECT {kind.body('t')}::text FROM {table} t{kind.joins('t')}"
        f" WHERE t.{column} = %(set)s AND t.uid = ANY(%(uids)s::uuid[])"
        for table in tables
    )
    rows = _rows(statement, {"set": change_set.pk, "uids": uids})
    return {body["uid"]: body for (text,) in rows if (body := json.loads(text))}


def _differences(
    kind: EntityType, before: Body | None, after: Body | None, names: Names
) -> list[Difference]:
    """Fields that differ; of a new or a retired record those that hold something."""
    found = []
    for name in [c.name for c in kind.columns] + (["geometry"] if kind.geometry else []):
        old, new = (before or {}).get(name), (after or {}).get(name)
        if name in _HIDDEN or (old or None) == (new or None) or after is None:
            continue
        if name == "geometry":
            old, new = bool(old), bool(new)
        else:
            old, new = (names.shown(v) for v in (old, new))
        found.append(Difference(name, old, new))
    return found
