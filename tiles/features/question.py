"""A question to a collection, and the statements that answer it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tiles.conf import CONF
from tiles.features import cql2
from tiles.features.collection import Asking, Collection, Property, Shape, Source
from tiles.features.condition import Condition
from tiles.features.cql2 import BadFilter
from tiles.features.paging import Key, behind, keys_of
from tiles.features.temporal import is_moment, time_of
from tiles.features.values import Values
from tiles.rules.crs import LON_LAT, Crs

When = date | datetime | None


@dataclass(frozen=True)
class Question:
    """What is asked, as it was read from the request. `properties`: names; None: all. `period`: first and
    last time, None: open. `skip_geometry`: the features are told without. `sent` names a filter that stands in
    no address."""

    collection: Collection
    shape: Shape
    asking: Asking
    filter: Any = None
    filter_crs: Crs = LON_LAT
    equal: Sequence[tuple[str, str]] = ()
    box: tuple[list[float], Crs] | None = None
    period: tuple[When, When] | None = None
    sortby: str = ""
    crs: Crs = LON_LAT
    properties: tuple[str, ...] | None = None
    skip_geometry: bool = False
    sent: str = ""
    limit: int = CONF.page
    after: tuple[str | None, ...] | None = None

    @property
    def told(self) -> list[Property]:
        """The properties that are told, in their own order."""
        wanted = self.properties
        return [p for p in self.shape.properties if wanted is None or p.name in wanted]


@dataclass
class Statement:
    """What a question becomes: rows `t` from `source` under `where`, in the order of `keys`."""

    question: Question
    source: Source
    where: str
    keys: list[Key]
    values: Values = field(repr=False)

    def page(self, columns: Sequence[str], limit: int, after: Sequence[str | None] | None) -> str:
        """SELECT of a page: its keys as text, then the columns (over `t` and the joins). The rows are chosen
        before anything is joined to them."""
        where = self.where
        if after is not None:
            where = " AND ".join(p for p in (where, behind(self.keys, after, self.values)) if p)
        order = ", ".join(k.ordered for k in self.keys)
        told = ", ".join([*(k.told for k in self.keys), *columns])
        return (
            f"SELECT {told} FROM (SELECT t.* FROM {self.source.table} t"
            f"{' WHERE ' + where if where else ''} ORDER BY {order} LIMIT {int(limit)}) t"
            f"{self.question.shape.joins} ORDER BY {order}"
        )

    def count(self, most: int) -> str:
        """SELECT of the number of rows, no more than this."""
        return (
            f"SELECT count(*) FROM (SELECT 1 FROM {self.source.table} t"
            f"{' WHERE ' + self.where if self.where else ''} LIMIT {int(most)}) counted"
        )


def statement_of(question: Question) -> Statement:
    """Raises BadFilter."""
    shape = question.shape
    source = shape.source(question.asking)
    values = Values(source.values)
    condition = Condition(shape, values, question.filter_crs)
    parts = list(source.conditions)
    if question.filter is not None:
        parts.append(condition.of(question.filter))
    parts += [condition.equal(name, text) for name, text in question.equal]
    if question.box is not None:
        if shape.geometry is None:
            raise BadFilter(_("These features have no geometry."))
        parts.append(condition.box(*question.box))
    if question.period is not None and shape.time is not None:
        parts += _within(shape, question.period, values)
    named = cql2.names(question.filter) | {name for name, _text in question.equal}
    parts += [sql for name, sql in shape.unless.items() if name not in named]
    return Statement(question, source, " AND ".join(parts), keys_of(shape, question.sortby), values)


def single(question: Question, feature: str) -> Statement | None:
    """The one feature with an id; None where there can be none. What holds unless it is asked for does not
    hold here: whoever has an id asks for it."""
    found = question.shape.find(feature)
    if found is None:
        return None
    source = question.shape.source(question.asking)
    values = Values(source.values)
    condition, value = found
    where = " AND ".join([*source.conditions, condition.format(values.put(value))])
    return Statement(question, source, where, keys_of(question.shape, ""), values)


def _within(shape: Shape, period: tuple[When, When], values: Values) -> list[str]:
    assert shape.time is not None
    begin, end = shape.time
    first, last = period
    parts = []
    if last is not None:
        parts.append(f"{begin} <= {_edge(shape, last, True, values)}")
    if first is not None:
        parts.append(f"{end} >= {_edge(shape, first, False, values)}")
    return parts


def _edge(shape: Shape, when: date | datetime, last: bool, values: Values) -> str:
    zone = values.put(settings.TIME_ZONE)
    given = values.put(when)
    if shape.time_type == "date":
        if is_moment(when):
            return f"({given}::timestamptz AT TIME ZONE {zone})::date"
        return f"{given}::date"
    if is_moment(when):
        return f"{given}::timestamptz"
    if last:
        return f"(({given}::date + 1)::timestamp AT TIME ZONE {zone} - interval '1 microsecond')"
    return f"({given}::date::timestamp AT TIME ZONE {zone})"


def period_of(text: str) -> tuple[When, When]:
    """From `datetime`: a time, or two with a slash between, of which one may be open. Raises BadFilter."""
    parts = text.split("/")
    if len(parts) == 1:
        when = time_of(text)
        return when, when
    if len(parts) != 2:
        raise BadFilter(_("A period has a beginning and an end."))
    first, last = (None if p in ("", "..") else time_of(p) for p in parts)
    if first is None and last is None:
        raise BadFilter(_("A period has a beginning or an end."))
    if first is not None and last is not None:
        begin, end = (str(w)[:10] for w in (first, last))
        same = is_moment(first) == is_moment(last)
        if (same and first > last) or begin > end:
            raise BadFilter(_("The period ends before it begins."))
    return first, last


def narrowed(question: Question, **changes: Any) -> Question:
    return replace(question, **changes)
