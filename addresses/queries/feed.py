"""The change feed: whole change sets by number, in the order in which they were committed.

Nothing is written for it. A version of a record stands in the register or in its history, with the
change set that made it; the events of a set are the versions that it made. So the feed cannot
disagree with the register, and it reaches as far back as the history does.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from accounts.rules.viewer import Viewer
from addresses.models import ChangeCounter, ChangeSet, Neighbourhood
from addresses.queries.data_model import EntityType
from addresses.queries.policy import policy
from notifications.rules.topics import Letter

_FETCH = 2_000
# What webhooks are told: the last number, and nothing else.
TOPIC, ADVANCED = "register", "register.advanced"


class TooOld(Exception):
    """The feed does not go back so far: take a new extract. `oldest` is where it begins."""

    def __init__(self, oldest: int) -> None:
        super().__init__(oldest)
        self.oldest = oldest


@dataclass(frozen=True)
class Area:
    """A filter: some neighbourhoods (ids), and the districts that they lie in."""

    neighbourhoods: tuple[int, ...]
    districts: tuple[int, ...]

    @staticmethod
    def of(neighbourhoods: Sequence[int]) -> "Area":
        districts = Neighbourhood.objects.filter(pk__in=neighbourhoods).values_list("district_id")
        return Area(tuple(neighbourhoods), tuple({d for (d,) in districts}))


def latest() -> int:
    """The number of the last published change set; 0 before the first."""
    return ChangeCounter.objects.values_list("number", flat=True).first() or 0


def letters(viewer: Viewer, after: int, limit: int) -> tuple[list[Letter], int]:
    """For webhooks: one that tells the last number, however many lie behind `after`."""
    row = ChangeSet.objects.filter(number__gt=after).order_by("-number").first()
    if row is None or row.number is None or row.published_at is None:
        return [], after
    return [Letter(row.number, ADVANCED, row.published_at, {"number": row.number})], row.number


def transactions(*, after: int, limit: int, now: datetime) -> list[dict[str, Any]]:
    """The sets behind `after`, at most `limit`, without their events. Raises TooOld."""
    _check_age(after, now)
    rows = ChangeSet.objects.filter(number__gt=after).order_by("number")[:limit]
    return [_transaction(row) for row in rows]


def events(
    kinds: Sequence[EntityType],
    *,
    after: int,
    limit: int,
    now: datetime,
    area: Area | None = None,
) -> Iterator[str]:
    """Lines of JSON: for each set a line `transaction`, then a line for each of its events, kinds in
    the order of their references; at last a line `end` with the number reached.

    A set is whole when the next line `transaction` or `end` has come: a consumer that loses the
    connection before that takes nothing of it. With an area an event is `I` when a record enters it
    and `D` when it leaves. Raises TooOld before the first line.
    """
    _check_age(after, now)
    if area is not None:
        _check_filter(after, area)
    sets = list(ChangeSet.objects.filter(number__gt=after).order_by("number")[:limit])
    return _lines(kinds, sets, after, area)


def _lines(
    kinds: Sequence[EntityType], sets: list[ChangeSet], after: int, area: Area | None
) -> Iterator[str]:
    for row in sets:
        after = row.number or after
        yield json.dumps({"transaction": _transaction(row)}, ensure_ascii=False) + "\n"
        for kind in kinds:
            with connection.cursor() as cursor:
                cursor.execute(*_statement(kind, row, area))
                while batch := cursor.fetchmany(_FETCH):
                    yield from (text + "\n" for (text,) in batch)
    yield json.dumps({"end": {"number": after}}) + "\n"


def _statement(kind: EntityType, change_set: ChangeSet, area: Area | None) -> tuple[str, Any]:
    """The versions that a set made, as lines of JSON. One statement sees one snapshot: a version
    that another set moves to the history meanwhile is seen once."""
    parameters: dict[str, Any] = {"set": change_set.pk, "number": change_set.number}
    operation = "CASE WHEN t.version = 1 THEN 'I' ELSE 'U' END"
    previous, where = "", ""
    if area is not None:
        parameters |= {"areas": list(area.neighbourhoods), "districts": list(area.districts)}
        previous = f" LEFT JOIN {kind.table}_history p ON p.id = t.id AND p.version = t.version - 1"
        inside, before = kind.within("t"), f"(p.id IS NOT NULL AND {kind.within('p')})"
        operation = f"CASE WHEN NOT {inside} THEN 'D' WHEN {before} THEN 'U' ELSE 'I' END"
        where = f" AND ({inside} OR {before})"
    body = kind.body("t")
    select = (
        f"SELECT t.id, jsonb_build_object('number', %(number)s, 'entity', '{kind.name}',"
        f" 'uid', t.uid, 'operation', {operation}, 'version', t.version,"
        f" 'body', CASE WHEN {operation} <> 'D' THEN {body} END)::text AS line"
        " FROM {table} t{joins} WHERE t.change_set_id = %(set)s{where}"
    )
    both = " UNION ALL ".join(
        select.format(table=table, joins=kind.joins("t") + previous, where=where)
        for table in (kind.table, f"{kind.table}_history")
    )
    return f"SELECT line FROM ({both}) e ORDER BY id", parameters


def checksums(
    kinds: Sequence[EntityType], *, area: Area | None = None, as_of: date | None = None
) -> list[dict[str, Any]]:
    """For each kind and neighbourhood how many records there are, and a sum over them; with `as_of`
    of what was in force on that day.

    The sum is SHA-256, in hexadecimal, of the lines `uid version` (each ended by a line feed) in
    the order of the uids as text. Where a kind has its neighbourhood the data model says
    (`x-neighbourhood`); kinds without one are summed as one.
    """
    found = []
    for kind in kinds:
        where = f"WHERE {kind.within('t')}" if area is not None else ""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT n.uid::text, count(*), encode(sha256(convert_to(string_agg("
                "  t.uid || ' ' || t.version || E'\\n', '' ORDER BY t.uid::text COLLATE \"C\"),"
                " 'UTF8')), 'hex')"
                f" FROM {kind.at(as_of)} t LEFT JOIN addresses_neighbourhood n ON n.id = {kind.area('t')}"
                f" {where} GROUP BY n.uid ORDER BY n.uid",
                {
                    "day": as_of,
                    "areas": list(area.neighbourhoods) if area else None,
                    "districts": list(area.districts) if area else None,
                },
            )
            found += [
                {"entity": kind.name, "neighbourhood": uid, "count": count, "sha256": digest}
                for uid, count, digest in cursor.fetchall()
            ]
    return found


def _transaction(row: ChangeSet) -> dict[str, Any]:
    assert row.published_at is not None
    return {
        "number": row.number,
        "kind": row.kind,
        "title": row.title,
        "legal_basis": row.legal_basis,
        "effective_from": row.effective_from.isoformat() if row.effective_from else None,
        "published_at": row.published_at.isoformat(),
    }


def oldest(now: datetime) -> int:
    """The last number that a consumer may hold and still follow the feed."""
    since = now - timedelta(days=policy().feed_days)
    old = ChangeSet.objects.filter(number__isnull=False, published_at__lt=since)
    return old.order_by("-number").values_list("number", flat=True).first() or 0


def _check_age(after: int, now: datetime) -> None:
    if after < (begins := oldest(now)):
        raise TooOld(begins)


def _check_filter(after: int, area: Area) -> None:
    """A neighbourhood that went to another district takes streets with it that no event names."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(s.number) FROM addresses_neighbourhood_history h"
            " JOIN addresses_neighbourhood n ON n.id = h.id AND n.district_id <> h.district_id"
            " JOIN addresses_changeset s ON s.id = h.ended_by_id"
            " WHERE h.id = ANY(%s) AND s.number > %s",
            [list(area.neighbourhoods), after],
        )
        moved = cursor.fetchone()[0]
    if moved is not None:
        raise TooOld(moved)
