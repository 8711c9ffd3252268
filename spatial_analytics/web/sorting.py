"""Heads of tables that sort both ways: `name` upwards, `-cases` downwards."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import F
from django.db.models.expressions import OrderBy
from django.http import HttpRequest

from spatial_analytics.web.questions import one_of

Row = TypeVar("Row")


@dataclass(frozen=True)
class Head:
    """A column. `sort` is the order that its first click gives; without one it does not sort."""

    title: Any
    sort: str = ""
    number: bool = False


def sort_of(request: HttpRequest, heads: Sequence[Head], first: str) -> str:
    """The order that is asked for, `first` where none is. Raises `BadQuestion`."""
    fields = [head.sort.lstrip("-") for head in heads if head.sort]
    return one_of(request, "sort", [first, *fields, *(f"-{field}" for field in fields)])


def shown(request: HttpRequest, heads: Iterable[Head], sort: str) -> list[dict[str, Any]]:
    """What the heads show, each with the address of its order: the other way round for the present one."""
    query = request.GET.copy()
    query.pop("page", None)
    rows = []
    for head in heads:
        there = head.sort.lstrip("-") == sort.lstrip("-") and bool(head.sort)
        query["sort"] = _turned(sort) if there else head.sort
        order = ("descending" if sort.startswith("-") else "ascending") if there else ""
        rows.append({"head": head, "order": order, "query": query.urlencode()})
    return rows


def ordered(rows: Sequence[Row], sort: str, value: Callable[[Row], Any]) -> list[Row]:
    """Rows that no query sorts; of equal ones the former order stays. Unknown values (None) come last."""
    known = [row for row in rows if value(row) is not None]
    unknown = [row for row in rows if value(row) is None]
    return sorted(known, key=value, reverse=sort.startswith("-")) + unknown


def by(sort: str, columns: Mapping[str, Any] | None = None) -> OrderBy:
    """The order of a query; `columns` are expressions of fields that are called otherwise. Unknown values
    come last."""
    field = sort.lstrip("-")
    return OrderBy(
        (columns or {}).get(field, F(field)), descending=sort.startswith("-"), nulls_last=True
    )


def _turned(sort: str) -> str:
    return sort[1:] if sort.startswith("-") else f"-{sort}"
