"""Writing within a change set, and publishing it under a gap-free number."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection

from addresses.models import ChangeSet
from addresses.queries.touched_boxes import touched_boxes
from tiles.actions.versions import data_changed

# Creates the counter's row when it is missing. The row stays locked until the transaction ends,
# so call this as late as possible.
_NEXT_NUMBER = """
INSERT INTO addresses_changecounter (id, number) VALUES (1, 1)
ON CONFLICT (id) DO UPDATE SET number = addresses_changecounter.number + 1
RETURNING number
"""
_OPEN = """
SELECT set_config('register.change_set', %s, true),
       set_config('register.effective_from', %s, true),
       set_config('register.correction', %s, true)
"""


@contextmanager
def writing(change_set: ChangeSet) -> Iterator[None]:
    """Opens the change set for writes to the register, until the block or the transaction ends.

    The database refuses writes to the register outside of this. Must run inside a transaction.
    Raises ValueError for a set that is published or rejected: what it holds never changes.
    """
    if change_set.number is not None or change_set.state == ChangeSet.State.REJECTED:
        raise ValueError(f"change set {change_set.pk} is {change_set.state.lower()}")
    day = change_set.effective_from.isoformat() if change_set.effective_from else ""
    correction = "on" if change_set.kind == ChangeSet.Kind.CORRECTION else ""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [str(change_set.pk), day, correction])
        yield
        cursor.execute(_OPEN, ["", "", ""])


def publish(change_set: ChangeSet, *, now: datetime) -> int:
    """Gives the change set the next number. Must run inside the transaction that wrote its rows.

    Numbers follow the order of commits and have no gaps: a rolled back publication gives its
    number back. Raises ValueError if the set is published already.
    """
    if change_set.number is not None:
        raise ValueError(f"change set {change_set.pk} is published as {change_set.number}")
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_NUMBER)
        change_set.number = int(cursor.fetchone()[0])
    change_set.published_at = now
    change_set.state = ChangeSet.State.PUBLISHED
    change_set.save(update_fields=["number", "published_at", "state", "summary"])
    data_changed("register", where=touched_boxes(change_set))
    return change_set.number
