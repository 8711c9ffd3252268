"""Publishing change sets under gap-free numbers."""

from datetime import datetime

from django.db import connection

from addresses.models import ChangeSet

# Creates the counter's row when it is missing. The row stays locked until the transaction ends,
# so call this as late as possible.
_NEXT_NUMBER = """
INSERT INTO addresses_changecounter (id, number) VALUES (1, 1)
ON CONFLICT (id) DO UPDATE SET number = addresses_changecounter.number + 1
RETURNING number
"""


def publish(change_set: ChangeSet, *, now: datetime) -> int:
    """Gives the change set the next number. Must run inside the transaction that made it.

    Numbers follow the order of commits and have no gaps: a rolled back publication gives its
    number back. Raises ValueError if the set is published already.
    """
    if change_set.number is not None:
        raise ValueError(f"change set {change_set.pk} is published as {change_set.number}")
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_NUMBER)
        change_set.number = int(cursor.fetchone()[0])
    change_set.published_at = now
    change_set.save(update_fields=["number", "published_at", "summary"])
    return change_set.number
