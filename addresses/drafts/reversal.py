"""The changes that take a published change set back."""

import json
from typing import Any

from django.db import connection

from addresses.models import Change, ChangeSet
from addresses.queries.data_model import EntityType, entities

_BATCH = 2_000


def reverse_of(published: ChangeSet, draft: ChangeSet) -> list[dict[str, str]]:
    """Writes the reverse changes to the draft; gives the records that were changed again since."""
    left: list[dict[str, str]] = []
    for kind in entities(private=True):
        changes = []
        for uid, now_number, version, after, before in _written(kind, published):
            if now_number != published.pk:
                left.append({"entity": kind.name, "uid": str(uid)})
                continue
            changes.append(_change(draft, kind, uid, version, after, before))
        Change.objects.bulk_create(changes, batch_size=_BATCH)
    return left


def _change(
    draft: ChangeSet, kind: EntityType, uid: Any, version: int, after: Any, before: Any
) -> Change:
    if before is None:
        return Change(
            change_set=draft, entity=kind.name, entity_uid=uid, base_version=version,
            operation=Change.Operation.RETIRE,
        )  # fmt: skip
    names = {c.name for c in kind.writable} | ({"geometry"} if kind.geometry else set())
    values = {n: v for n, v in before.items() if n in names and v != after.get(n)}
    if "name" in values:
        values["name_key"] = before["name_key"]
    return Change(
        change_set=draft, entity=kind.name, entity_uid=uid, base_version=version, values=values,
        operation=Change.Operation.UPDATE,
    )  # fmt: skip


def _written(kind: EntityType, published: ChangeSet) -> list[tuple[Any, ...]]:
    """What the set wrote: uid, the set of the present version, its number, it, and before."""
    key = " || jsonb_build_object('name_key', h.name_key)" if kind.keyed else ""
    made = (
        f"SELECT id FROM {kind.table} WHERE change_set_id = %(set)s"
        f" UNION SELECT id FROM {kind.table}_history WHERE change_set_id = %(set)s"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT t.uid, t.change_set_id, t.version, {kind.body('t')},"
            f" CASE WHEN h.id IS NOT NULL THEN {kind.body('h')}{key} END"
            f" FROM {kind.table} t"
            f" LEFT JOIN {kind.table}_history h ON h.id = t.id AND h.ended_by_id = %(set)s"
            f"{kind.joins('t')}{kind.joins('h')} WHERE t.id IN ({made}) ORDER BY t.id",
            {"set": published.pk},
        )
        return [
            (*row, json.loads(after), json.loads(before) if before else None)
            for *row, after, before in cursor.fetchall()
        ]
