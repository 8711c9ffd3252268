"""Pages of a list, each as cheap as the first; and counts that end where nobody counts any more."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import F, Q, QuerySet
from django.utils.dateparse import parse_datetime

from accounts.rules.viewer import Viewer
from cases.models import Case
from cases.queries.case_list import list_lines, view_of
from cases.queries.visibility import visible_cases
from cases.rules.lifecycle import OPEN
from cases.rules.listing import NAME_SORTS, VIEWS, ListFilter
from core.queries.sql import TooSlow, in_time

COUNTED = 5_000
_TAB_COUNTED = 1_000
_TABS_SECONDS = 5  # a busy city changes every second
_PATIENCE_MS = 50  # a count may take so long; then it is not told
# How a list too long to be read whole is answered, and how long each may try; see `_long_keys`.
_ATTEMPTS = ((100, "enable_sort"), (400, ""), (1000, "enable_indexscan"), (0, ""))

_COLUMNS = {
    "new": ("opened_at", True),
    "old": ("opened_at", False),
    "due": ("due_at", False),
    "due_last": ("due_at", True),
    "changed": ("changed_at", True),
    "changed_first": ("changed_at", False),
    "ended": ("closed_at", True),
}
_NULLABLE = ("due_at", "closed_at")
_NAMES = {
    "type": ("request_type__name",),
    "place": ("district__name_key", "neighbourhood__name_key", "place_label"),
    "state": ("state",),
    "responsible": ("department__organisation__name", "department__name"),
    "level": ("-escalation",),
}


@dataclass(frozen=True)
class Count:
    """How many there are: `n`, or more than `n`; nothing is known where counting took too long."""

    n: int
    more: bool = False
    known: bool = True

    @property
    def exact(self) -> bool:
        return self.known and not self.more


@dataclass(frozen=True)
class Page:
    """`back` and `next` are cursors, None where there is no such page. `sort` is the order that was
    kept: `ListFilter.long_order` where there were too many to sort. `count` is that of the list, which
    a list that stands on one page says itself where counting took too long."""

    rows: list[Case]
    back: str | None
    next: str | None
    sort: str
    count: Count


@dataclass(frozen=True)
class _Place:
    """What a cursor says: the order that its page was in, so that the next one keeps it; and a row with
    the value that is sorted by, or for names how many rows lie in front."""

    sort: str
    at: datetime | None = None
    pk: int = 0
    start: int = 0


def count_up_to(rows: QuerySet[Case], most: int = COUNTED) -> Count:
    try:
        with in_time(_PATIENCE_MS / 1000):
            n = rows.order_by().values("pk")[: most + 1].count()
    except TooSlow:
        return Count(0, known=False)
    return Count(min(n, most), n > most)


def tab_counts(viewer: Viewer) -> dict[str, Count]:
    """How many open cases each view holds, at most five seconds old; the whole list is not counted."""
    name = f"tabs:{viewer.user_id}:{viewer.audience}"
    found: dict[str, Count] | None = cache.get(name)
    if found is None:
        rows = visible_cases(viewer).filter(state__in=sorted(OPEN))
        found = {
            view: count_up_to(rows.filter(view_of(viewer, view)), _TAB_COUNTED)
            for view in VIEWS
            if view != "all"
        }
        cache.set(name, found, _TABS_SECONDS)
    return found


def case_page(
    rows: QuerySet[Case],
    wanted: ListFilter,
    size: int,
    count: Count,
    after: str = "",
    before: str = "",
    lines: QuerySet[Case] | None = None,
) -> Page:
    """The rows behind the cursor `after`, or in front of `before`; a cursor that is none begins
    anew, and `before="end"` is the last page. `lines` tells what is read of each row; without it,
    what a line of the console shows."""
    lines = list_lines() if lines is None else lines
    back, place = bool(before), _read(before or after, wanted)
    sort = place.sort if place else wanted.order if count.exact else wanted.long_order
    if sort in NAME_SORTS:
        return _by_name(rows, lines, sort, size, count, place.start if place else 0)
    cursor = (place.at, place.pk) if place else None
    found = _found(rows, sort, count, cursor, size + 1, words=bool(wanted.q), backwards=back)
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    has_back = more if back else cursor is not None
    has_next = (before != "end" and cursor is not None) if back else more
    whole = cursor is None and not more and not count.known
    return Page(
        _filled(lines, [pk for pk, _at in found]),
        _written(sort, found[0]) if found and has_back else None,
        _written(sort, found[-1]) if found and has_next else None,
        sort,
        Count(len(found)) if whole else count,
    )


def newest(rows: QuerySet[Case], count: Count, start: int, size: int) -> list[int]:
    """Their ids from the one at `start` on. For pages by number, which must end: all before them are read."""
    keys = _found(rows, "new", count, None, start + size, words=False, backwards=False)
    return [pk for pk, _at in keys[start:]]


def beside(rows: QuerySet[Case], wanted: ListFilter, case: Case) -> tuple[str | None, str | None]:
    """The numbers in front of a case and behind it, in the order of a long list."""
    sort = wanted.long_order
    cursor = (getattr(case, _COLUMNS[sort][0]), case.pk)
    words = bool(wanted.q)
    pks = [_long_keys(rows, sort, cursor, 1, words=words, backwards=b) for b in (True, False)]
    numbers = dict(
        Case.objects.filter(pk__in=[p[0][0] for p in pks if p]).values_list("pk", "number")
    )
    before, after = (numbers.get(p[0][0]) if p else None for p in pks)
    return before, after


def ordered(rows: QuerySet[Case], sort: str) -> QuerySet[Case]:
    """All rows, for what reads the list to its end."""
    if sort in NAME_SORTS:
        return rows.order_by(*_NAMES[sort], "-opened_at", "-pk")
    column, falling = _COLUMNS[sort]
    if column not in _NULLABLE:
        return rows.order_by(f"{'-' if falling else ''}{column}", "-pk" if falling else "pk")
    at = F(column)
    last = at.desc(nulls_last=True) if falling else at.asc(nulls_last=True)
    return rows.order_by(last, "-pk" if falling else "pk")


_Key = tuple[int, datetime | None]


def _found(
    rows: QuerySet[Case], sort: str, count: Count, cursor: tuple[datetime | None, int] | None,
    size: int, *, words: bool, backwards: bool,
) -> list[_Key]:  # fmt: skip
    if count.exact:
        return _sorted_keys(rows, sort, cursor, size, backwards=backwards)
    return _long_keys(rows, sort, cursor, size, words=words, backwards=backwards)


def _long_keys(
    rows: QuerySet[Case], sort: str, cursor: tuple[datetime | None, int] | None, size: int,
    *, words: bool, backwards: bool,
) -> list[_Key]:  # fmt: skip
    """Of a list too long to be read whole. What many cases have (common words, a dense quarter) is soon met by
    walking along the order, where an index would gather all of them first; how common several conditions are
    together no planner knows. If the walk meets too few, the planner chooses; and where it chose to walk as well
    (a department and types that it never has), those are gathered that have one of them. If they are many, and
    still on the disk, its choice was right, and is waited for. With words it never walks: what it began to
    gather is not begun anew."""
    attempts = (_ATTEMPTS[0], _ATTEMPTS[-1]) if words else _ATTEMPTS
    for milliseconds, without in attempts:
        with suppress(TooSlow), in_time(milliseconds / 1000, without=without):
            return _keys(rows, sort, cursor, size, backwards=backwards)
    raise AssertionError  # the last attempt has no end


def _keys(
    rows: QuerySet[Case], sort: str, cursor: tuple[datetime | None, int] | None, size: int,
    *, backwards: bool,
) -> list[_Key]:  # fmt: skip
    """Ids with the value that is sorted by. What has none stands behind all others."""
    column, falling = _COLUMNS[sort]
    down = falling is not backwards
    order = (f"-{column}", "-pk") if down else (column, "pk")
    sign = "lt" if down else "gt"
    parts = [False, True] if column in _NULLABLE else [False]
    if backwards:
        parts.reverse()
    found: list[_Key] = []
    for empty in parts:
        part = rows
        if column in _NULLABLE:
            part = part.filter(**{f"{column}__isnull": empty})
        if cursor is not None:
            at, pk = cursor
            if (at is None) != empty:
                if empty is backwards:  # the other part lies on the far side of the cursor
                    continue
            elif empty:
                part = part.filter(**{f"pk__{sign}": pk})
            else:
                # The first condition bounds the index, the second decides between equals.
                part = part.filter(
                    Q(**{f"{column}__{sign}e": at}),
                    Q(**{f"{column}__{sign}": at}) | Q(**{f"pk__{sign}": pk}),
                )
        keys = part.order_by(*order).values_list("pk", column)[: size - len(found)]
        found += list(keys)
        if len(found) >= size:
            break
    return found


def _sorted_keys(
    rows: QuerySet[Case], sort: str, cursor: tuple[datetime | None, int] | None, size: int,
    *, backwards: bool,
) -> list[_Key]:  # fmt: skip
    """The same for a list short enough to be read whole. Walking an index would pass by all cases of
    the city where few of them fit."""
    column, falling = _COLUMNS[sort]
    keys: list[_Key] = list(rows.order_by().values_list("pk", column))
    dated = sorted(((at, pk) for pk, at in keys if at is not None), reverse=falling)
    bare = sorted((pk for pk, at in keys if at is None), reverse=falling)
    whole: list[_Key] = [(pk, at) for at, pk in dated] + [(pk, None) for pk in bare]
    if backwards:
        whole.reverse()
    if cursor is not None:
        passed = _passes(cursor, falling, backwards)
        whole = [key for key in whole if passed(key)]
    return whole[:size]


def _passes(
    cursor: tuple[datetime | None, int], falling: bool, backwards: bool
) -> Callable[[_Key], bool]:
    """Whether a key lies behind the cursor, or in front of it when the list is read backwards."""

    def rank(at: datetime | None, pk: int) -> tuple[bool, float, int]:
        sign = -1 if falling else 1
        return (at is None, sign * at.timestamp() if at else 0.0, sign * pk)

    here = rank(*cursor)
    if backwards:
        return lambda key: rank(key[1], key[0]) < here
    return lambda key: rank(key[1], key[0]) > here


def is_cursor(text: str, wanted: ListFilter) -> bool:
    """Whether a page of this list could have given it."""
    return _read(text, wanted) is not None


def _by_name(
    rows: QuerySet[Case], lines: QuerySet[Case], sort: str, size: int, count: Count, start: int
) -> Page:
    start = min(start, COUNTED)
    pks = list(ordered(rows, sort).values_list("pk", flat=True)[start : start + size + 1])
    return Page(
        _filled(lines, pks[:size]),
        f"{sort}~{max(start - size, 0)}" if start else None,
        f"{sort}~{start + size}" if len(pks) > size else None,
        sort,
        count,
    )


def _filled(lines: QuerySet[Case], pks: list[int]) -> list[Case]:
    """The cases of these ids in their order: names are joined to a page, never to the whole list."""
    found = {case.pk: case for case in lines.filter(pk__in=pks)}
    return [found[pk] for pk in pks if pk in found]


def _read(cursor: str, wanted: ListFilter) -> _Place | None:
    sort, _tilde, rest = cursor.partition("~")
    if sort not in (wanted.order, wanted.long_order):
        return None
    at, tilde, number = ("", "~", rest) if sort in NAME_SORTS else rest.partition("~")
    if not tilde or not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    if sort in NAME_SORTS:
        return _Place(sort, start=int(number))
    try:
        moment: Any = parse_datetime(at) if at else None
    except ValueError:
        return None
    if at and (moment is None or moment.tzinfo is None):
        return None
    return _Place(sort, moment, int(number))


def _written(sort: str, key: _Key) -> str:
    pk, at = key
    return f"{sort}~{at.isoformat().replace('+00:00', 'Z') if at else ''}~{pk}"
