"""Runs the statements of a question: pages, single features, counts. Bounded in time and number."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db import DataError, InternalError, connection
from django.utils.translation import gettext as _

from tiles.conf import CONF
from tiles.features.cql2 import BadFilter
from tiles.features.paging import token
from tiles.features.question import Statement
from tiles.queries.bounded import COUNT_OF_ALL, COUNTS, FEATURES, Bounds, Overloaded, bounded

Row = tuple[Any, ...]
_COUNT_SECONDS = 600
_UNKNOWN = -1


def rows_of(sql: str, values: dict[str, Any], bounds: Bounds = FEATURES) -> list[Row]:
    """Raises Overloaded, and BadFilter for values that the database can do nothing with."""

    def read() -> list[Row]:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())

    try:
        return bounded(read, bounds)
    except (DataError, InternalError):  # a geometry that cannot be transformed, a number too large
        raise BadFilter(_("The values of this question cannot be compared.")) from None


@dataclass
class Page:
    """Features of one page in parts. `more` is known once all parts have been read."""

    statement: Statement
    columns: Sequence[str]
    first: list[Row] = field(default_factory=list)
    returned: int = 0
    last: tuple[str | None, ...] | None = None
    more: bool = False

    def __post_init__(self) -> None:
        self.first = self._part(self.statement.question.after)

    def parts(self) -> Iterator[list[Row]]:
        """The rows, without their keys where nobody needs them; each part a statement of its own, so that
        a large page takes no more memory than a small one."""
        part = self.first
        self.first = []
        while True:
            yield part
            if not self.more or self.returned >= self.statement.question.limit:
                return
            part = self._part(self.last)

    def _part(self, after: Sequence[str | None] | None) -> list[Row]:
        statement = self.statement
        wanted = min(statement.question.limit - self.returned, CONF.chunk)
        sql = statement.page(self.columns, wanted + 1, after)
        rows = rows_of(sql, statement.values.all)
        self.more = len(rows) > wanted
        rows = rows[:wanted]
        self.returned += len(rows)
        if rows:
            self.last = rows[-1][: len(statement.keys)]
        return rows

    def token(self, of: str) -> str | None:
        """What the next page goes on from; None: this is the last."""
        return token(of, self.last) if self.more and self.last is not None else None

    def matched(self) -> int | None:
        """How many there are on all pages, where that is cheap to know."""
        question = self.statement.question
        if question.after is None and not self.more:
            return self.returned
        return counted(self.statement)


def counted(statement: Statement) -> int | None:
    """How many features match: exactly, or None where they are many or take long to count. A count of all
    holds as long as the data do, and may be large."""
    source = statement.source
    asked = statement.question
    plain = asked.filter is None and not asked.equal and asked.box is None and asked.period is None
    sql = statement.count(2**31 if plain and source.version else CONF.counted_most + 1)
    if source.version is None:
        found = _count(sql, statement.values.all)
        return None if found is None or found > CONF.counted_most else found
    said = f"{source.version()}:{sql}:{sorted(statement.values.all.items())!r}"
    place = f"features-count:{hashlib.sha256(said.encode()).hexdigest()}"
    known = cache.get(place)
    if known is None:
        found = _count(sql, statement.values.all, COUNT_OF_ALL if plain else COUNTS)
        if not plain and found is not None and found > CONF.counted_most:
            found = None
        known = _UNKNOWN if found is None else found
        cache.set(place, known, _COUNT_SECONDS)
    return None if known == _UNKNOWN else int(known)


def _count(sql: str, values: dict[str, Any], bounds: Bounds = COUNTS) -> int | None:
    try:
        return int(rows_of(sql, values, bounds)[0][0])
    except Overloaded:
        return None


def ids_of(statement: Statement, rows: Sequence[Row]) -> list[str]:
    """The ids of rows whose first column is the database's own."""
    at = len(statement.keys)
    mask = statement.question.shape.mask
    own = [str(row[at]) for row in rows]
    return own if mask is None else mask(own)


def as_json(statement: Statement, rows: Sequence[Row]) -> str:
    """The features of rows with one column of JSON, with commas between."""
    at = len(statement.keys)
    if statement.question.shape.mask is None:
        return ",\n".join([row[at] for row in rows])
    return ",\n".join(
        f'{{"type":"Feature","id":"{one}"{row[at + 1]}'
        for one, row in zip(ids_of(statement, rows), rows, strict=True)
    )
