"""Turns what a change set has written into the changes of a draft.

An import, or anything else that works in bulk, is drafted by doing it, capturing it and taking it
back: `capture` writes the changes to a file outside of the transaction, `store` reads them again.
"""

from tempfile import SpooledTemporaryFile
from typing import IO

from django.db import connection

from addresses.models import ChangeSet
from addresses.queries.data_model import EntityType, entities

_MEMORY = 64 * 1024 * 1024


def capture(change_set: ChangeSet) -> IO[bytes]:
    """The records that the set, open in this transaction, has made or changed; as a COPY file."""
    file: IO[bytes] = SpooledTemporaryFile(max_size=_MEMORY)  # noqa: SIM115  # the caller reads it
    with connection.cursor() as cursor:
        for kind in entities(private=True):
            cursor.copy_expert(_statement(kind, change_set.pk), file)
    file.seek(0)
    return file


def store(change_set: ChangeSet, file: IO[bytes]) -> None:
    """Writes captured changes under the (unpublished) set."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE captured (entity text, entity_uid uuid, operation text,"
            " base_version int, values jsonb) ON COMMIT DROP"
        )
        cursor.copy_expert("COPY captured FROM STDIN", file)
        cursor.execute(
            "INSERT INTO addresses_change"
            " (change_set_id, entity, entity_uid, operation, base_version, values, note)"
            " SELECT %s, entity, entity_uid, operation, base_version, values, '' FROM captured",
            [change_set.pk],
        )
        cursor.execute("DROP TABLE captured")


def _statement(kind: EntityType, change_set: int) -> str:
    """COPY of a kind's changes: new rows whole, changed rows by the fields that differ."""
    kept = "'uid', 'version', 'valid_from'" + "".join(
        f", '{c.name}'" for c in kind.columns if c.derived
    )
    extra = " || jsonb_build_object('name_key', t.name_key)" if kind.keyed else ""
    after = f"({kind.body('t')} - ARRAY[{kept}]){extra}"
    former = f"{kind.table}_history"
    before = kind.body("h")
    return (
        f"COPY (SELECT '{kind.name}', t.uid,"
        " CASE WHEN h.id IS NULL THEN 'CREATE' WHEN t.status = 'RETIRED' AND h.status <> 'RETIRED'"
        " THEN 'RETIRE' ELSE 'UPDATE' END, h.version,"
        f" CASE WHEN h.id IS NULL THEN {after}"
        " WHEN t.status = 'RETIRED' AND h.status <> 'RETIRED' THEN '{}'::jsonb"
        " ELSE (SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}') FROM"
        f" jsonb_each({after}) e WHERE e.value IS DISTINCT FROM ({before}) -> e.key"
        "  AND e.key <> 'name_key'"
        f" OR e.key = 'name_key' AND t.{'name' if kind.keyed else 'uid'}"
        f" IS DISTINCT FROM h.{'name' if kind.keyed else 'uid'}) END"
        f" FROM {kind.table} t LEFT JOIN {former} h ON h.id = t.id AND h.ended_by_id = {int(change_set)}"
        f"{kind.joins('t')}{kind.joins('h')} WHERE t.change_set_id = {int(change_set)}) TO STDOUT"
    )
