"""The register as a draft means to make it: present records with the draft's changes on them."""

import json
from collections.abc import Iterable
from typing import Any

import shapely
from django.db import connection

from addresses.models import Change, ChangeSet
from addresses.queries.data_model import EntityType, entity
from addresses.queries.nearby import Box, Found, in_box
from addresses.queries.records import LIVING, Body, records, select


class Drafted:
    """Reads through one draft. Bodies are in public form; retired ones are left out.

    The draft's changes are read once: make a new one after the draft has changed.
    """

    def __init__(self, change_set: ChangeSet | None) -> None:
        """Without a draft: the register as it is."""
        self._changes: dict[str, dict[str, Change]] = {}
        for change in change_set.changes.all() if change_set else ():
            self._changes.setdefault(change.entity, {})[str(change.entity_uid)] = change

    def record(self, kind: EntityType, uid: str) -> Body | None:
        return self.records(kind, [uid]).get(str(uid))

    def records(self, kind: EntityType, uids: Iterable[str]) -> dict[str, Body]:
        wanted = [str(uid) for uid in uids]
        return self._over(kind, records(kind, wanted), wanted)

    def having(self, kind: EntityType, name: str, uids: Iterable[str]) -> list[Body]:
        """Living records whose reference `name` is one of these."""
        wanted = {str(uid) for uid in uids}
        column = kind.by_name[name]
        # By the key of the other table: the index of the foreign key is used.
        statement = select(
            kind,
            f"WHERE t.{column.column} IN (SELECT id FROM {entity(column.reference).table}"
            f" WHERE uid = ANY(%(uids)s::uuid[])) AND t.status IN {LIVING}",
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, {"uids": list(wanted)})
            found = {b["uid"]: b for b in (json.loads(text) for (text,) in cursor.fetchall())}
        moved_in = [
            uid
            for uid, change in self._changes.get(kind.name, {}).items()
            if change.values.get(name) in wanted and uid not in found
        ]
        found |= records(kind, moved_in)
        bodies = self._over(kind, found, [*found, *moved_in]).values()
        return sorted((b for b in bodies if b.get(name) in wanted), key=lambda b: b["uid"])

    def near(self, kind: EntityType, box: Box, *, limit: int) -> Found:
        """Living records in a box (degrees); those that the draft moves or makes where it puts
        them."""
        found = in_box(kind, box, limit=limit)
        present = {b["uid"]: b for b in found.bodies}
        drawn = [
            uid
            for uid, change in self._changes.get(kind.name, {}).items()
            if uid not in present and _meets(change.values.get("geometry"), box)
        ]
        present |= records(kind, drawn)
        return Found(list(self._over(kind, present, [*present, *drawn]).values()), found.truncated)

    def operation(self, kind: EntityType, uid: str) -> str:
        """What the draft does to a record: CREATE, UPDATE, RETIRE, or nothing ("")."""
        change = self._changes.get(kind.name, {}).get(uid)
        return str(change.operation) if change else ""

    def _over(
        self, kind: EntityType, bodies: dict[str, Body], uids: Iterable[str]
    ) -> dict[str, Body]:
        changes = self._changes.get(kind.name, {})
        found = {}
        for uid in dict.fromkeys(uids):
            change, body = changes.get(uid), bodies.get(uid)
            if change is not None:
                if change.operation == Change.Operation.RETIRE:
                    continue
                body = {**(body or _blank(kind, uid)), **change.values}
            if body is not None:
                found[uid] = body
        return found


def _blank(kind: EntityType, uid: str) -> Body:
    """A record that only the draft knows, before its values."""
    blank: dict[str, Any] = {c.name: {"text": "", "object": {}}.get(c.type) for c in kind.columns}
    return blank | {
        "uid": uid,
        "version": 0,
        "valid_from": None,
        "status": "ACTIVE",
        "geometry": None,
    }


def _meets(geometry: Any, box: Box) -> bool:
    return bool(geometry) and bool(shapely.box(*box).intersects(shapely.geometry.shape(geometry)))
