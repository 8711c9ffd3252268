"""What is retired takes nothing along: no street stands in a district that there is no more.

For what a record cannot be placed without this is a problem of the draft. What merely names another
record (a door's building or parcel, a building on a parcel) is left to the rules of quality.
"""

from django.db import connection
from django.utils.translation import gettext as _

from addresses.drafts.apply import NotApplicable, Problem
from addresses.models import ChangeSet
from addresses.queries.data_model import entity
from addresses.queries.labels import kind_label
from addresses.queries.titles import titles

_PLACED_BY = {
    "province": ("district",),
    "district": ("neighbourhood", "street"),
    "neighbourhood": ("street_side", "parcel", "building", "landmark"),
    "street": ("street_side",),
    "street_side": ("address",),
}
_MOST = 200
_ENDED = "('RETIRED', 'REJECTED')"


def check_referred(change_set: ChangeSet) -> None:
    """Once the set is written: raises NotApplicable where it retired what living records still
    stand in, unless it ends or moves these too."""
    problems = []
    for name, others in _PLACED_BY.items():
        for other in others:
            problems += _left(change_set, name, other)
    if problems:
        raise NotApplicable(problems[:_MOST])


def _left(change_set: ChangeSet, name: str, other: str) -> list[Problem]:
    kind, left = entity(name), entity(other)
    column = next(c.column for c in left.columns if c.reference == name)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.uid::text, count(*), min(t.uid::text) FROM addresses_change c"
            f" JOIN {kind.table} r ON r.uid = c.entity_uid"
            f" JOIN {left.table} t ON t.{column} = r.id"
            f" WHERE c.change_set_id = %s AND c.entity = '{name}' AND r.status IN {_ENDED}"
            f" AND (c.operation = 'RETIRE' OR c.values->>'status' IN {_ENDED})"
            f" AND t.status NOT IN {_ENDED} GROUP BY r.uid ORDER BY r.uid LIMIT {_MOST}",
            [change_set.pk],
        )
        rows = cursor.fetchall()
    called = titles(left, [first for _uid, _count, first in rows])
    words = _(
        "Records that are not retired belong to it (%(kind)s: %(count)s, among them %(one)s)."
    )
    return [
        Problem(
            name, uid, "status",
            words % {"kind": kind_label(other), "count": count, "one": called.get(first, first)},
            "referred",
        )
        for uid, count, first in rows
    ]  # fmt: skip
