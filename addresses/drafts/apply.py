"""Writes a draft's changes to the register: a few statements for each kind of record.

Everything happens in the caller's transaction, within `actions.change_sets.writing`. Cost grows
with the number of changes, not with the register: every statement joins by uid.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from addresses.drafts.collisions import explained
from addresses.models import Change, ChangeSet
from addresses.models.entity import LIVING
from addresses.queries.data_model import Column, EntityType, entities

_MOST = 200  # problems that are told one by one


@dataclass(frozen=True)
class Problem:
    """Why a draft cannot be published as it is. `field` may be empty."""

    entity: str
    uid: str
    field: str
    reason: str
    code: str = "invalid"

    def as_json(self) -> dict[str, str]:
        return {
            "entity": self.entity, "uid": self.uid, "field": self.field, "reason": self.reason,
            "code": self.code,
        }  # fmt: skip


class NotApplicable(Exception):
    """The draft contradicts the register as it is now; `problems` say where."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(p.reason for p in problems[:5]))
        self.problems = problems


@dataclass
class Applied:
    """What was written, by kind of record: created, updated, retired."""

    counts: dict[str, dict[str, int]] = field(default_factory=dict)


def apply(change_set: ChangeSet) -> Applied:
    """Writes all changes of the draft. Raises NotApplicable; then nothing is written."""
    present = set(change_set.changes.values_list("entity", flat=True).distinct())
    kinds = [kind for kind in entities(private=True) if kind.name in present]
    applied = Applied()
    # References may point at records that the same draft makes: kinds come in their order.
    with transaction.atomic():
        for kind in kinds:
            _lock(change_set, kind)
        problems = [p for kind in kinds for p in _stale(change_set, kind)]
        if problems:
            raise NotApplicable(problems[:_MOST])
        for kind in kinds:
            try:
                with transaction.atomic():
                    problems += _dangling(change_set, kind)
                    if problems:
                        raise NotApplicable(problems[:_MOST])
                    counts = {
                        "retired": _run(change_set, _retire(kind)),
                        "updated": _update(change_set, kind),
                        "created": _run(change_set, _create(kind)),
                    }
                    applied.counts[kind.name] = counts
            except IntegrityError as error:
                raise NotApplicable([_violation(change_set, kind, error)]) from error
    return applied


def _run(change_set: ChangeSet, statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"change_set": change_set.pk, "living": list(LIVING)})
        return int(cursor.rowcount)


def _rows(change_set: ChangeSet, statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"change_set": change_set.pk})
        return list(cursor.fetchall())


def _lock(change_set: ChangeSet, kind: EntityType) -> None:
    """Holds the records until the end: what is found fresh now stays so. One order for all sets,
    so that two of them wait for each other instead of blocking each other."""
    _rows(
        change_set,
        f"SELECT t.id FROM {kind.table} t JOIN addresses_change c ON c.entity_uid = t.uid"
        f" WHERE c.change_set_id = %(change_set)s AND c.entity = '{kind.name}'"
        " ORDER BY t.id FOR UPDATE OF t",
    )


def _stale(change_set: ChangeSet, kind: EntityType) -> list[Problem]:
    """Records that somebody else has changed since the draft read them, or that there are not."""
    rows = _rows(
        change_set,
        "SELECT c.entity_uid::text, c.operation, t.version, c.base_version"
        f" FROM addresses_change c LEFT JOIN {kind.table} t ON t.uid = c.entity_uid"
        f" WHERE c.change_set_id = %(change_set)s AND c.entity = '{kind.name}'"
        " AND ((c.operation = 'CREATE') = (t.id IS NOT NULL)"
        "      OR c.operation <> 'CREATE' AND t.version <> c.base_version)"
        f" ORDER BY 1 LIMIT {_MOST}",
    )
    found = []
    for uid, operation, version, base in rows:
        if operation == Change.Operation.CREATE:
            reason, code = _("There is a record of this uid already."), "exists"
        elif version is None:
            reason, code = _("There is no such record."), "missing"
        else:
            reason = _("Somebody else has changed it: you saw version %(base)s, now it is %(now)s.")
            reason, code = reason % {"base": base, "now": version}, "conflict"
        found.append(Problem(kind.name, uid, "", reason, code))
    return found


def _dangling(change_set: ChangeSet, kind: EntityType) -> list[Problem]:
    """References to records that there are not, or that are retired."""
    found = []
    for column in kind.writable:
        if column.type != "reference":
            continue
        other = next(k for k in entities(private=True) if k.name == column.reference)
        rows = _rows(
            change_set,
            f"SELECT c.entity_uid::text, o.id IS NULL FROM addresses_change c"
            f" LEFT JOIN {other.table} o ON o.uid = (c.values->>'{column.name}')::uuid"
            f" WHERE c.change_set_id = %(change_set)s AND c.entity = '{kind.name}'"
            f" AND c.operation <> 'RETIRE' AND c.values->>'{column.name}' IS NOT NULL"
            f" AND (o.id IS NULL OR o.status IN ('RETIRED', 'REJECTED')"
            f" AND coalesce(c.values->>'status', 'ACTIVE') NOT IN ('RETIRED', 'REJECTED'))"
            f" ORDER BY 1 LIMIT {_MOST}",
        )
        for uid, missing in rows:
            reason = _("It refers to a record that there is not.")
            if not missing:
                reason = _("It refers to a record that is retired.")
            found.append(Problem(kind.name, uid, column.name, reason))
    return found


def _retire(kind: EntityType) -> str:
    return (
        f"UPDATE {kind.table} t SET status = 'RETIRED' FROM addresses_change c"
        f" WHERE c.change_set_id = %(change_set)s AND c.entity = '{kind.name}'"
        " AND c.operation = 'RETIRE' AND t.uid = c.entity_uid"
    )


def _update(change_set: ChangeSet, kind: EntityType) -> int:
    """Changes rows in place. Those that change what only one living record may have stand aside
    first, so that two doors can exchange their numbers in one set."""
    keys = sorted(_unique_fields(kind))
    scope = (
        f" WHERE c.change_set_id = %(change_set)s"
        f" AND c.entity = '{kind.name}' AND c.operation = 'UPDATE' AND t.uid = c.entity_uid"
    )
    origin = "addresses_change c"
    settings = [
        f"{c.column} = CASE WHEN c.values ? '{c.name}' THEN {_cast(c)} ELSE t.{c.column} END"
        for c in kind.writable
        if c.name != "status"
    ]
    aside = "t.status"
    if keys:
        # Beside the draft, not in it: whoever edits it meanwhile does not wait for this.
        touched = " OR ".join(f"c.values ? '{name}'" for name in keys)
        _run(
            change_set,
            "CREATE TEMP TABLE standing_aside ON COMMIT DROP AS SELECT t.uid, t.status"
            f" FROM {kind.table} t, addresses_change c{scope} AND ({touched}) AND t.status = ANY(%(living)s)",
        )
        _run(
            change_set,
            f"UPDATE {kind.table} t SET status = 'PROPOSED' FROM standing_aside a"
            " WHERE t.uid = a.uid",
        )
        origin += " LEFT JOIN standing_aside a ON a.uid = c.entity_uid"
        aside = "coalesce(a.status, t.status)"
    settings.append(f"status = coalesce(c.values->>'status', {aside})")
    if kind.keyed:
        settings.append("name_key = coalesce(c.values->>'name_key', t.name_key)")
    if kind.geometry:
        settings.append(
            f"geom = CASE WHEN c.values ? 'geometry' THEN {_geometry(kind)} ELSE t.geom END"
        )
    updated = _run(
        change_set, f"UPDATE {kind.table} t SET {', '.join(settings)} FROM {origin}{scope}"
    )
    if keys:
        _run(change_set, "DROP TABLE standing_aside")
    return updated


def _create(kind: EntityType) -> str:
    columns, values = ["uid"], ["c.entity_uid"]
    for c in kind.writable:
        columns.append(c.column)
        fallback = _default(kind, c)
        values.append(f"coalesce({_cast(c)}, {fallback})" if fallback else _cast(c))
    if kind.keyed:
        columns.append("name_key")
        values.append("c.values->>'name_key'")
    if kind.geometry:
        columns.append("geom")
        values.append(_geometry(kind))
    return (
        f"INSERT INTO {kind.table} ({', '.join(columns)}) SELECT {', '.join(values)}"
        f" FROM addresses_change c WHERE c.change_set_id = %(change_set)s"
        f" AND c.entity = '{kind.name}' AND c.operation = 'CREATE' ORDER BY c.id"
    )


def _cast(c: Column) -> str:
    """SQL for a column's value out of `c.values`."""
    text = f"c.values->>'{c.name}'"
    match c.type:
        case "integer":
            return f"({text})::integer"
        case "date":
            return f"({text})::date"
        case "object":
            return f"c.values->'{c.name}'"
        case "reference":
            table = next(k.table for k in entities(private=True) if k.name == c.reference)
            return f"(SELECT id FROM {table} WHERE uid = ({text})::uuid)"
    return text


def _default(kind: EntityType, c: Column) -> str:
    """SQL for what a column holds when a new record does not say; "" for NULL."""
    model_field = kind.model._meta.get_field(c.name)
    default = getattr(model_field, "db_default", models.NOT_PROVIDED)
    if isinstance(default, models.Value):
        default = default.value
    if isinstance(default, str):
        return f"'{default}'"
    return {"text": "''", "object": "'{}'::jsonb"}.get(c.type, "")


def _geometry(kind: EntityType) -> str:
    shape = "ST_SetSRID(ST_Force2D(ST_GeomFromGeoJSON(c.values->>'geometry')), 4326)"
    return f"ST_Multi({shape})" if kind.geometry.startswith("Multi") else shape


def _unique_fields(kind: EntityType) -> set[str]:
    """Fields that no two living records may share."""
    return {
        name
        for constraint in kind.model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and "status" in str(constraint.condition)
        for name in constraint.fields
    }


def _violation(change_set: ChangeSet, kind: EntityType, error: IntegrityError) -> Problem:
    uid, reason = explained(change_set, kind, error)
    # 23514: a rule of the register itself.
    refused = getattr(error.__cause__, "pgcode", "") == "23514"
    return Problem(kind.name, uid, "", reason, "refused" if refused else "collision")
