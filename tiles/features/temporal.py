"""Days, moments and periods of filters, and how two of them lie to each other."""

import re
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from tiles.features.cql2 import BadFilter

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:[Zz]|[+-]\d{2}:\d{2})"
)
# By CQL2: of two periods with their first and last moments.
RELATIONS = {
    "t_after": "{b1} > {e2}",
    "t_before": "{e1} < {b2}",
    "t_contains": "({b1} < {b2} AND {e1} > {e2})",
    "t_disjoint": "NOT ({b1} <= {e2} AND {e1} >= {b2})",
    "t_during": "({b1} > {b2} AND {e1} < {e2})",
    "t_equals": "({b1} = {b2} AND {e1} = {e2})",
    "t_finishedby": "({b1} < {b2} AND {e1} = {e2})",
    "t_finishes": "({b1} > {b2} AND {e1} = {e2})",
    "t_intersects": "({b1} <= {e2} AND {e1} >= {b2})",
    "t_meets": "{e1} = {b2}",
    "t_metby": "{b1} = {e2}",
    "t_overlappedby": "({b1} > {b2} AND {b1} < {e2} AND {e1} > {e2})",
    "t_overlaps": "({b1} < {b2} AND {e1} > {b2} AND {e1} < {e2})",
    "t_startedby": "({b1} = {b2} AND {e1} > {e2})",
    "t_starts": "({b1} = {b2} AND {e1} < {e2})",
}


def time_of(text: Any) -> date | datetime:
    """A day or a moment with its offset. Raises BadFilter."""
    if isinstance(text, str):
        try:
            if _DAY.fullmatch(text):
                return date.fromisoformat(text)
            if _MOMENT.fullmatch(text):
                return datetime.fromisoformat(text.upper())
        except ValueError:
            pass
    raise BadFilter(_("A day is written 2026-03-31, a moment 2026-03-31T12:00:00Z."))


def is_moment(value: Any) -> bool:
    return isinstance(value, datetime)
