"""What changed rules, or a changed drawn area, would have made of the cases of the last year."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.gis.geos import MultiPolygon
from django.db.models import QuerySet

from accounts.models import Department
from cases.models import Case
from cases.queries.surroundings import Spot, Surroundings, facts_at, surroundings
from cases.rules.binding import Facts, tests
from cases.rules.routing import NoRuleMatches, Rulebook

_CHUNK = 5_000
_EXAMPLES = 25
_COLUMNS = (
    "pk", "number", "request_type_id", "request_type__group_id", "kind", "channel_id",
    "district_id", "neighbourhood_id", "building_id", "parcel_id", "street_id", "opened_at",
    "answers", "geom",
)  # fmt: skip


@dataclass(frozen=True)
class DrawnArea:
    """A drawn area as it would be."""

    key: str
    geom: MultiPolygon


@dataclass
class _Count:
    moved: int = 0
    nobody: int = 0
    won: Counter[int] = field(default_factory=Counter)
    moves: Counter[tuple[int, int]] = field(default_factory=Counter)
    examples: list[tuple[str, int, int]] = field(default_factory=list)


def last_year(cases: QuerySet[Case], now: datetime) -> QuerySet[Case]:
    """Those that came in during the year before now."""
    return cases.filter(opened_at__gte=now - timedelta(days=365), opened_at__lte=now)


def what_if(
    before: Rulebook,
    after: Rulebook,
    *,
    on: date,
    now: datetime,
    progress: Callable[[float, str], None],
    cases: QuerySet[Case],
    area: DrawnArea | None = None,
) -> dict[str, Any]:
    """How many of these cases of the last year would have gone elsewhere, whose they would have been, and
    some of them. Both books are asked as in force on the day `on`; a case's areas are those that
    were stored with it.

    The answer: looked_at, moved (to another department), other_body, nobody (no rule after it),
    won (cases by rule id), moves ([from, to, cases] in names), examples ([number, from, to]).
    """
    asked = {t.fact for book in (before, after) for r in book.rules for t in tests(r.condition)}
    drawn = area is not None or bool(asked & {"area", "owner"})
    rows = last_year(cases, now).order_by("pk")
    total, done, count = rows.count(), 0, _Count()
    inside: frozenset[int] = frozenset()
    for chunk in _chunks(rows.values_list(*_COLUMNS if drawn else _COLUMNS[:-1])):
        around = _around(chunk, on) if drawn else {}
        if area is not None:
            ids = [row[0] for row in chunk]
            held = Case.objects.filter(pk__in=ids, geom__intersects=area.geom)
            inside = frozenset(held.values_list("pk", flat=True))
        for row in chunk:
            facts = _facts(row, around.get(row[0]), on)
            changed = _redrawn(facts, area.key, row[0] in inside) if area else facts
            _compare(count, row[1], _outcome(before, facts), _outcome(after, changed))
        done += len(chunk)
        progress(done / max(total, 1), f"{done} / {total}")
    return {"looked_at": done, **_told(count)}


def _chunks(rows: Any) -> Iterator[list[tuple[Any, ...]]]:
    """By primary key, so that a long run holds no cursor open."""
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:_CHUNK]):
        yield chunk
        last = chunk[-1][0]


def _around(chunk: list[tuple[Any, ...]], on: date) -> dict[int, Surroundings]:
    """Only what is drawn, and who owns what: the areas of the register are those of the case."""

    def spot(row: tuple[Any, ...]) -> Spot:
        lon, lat = (row[13].x, row[13].y) if row[13] else (None, None)
        return Spot(
            row[0], lon, lat, building=row[8], parcel=row[9], street=row[10],
            neighbourhood=row[7], district=row[6],
        )  # fmt: skip

    return surroundings([spot(row) for row in chunk], on)


def _facts(row: tuple[Any, ...], around: Surroundings | None, on: date) -> Facts:
    return facts_at(
        around or Surroundings(row[7], row[6]),
        on=on,
        opened_at=row[11],
        answers=row[12],
        request_type=row[2],
        group=row[3],
        kind=row[4] or None,
        channel=row[5],
    )


def _redrawn(facts: Facts, name: str, inside: bool) -> Facts:
    if facts.areas is None:
        return facts
    return replace(facts, areas=facts.areas | {name} if inside else facts.areas - {name})


def _outcome(book: Rulebook, facts: Facts) -> tuple[int, int]:
    """Department and rule; 0 and -1 where nobody is responsible."""
    try:
        rule = book.decide(facts).rule
    except NoRuleMatches:
        return 0, -1
    return rule.department, rule.id


def _compare(count: _Count, number: str, old: tuple[int, int], new: tuple[int, int]) -> None:
    count.won[new[1]] += 1
    count.nobody += new[0] == 0
    if old[0] != new[0]:
        count.moved += 1
        count.moves[old[0], new[0]] += 1
        if len(count.examples) < _EXAMPLES:
            count.examples.append((number, old[0], new[0]))


def _told(count: _Count) -> dict[str, Any]:
    rows = {d.pk: d for d in Department.objects.select_related("organisation")}
    names = {0: "–", **{pk: str(d) for pk, d in rows.items()}}

    def body(department: int) -> int:
        return rows[department].organisation_id if department in rows else 0

    return {
        "moved": count.moved,
        "other_body": sum(n for (a, b), n in count.moves.items() if body(a) != body(b)),
        "nobody": count.nobody,
        "won": {str(rule): n for rule, n in count.won.items() if rule >= 0},
        "moves": [[names[a], names[b], n] for (a, b), n in count.moves.most_common(30)],
        "examples": [[number, names[a], names[b]] for number, a, b in count.examples],
    }
