"""Records that a source has named before and names no longer."""

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
