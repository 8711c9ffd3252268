"""One answer to a question about figures: the same for map, chart, table, report and export."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from math import isnan
from typing import Any

from cases.models import Channel, RequestType
from spatial_analytics.conf import CONF
from spatial_analytics.facts import ask
from spatial_analytics.queries.area_measures import measures
from spatial_analytics.queries.few_people import counts_people, hide_few
from spatial_analytics.queries.labels import Key, labels
from spatial_analytics.queries.reach import Sight, among, condition
from spatial_analytics.rules.indicators import DIMENSIONS, PER, TIMES, WORDS, Audience, Source
from spatial_analytics.rules.question import BadQuestion, Question
from spatial_analytics.rules.rights import of_persons
from spatial_analytics.rules.small_groups import People

MOST_MOMENTS = 400


class NotForYou(Exception):
    """These figures are not told to whoever asks."""


@dataclass(frozen=True)
class Row:
    """`keys` in the order of the question's `by`. `value` is None where there is none, and where it is
    hidden; `n` is the number of cases (or answers, or deeds) that it rests on; `before` is the value of the period that
    it is compared with."""

    keys: tuple[Key, ...]
    value: float | None
    n: int
    before: float | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Answer:
    """`total` is over everything; for the public over what is shown, so that nothing is learnt from it."""

    question: Question
    rows: list[Row]
    total: Row
    hidden: int = 0
    names: list[dict[Key, str]] = field(default_factory=list)

    def labels(self, row: Row) -> list[str]:
        return [names.get(key, "") for names, key in zip(self.names, row.keys, strict=True)]


def answer(question: Question, sight: Sight, *, now: datetime, named: bool = True) -> Answer:
    """Counts, divides, compares, hides what must not be seen, names. Raises NotForYou, BadQuestion."""
    sight = may_ask(question, sight)
    rows, total = _count(question, sight, now)
    if question.compare:
        earlier, total_before = _count(question.earlier(), sight, now)
        rows = _beside(question, rows, earlier)
        total = replace(total, before=total_before.value)
    rows = _in_order(question, rows)
    hidden = sum(row.hidden for row in rows)
    if not named:
        return Answer(question, rows, total, hidden)
    names = [labels(name, {row.keys[i] for row in rows}) for i, name in enumerate(question.by)]
    return Answer(question, rows, total, hidden, names)


def may_ask(question: Question, sight: Sight) -> Sight:
    """What of the sight the question is answered with. Figures about persons are told only after their look
    is written down (`actions.rights.sight_for`). Raises NotForYou."""
    audiences = {question.indicator.audience} | {
        DIMENSIONS[name].audience
        for name in (*question.by, *question.filters)
        if name in DIMENSIONS
    }
    if sight.public and audiences != {Audience.PUBLIC}:
        raise NotForYou
    able = sight.of(question)
    if able is None or (of_persons(question) and not sight.noted):
        raise NotForYou
    return able


# ── Counting ─────────────────────────────────────────────────────────────────────────────────────


def _count(question: Question, sight: Sight, now: datetime) -> tuple[list[Row], Row]:
    text, parameters = statement(question, sight, now)
    rows, total, people = [], Row((), None, 0), dict[tuple[Key, ...], People]()
    for *keys, whole, value, n, who in ask(text, parameters):
        nothing = value is None or isnan(value)  # nothing divided by nothing
        row = Row(tuple(keys), None if nothing else float(value), int(n))
        if whole:
            total = replace(row, keys=())
            people[()] = People(who or ())
        else:
            rows.append(row)
            people[row.keys] = People(who or ())
    if not question.by:
        rows = []
    if not question.indicator.day and any(name in TIMES for name in question.by):
        total = _count(replace(question, by=()), sight, now)[1]  # stocks do not add up
    if question.indicator.additive and total.value is None:
        total = Row((), 0.0, 0)
    if sight.right.least and counts_people(question):
        rows, total = _without_few(question, rows, total, people, sight, now)
    rows = _zeros(question, rows)
    if sight.public:
        rows, total = _hide(question, rows, total)
    if question.per:
        rows, total = _divide(question, rows, total)
    return rows, total


def statement(question: Question, sight: Sight, now: datetime) -> tuple[str, dict[str, Any]]:
    """The question in DuckDB's SQL: columns for what it is told apart by, whether the row is the whole,
    value, number. Numbers stand in it as numbers, words and moments are parameters."""
    one, types = (
        question.indicator,
        list(RequestType.objects.values_list("pk", "group_id", "sensitive")),
    )
    of_groups: dict[int, list[int]] = {}
    for pk, group, _sensitive in types:
        of_groups.setdefault(group, []).append(pk)
    c = "f" if one.source is Source.CASES else "c"
    source = f"{one.source.value} f"
    if c == "c":
        source += " JOIN cases c ON c.case_id = f.case_id"
    parameters: dict[str, Any] = {}
    day, where, source = _when(question, source, parameters, now)
    where.append(condition(sight, c, sensitive=[t[0] for t in types if t[2]], of_groups=of_groups))
    where += _filters(question, c, of_groups, parameters)
    if sight.people is not None and of_persons(question):
        where.append(among("f.actor", sight.people))
    if "group" in question.by:
        listed = ", ".join(f"({t[0]}, {t[1]})" for t in types) or "(NULL, NULL)"
        source += f" LEFT JOIN (VALUES {listed}) k(id, group_id) ON k.id = {c}.type"
    if "family" in question.by:
        pairs = [(pk, family) for pk, family in Channel.objects.values_list("pk", "family")]
        listed = ", ".join(f"({pk}, $family{pk})" for pk, _f in pairs) or "(NULL, NULL)"
        parameters |= {f"family{pk}": family for pk, family in pairs}
        source += f" LEFT JOIN (VALUES {listed}) h(id, family) ON h.id = {c}.channel"
    keys = [_key(name, question, c, day) for name in question.by]
    columns = "".join(f"{key} AS k{i}, " for i, key in enumerate(keys))
    groups = ", ".join(f"k{i}" for i in range(len(keys)))
    whole = f"GROUPING({groups}) > 0" if keys else "true"
    ending = f" GROUP BY GROUPING SETS (({groups}), ())" if keys else ""
    measure = one.measure
    if "$now" in measure:
        parameters["now"] = _plain(now)
    who = "NULL"
    if sight.right.least and counts_people(question):
        who = "list(DISTINCT f.actor) FILTER (WHERE f.actor IS NOT NULL)"
    text = (
        f"SELECT {columns}{whole} AS whole, {measure} AS value, count(*) AS n, {who} AS who"
        f" FROM {source} WHERE {' AND '.join(where)}{ending}"
    )
    return text, parameters


def _when(
    question: Question, source: str, parameters: dict[str, Any], now: datetime
) -> tuple[str, list[str], str]:
    """The expression of the day, the conditions of the period, the tables."""
    one, period = question.indicator, question.period
    if one.day:
        where = [f"f.{one.day} BETWEEN $begin AND $end"]
        parameters |= {"begin": period.begin, "end": period.end}
        if one.where:
            where.append(one.where)
            if "$now" in one.where:
                parameters["now"] = _plain(now)
        return f"f.{one.day}", where, source
    moments = _moments(question)
    if moments is None:
        last, moment, listed = "$end", "least($now, ($end + INTERVAL 1 DAY)::TIMESTAMP)", source
        parameters["end"] = period.end
    else:
        last, moment = "e.last", "least($now, (e.last + INTERVAL 1 DAY)::TIMESTAMP)"
        listed = f"(SELECT unnest($ends::DATE[]) AS last) e, {source}"
        parameters["ends"] = moments
    where = [f"f.opened_on <= {last}", f"(f.ended_on IS NULL OR f.ended_on > {last})"]
    if one.where:
        where.append(one.where.format(moment=moment))
        parameters["now"] = _plain(now)
    return last, where, listed


def _moments(question: Question) -> list[date] | None:
    """The days at whose end a stock is counted: the last of each month, week, … of the period."""
    step = next((name for name in question.by if name in TIMES), None)
    if step is None:
        return None
    if step == "weekday":
        raise BadQuestion("by", "a stock has no weekday")
    period, found, day = question.period, [], question.period.begin
    while day <= period.end:
        after = day + timedelta(days=1)
        if day == period.end or _start(step, after) != _start(step, day):
            found.append(day)
        day = after
    if len(found) > MOST_MOMENTS:
        raise BadQuestion("by", f"at most {MOST_MOMENTS} moments")
    return found


def _start(step: str, day: date) -> date:
    """The first day of the month, week, … that a day lies in."""
    match step:
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(day=1, month=day.month - (day.month - 1) % 3)
        case "year":
            return day.replace(day=1, month=1)
    return day


def _key(name: str, question: Question, c: str, day: str) -> str:
    if name in TIMES:
        return TIMES[name].format(day=day)
    text = DIMENSIONS[name].sql.format(c=c)
    if name == "cell" and question.resolution < 10:
        r = question.resolution
        return f"({text} & ~(15::BIGINT << 52)) | ({r}::BIGINT << 52) | {(1 << 3 * (15 - r)) - 1}"
    return text


def _filters(
    question: Question, c: str, of_groups: dict[int, list[int]], parameters: dict[str, Any]
) -> list[str]:
    where = []
    for name, values in question.filters.items():
        if name == "group":
            where.append(among(f"{c}.type", {t for g in values for t in of_groups.get(int(g), ())}))
        elif name == "family":
            channels = Channel.objects.filter(family__in=values).values_list("pk", flat=True)
            where.append(among(f"{c}.channel", channels))
        elif name in WORDS:
            parameters[name] = [str(value) for value in values]
            where.append(f"list_contains(${name}::VARCHAR[], {c}.{name})")
        else:
            where.append(among(f"{c}.{name}", [int(value) for value in values]))
    return where


def _plain(moment: datetime) -> datetime:
    """As the copy holds moments: UTC, without saying so."""
    return (moment - (moment.utcoffset() or timedelta())).replace(tzinfo=None)


# ── What is made of the counts ───────────────────────────────────────────────────────────────────


def _zeros(question: Question, rows: list[Row]) -> list[Row]:
    """Days, weeks, months of the period in which nothing was counted."""
    if len(question.by) != 1 or not question.indicator.additive:
        return rows
    step = question.by[0]
    if step not in TIMES or step == "weekday":
        return rows
    known, day, period = {row.keys[0] for row in rows}, question.period.begin, question.period
    missing = set()
    while day <= period.end:
        missing.add(_start(step, day))
        day += timedelta(days=1)
    return rows + [Row((start,), 0.0, 0) for start in missing - known]


def _hide(question: Question, rows: list[Row], total: Row) -> tuple[list[Row], Row]:
    """Counts that are too small for the public; the total is that of what is left."""
    few = CONF.public_minimum
    shown = [replace(row, value=None, n=0, hidden=True) if 0 < row.n < few else row for row in rows]
    if not question.by:
        return [], replace(total, value=None, n=0, hidden=True) if 0 < total.n < few else total
    whole = sum(row.value or 0.0 for row in shown)
    return shown, Row((), whole, sum(row.n for row in shown))


def _without_few(
    question: Question,
    rows: list[Row],
    total: Row,
    people: dict[tuple[Key, ...], People],
    sight: Sight,
    now: datetime,
) -> tuple[list[Row], Row]:
    """What rests on too few people is hidden, and persons are not even named; the total is that of what is left."""

    def who(other: Question) -> dict[tuple[Key, ...], People]:
        found = ask(*statement(other, sight, now))
        return {
            () if whole else tuple(keys): People(listed or ())
            for *keys, whole, _value, _n, listed in found
        }

    few, everything = hide_few(question, people, sight.right.least, who)
    if not few and not everything:
        return rows, total
    shown = [replace(row, value=None, n=0, hidden=True) if row.keys in few else row for row in rows]
    if "person" in question.by:
        shown = [row for row in shown if not row.hidden]
    if everything or not question.indicator.additive:
        return shown, Row((), None, 0, hidden=True)
    return shown, Row((), sum(row.value or 0.0 for row in shown), sum(row.n for row in shown))


def _divide(question: Question, rows: list[Row], total: Row) -> tuple[list[Row], Row]:
    """Per residents, dwellings or kilometres of the areas; no value where there are none."""
    known = measures(question.by[0], question.per, question.resolution)
    unit = PER[question.per]
    divided = []
    for row in rows:
        of = known.get(row.keys[0]) if isinstance(row.keys[0], int) else None
        value = None if row.value is None or not of else row.value * unit / of
        divided.append(replace(row, value=value))
    whole = sum(known.values())
    value = None if total.value is None or not whole else total.value * unit / whole
    return divided, replace(total, value=value)


def _beside(question: Question, rows: list[Row], earlier: list[Row]) -> list[Row]:
    """Each row with the value of before; rows that only the period before has are there too."""
    steps = [i for i, name in enumerate(question.by) if name in TIMES and name != "weekday"]
    if steps:  # the first month meets the first month, and so on
        now_starts = sorted({row.keys[steps[0]] for row in rows}, key=str)
        then_starts = sorted({row.keys[steps[0]] for row in earlier}, key=str)
        meets = dict(zip(then_starts, now_starts, strict=False))
        moved = []
        for row in earlier:
            keys = list(row.keys)
            keys[steps[0]] = meets.get(keys[steps[0]])
            if keys[steps[0]] is not None:
                moved.append(replace(row, keys=tuple(keys)))
        earlier = moved
    before = {row.keys: row for row in earlier}
    none = 0.0 if question.indicator.additive else None
    found = [
        replace(row, before=before[row.keys].value if row.keys in before else none) for row in rows
    ]
    known = {row.keys for row in rows}
    found += [Row(row.keys, none, 0, before=row.value) for row in earlier if row.keys not in known]
    return found


def _in_order(question: Question, rows: list[Row]) -> list[Row]:
    """In time, or the highest first; what has no value last."""
    if question.by and question.by[0] in {*TIMES, "hour"}:
        return sorted(rows, key=lambda row: (row.keys[0] is None, _sortable(row.keys)))
    return sorted(
        rows, key=lambda row: (row.value is None, -(row.value or 0.0), _sortable(row.keys))
    )


def _sortable(keys: Sequence[Key]) -> tuple[tuple[bool, Any], ...]:
    return tuple((key is None, f"{key:020d}" if isinstance(key, int) else str(key)) for key in keys)
