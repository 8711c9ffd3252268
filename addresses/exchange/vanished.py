"""Records that a source names no longer, and those that it names again."""

from django.db import connection

from addresses.exchange.session import Session
from addresses.models.entity import LIVING

# What is imported → its table, the staged table of the file, the staged column with the identity.
_STAGED = {
    "streets": ("addresses_streetside", "staged_street", "side_key"),
    "parcels": ("addresses_parcel", "staged_parcel", "source_id"),
    "buildings": ("addresses_building", "staged_building", "source_id"),
    "addresses": ("addresses_address", "staged_door", "source_id"),
    "landmarks": ("addresses_landmark", "staged_landmark", "source_id"),
}
# What only one living record may have.
_PLACE = {
    "streets": ("street_id", "neighbourhood_id", "side"),
    "parcels": ("neighbourhood_id", "cadastral_block", "number"),
    "addresses": ("side_id", "number", "suffix"),
}


def can_vanish(entity: str) -> bool:
    """Areas are replaced as a set by people; what else is imported may vanish."""
    return entity in _STAGED


def known(session: Session, entity: str) -> int:
    """How many living records the register has from this source."""
    if not can_vanish(entity):
        return 0
    table = _STAGED[entity][0]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {table} WHERE source = %s AND status = ANY(%s)",  # noqa: S608
            [session.mapping.source, list(LIVING)],
        )
        return int(cursor.fetchone()[0])


def retire_vanished(session: Session, entity: str) -> int:
    """Retires the living records of the source that the file does not hold; how many."""
    table, staged, column = _STAGED[entity]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} t SET status = 'RETIRED'"  # noqa: S608
            " WHERE t.source = %s AND t.source_id <> '' AND t.status = ANY(%s)"
            f" AND NOT EXISTS (SELECT FROM {staged} s WHERE s.{column} = t.source_id)",
            [session.mapping.source, list(LIVING)],
        )
        return int(cursor.rowcount)


def revive(session: Session, entity: str, name: str) -> int:
    """Brings back records that the file names, which an import from the same source had retired for
    not being named; how many.

    What a person has retired stays so, and so does a record whose place another one has taken: a
    conflict `retired` says it. `name` is what notes call these records.
    """
    table, staged, column = _STAGED[entity]
    same = " AND ".join(f"o.{c} = t.{c}" for c in _PLACE.get(entity, ())) or "false"
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE named_again ON COMMIT DROP AS"  # noqa: S608
            " SELECT t.id, min(s.row) AS row,"
            "   bool_and(retired.kind = 'IMPORT' AND retired.source = t.source)"
            f"  AND NOT EXISTS (SELECT FROM {table} o WHERE o.id <> t.id AND {same}"
            "                   AND o.status = ANY(%(living)s)) AS back"
            f" FROM {table} t JOIN {staged} s ON s.{column} = t.source_id"
            # The last version that was in force says which change set ended it.
            " JOIN LATERAL (SELECT h.ended_by_id"
            f"   FROM {table}_history h WHERE h.id = t.id AND h.status = ANY(%(living)s)"
            "    ORDER BY h.version DESC LIMIT 1) last ON true"
            " JOIN addresses_changeset retired ON retired.id = last.ended_by_id"
            " WHERE t.source = %(source)s AND t.status = 'RETIRED' GROUP BY t.id",
            {"source": session.mapping.source, "living": list(LIVING)},
        )
        cursor.execute(
            f"UPDATE {table} t SET status = 'ACTIVE'"  # noqa: S608
            " FROM named_again WHERE named_again.id = t.id AND back"
        )
        back = int(cursor.rowcount)
        cursor.execute(
            "INSERT INTO import_note (row, outcome, reason, entity, entity_id)"
            " SELECT row, CASE WHEN back THEN 'LINKED' ELSE 'CONFLICT' END,"
            "        CASE WHEN back THEN 'named_again' ELSE 'retired' END, %s, id FROM named_again",
            [name],
        )
        cursor.execute("DROP TABLE named_again")
    return back
