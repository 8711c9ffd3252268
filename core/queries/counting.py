"""Numbers beside the rows of a list."""

from typing import Any

from django.db.models import Count, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce


def number_of(rows: QuerySet[Any]) -> Coalesce:
    """How many of `rows` (which name an OuterRef) each row of a list has, 0 for none. Counted where they lie in
    an index: a join would carry all that the list shows beside every one of them."""
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("*"))
    return Coalesce(Subquery(counted.values("n")), 0)
