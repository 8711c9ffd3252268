"""One answer to a question about figures: the same for map, chart, table, report and export."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from math import isnan
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Channel, RequestType
from spatial_analytics.facts import ask
from spatial_analytics.queries.area_measures import Within
from spatial_analytics.queries.few_people import counts_people, hide_few
from spatial_analytics.queries.figure_rows import (
    Row,
    beside,
    divided,
    in_order,
    with_zeros,
    without_small,
)
from spatial_analytics.queries.labels import Key, labels, part_words, with_part
from spatial_analytics.queries.outside import brought_in
from spatial_analytics.queries.reach import Sight, among, condition, told
from spatial_analytics.queries.register_quality import register_problems
from spatial_analytics.rules.indicators import (
    DIMENSIONS,
    TIMES,
    WORDS,
    Audience,
    Indicator,
    Source,
)
from spatial_analytics.rules.question import BadQuestion, Question, first_day
from spatial_analytics.rules.rights import of_persons
from spatial_analytics.rules.small_groups import People

MOST_MOMENTS = 400
#: Not counted from cases: whoever brings or keeps them says who sees them.
_ELSEWHERE = {Source.OUTSIDE, Source.REGISTER}


class NotForYou(Exception):
    """These figures are not told to whoever asks."""


@dataclass(frozen=True)
class Answer:
    """`total` is over everything; for the public over what is shown, so that nothing is learnt from it."""

    question: Question
    rows: list[Row]
    total: Row
    hidden: int = 0
    names: list[dict[Key, str]] = field(default_factory=list)
    parts: dict[Key, str] = field(
        default_factory=dict
    )  # words for months that are not counted whole

    def labels(self, row: Row, parts: Mapping[Key, str] | None = None) -> list[str]:
        """`parts`: those of several answers, where one line is for all."""
        return [
            with_part(names.get(key, ""), key, self.parts if parts is None else parts)
            for names, key in zip(self.names, row.keys, strict=True)
        ]


def answer(question: Question, sight: Sight, *, now: datetime, named: bool = True) -> Answer:
    """Counts, divides, compares, hides what must not be seen, names. Raises NotForYou, BadQuestion."""
    return answers([question], sight, now=now, named=named)[0]


def answers(
    questions: Sequence[Question], sight: Sight, *, now: datetime, named: bool = True
) -> list[Answer]:
    """Each as by itself; what lies in the same rows is read once. Raises NotForYou, BadQuestion."""
    asked = [(question, may_ask(question, sight)) for question in questions]
    before = [(question.earlier(), able) for question, able in asked if question.compare]
    counted = _count([*asked, *before], now)
    earlier = iter(counted[len(asked) :])
    found = []
    for question, (rows, total) in zip(questions, counted, strict=False):
        if question.compare:
            rows_before, total_before = next(earlier)
            rows = beside(question, rows, rows_before)
            total = replace(total, before=total_before.value)
        rows = in_order(question, rows)
        names = [
            labels(name, {row.keys[i] for row in rows})
            for i, name in enumerate(question.by)
            if named
        ]
        keys = [key for row in rows for key in row.keys] if named else []
        parts = part_words(question, keys, today=timezone.localdate(now))
        found.append(Answer(question, rows, total, sum(row.hidden for row in rows), names, parts))
    return found


def may_ask(question: Question, sight: Sight) -> Sight:
    """What of the sight the question is answered with. Figures about persons are told only after their look
    is written down (`actions.rights.sight_for`). Raises NotForYou, and BadQuestion for what cannot be counted."""
    able = sight.of(question)
    if able is None or not may_see(question.indicator, sight):
        raise NotForYou
    if question.indicator.source in _ELSEWHERE:
        return able  # however they are told apart
    audiences = {question.indicator.audience} | {
        DIMENSIONS[name].audience
        for name in (*question.by, *question.filters)
        if name in DIMENSIONS
    }
    if sight.public and audiences != {Audience.PUBLIC}:
        raise NotForYou
    if of_persons(question) and not sight.noted:
        raise NotForYou
    if not question.indicator.day:
        _moments(question)
    return able


def may_see(one: Indicator, sight: Sight) -> bool:
    """Whether any figure of an indicator is told."""
    if one.source in _ELSEWHERE:
        return told(one, sight)
    return one.audience is Audience.PUBLIC or (
        not sight.public and one.audience is not Audience.PERSON
    )


# ── Counting ─────────────────────────────────────────────────────────────────────────────────────


_Asked = tuple[Question, Sight]


def _count(asked: Sequence[_Asked], now: datetime) -> list[tuple[list[Row], Row]]:
    """Rows and whole of each question, within what may be seen for it."""
    ends = [(replace(q, by=()), sight) for q, sight in asked if _over_time(q)]
    raw = _read([*asked, *ends], now)
    at_end = iter(raw[len(asked) :])
    found = []
    for (question, sight), (rows, total) in zip(asked, raw, strict=False):
        if _over_time(question):
            total = next(at_end)[1]  # stocks do not add up
        if total.value is None and question.indicator.nothing is not None:
            total = Row((), question.indicator.nothing, 0)
        rows = rows if question.by else []
        if sight.right.least and counts_people(question):
            rows, total = _without_few(question, rows, total, sight, now)
        rows = with_zeros(question, rows)
        if sight.public and question.indicator.outside is None:
            rows, total = without_small(question, rows, total)
        if question.per:
            rows, total = divided(question, rows, total, _divided_by(question, sight))
        found.append((rows, total))
    return found


def _divided_by(question: Question, sight: Sight) -> Within:
    """The districts and neighbourhoods whose residents the whole is divided by: those asked about; for who sees
    only a part of all cases those that they are narrowed to, else the districts in which there are any of these."""
    asked = any(question.filters.get(name) for name in ("district", "neighbourhood"))
    if asked or not sight.scopes or question.indicator.source in _ELSEWHERE:
        return question.filters
    if all(not scope.reach.everywhere for scope in sight.scopes):
        districts = {pk for scope in sight.scopes for pk in scope.reach.districts}
        hoods = {pk for scope in sight.scopes for pk in scope.reach.neighbourhoods}
        if not (districts and hoods):
            return {**question.filters, "district": [*districts], "neighbourhood": [*hoods]}
    text = f"SELECT DISTINCT c.district FROM cases c WHERE {_seen(sight, 'c', _types())}"
    found = [line[0] for line in ask(text, {}) if line[0] is not None]
    return {**question.filters, "district": found}


def _over_time(question: Question) -> bool:
    return not question.indicator.day and any(name in TIMES for name in question.by)


def _read(asked: Sequence[_Asked], now: datetime) -> list[tuple[list[Row], Row]]:
    """As counted. Questions about the same rows, told apart by other things or measured in another way,
    are one statement: the rows are read once."""
    alike: dict[Any, list[int]] = {}
    found: list[tuple[list[Row], Row]] = [([], Row((), None, 0))] * len(asked)
    for i, (question, sight) in enumerate(asked):
        if question.indicator.source in _ELSEWHERE:
            found[i] = _from_elsewhere(question, now)
            continue
        # Percentiles cost a sort for each way of telling apart: no more of them than are asked for.
        ways = question.by if _SHARE.match(question.indicator.measure) else None
        rows_of = (_same_rows(question), of_persons(question))
        alike.setdefault((rows_of, ways, sight), []).append(i)
    for (_alike, _ways, sight), places in alike.items():
        together = [asked[i][0] for i in places]
        for i, counted in zip(places, _read_together(together, sight, now), strict=True):
            found[i] = counted
    return found


def _from_elsewhere(question: Question, now: datetime) -> tuple[list[Row], Row]:
    """What is not counted from cases."""
    if question.indicator.source is Source.OUTSIDE:
        lines = brought_in(question, today=timezone.localdate(now))
    else:
        lines = register_problems(question)
    rows, total = [], Row((), None, 0)
    for *keys, whole, value, n in lines:
        if whole:
            total = Row((), value, n)
        else:
            rows.append(Row(tuple(keys), value, n))
    return rows, total


_SHARE = re.compile(r"quantile_cont\((.+), ([\d.]+)\)$")


def _sorted_once(measures: Sequence[str]) -> list[str]:
    """Percentiles of the same values are taken from one list of them."""
    shares: dict[str, list[str]] = {}
    for measure in measures:
        if found := _SHARE.match(measure):
            shares.setdefault(found[1], []).append(found[2])
    written = []
    for measure in measures:
        found = _SHARE.match(measure)
        of = shares[found[1]] if found else []
        if found and len(of) > 1:
            measure = f"quantile_cont({found[1]}, [{', '.join(of)}])[{of.index(found[2]) + 1}]"
        written.append(measure)
    return written


def _same_rows(question: Question) -> Any:
    """Equal for questions that are answered from the same rows."""
    one = question.indicator
    step = next((name for name in question.by if name in TIMES), None) if not one.day else None
    filters = tuple(sorted((name, values) for name, values in question.filters.items()))
    cell = question.resolution if "cell" in question.by else None
    return (
        one.source,
        one.day,
        one.where,
        step,
        question.period.begin,
        question.period.end,
        filters,
        cell,
    )


def _read_together(
    questions: Sequence[Question], sight: Sight, now: datetime
) -> list[tuple[list[Row], Row]]:
    names = list(dict.fromkeys(name for question in questions for name in question.by))
    measures = list(dict.fromkeys(question.indicator.measure for question in questions))
    where = _rows_of(questions[0], names, sight, now)
    if any("$now" in measure for measure in measures):
        where.parameters["now"] = _plain(now)
    columns = [f"{where.key(name)} AS k{i}" for i, name in enumerate(names)]
    places = {name: f"k{i}" for i, name in enumerate(names)}
    sets = dict.fromkeys([(), *(tuple(sorted(question.by)) for question in questions)])
    listed = ", ".join(f"({', '.join(places[name] for name in one)})" for one in sets)
    mask = f"GROUPING({', '.join(places.values())})" if names else "0"
    shown = [*columns, mask, *_sorted_once(measures), "count(*)"]
    text = f"SELECT {', '.join(shown)} FROM {where.text}"
    if names:
        text += f" GROUP BY GROUPING SETS ({listed})"
    lines: dict[int, list[Any]] = {}
    for line in ask(text, where.parameters):
        lines.setdefault(line[len(names)], []).append(line)
    found = []
    for question in questions:
        value = len(names) + 1 + measures.index(question.indicator.measure)
        at = [names.index(name) for name in question.by]
        rows = [_row(line, at, value) for line in lines.get(_mask(names, question.by), [])]
        whole = [_row(line, [], value) for line in lines.get(_mask(names, ()), [])]
        found.append((rows, whole[0] if whole else Row((), None, 0)))
    return found


def _mask(names: Sequence[str], by: Sequence[str]) -> int:
    """What GROUPING says of the lines that are told apart by these alone."""
    return sum(1 << i for i, name in enumerate(reversed(names)) if name not in by)


def _row(line: Sequence[Any], at: Sequence[int], value: int) -> Row:
    figure = line[value]
    nothing = figure is None or isnan(figure)  # nothing divided by nothing
    return Row(tuple(line[i] for i in at), None if nothing else float(figure), int(line[-1]))


@dataclass(frozen=True)
class _Rows:
    """Rows that are counted: tables and conditions, what they are told apart by, parameters."""

    text: str
    parameters: dict[str, Any]
    key: Callable[[str], str]


def _rows_of(question: Question, by: Sequence[str], sight: Sight, now: datetime) -> _Rows:
    """Of a question's period and filters, with the tables that telling them apart `by` takes. Numbers
    stand in the text as numbers, words and moments are parameters."""
    one, types = question.indicator, _types()
    c = "f" if one.source is Source.CASES else "c"
    source = f"{one.source.value} f"
    if c == "c":
        source += " JOIN cases c ON c.case_id = f.case_id"
    parameters: dict[str, Any] = {}
    day, where, source = _when(question, source, parameters, now)
    where.append(_seen(sight, c, types))
    where += _filters(question, c, _of_groups(types), parameters)
    if sight.people is not None and "person" in by:
        where.append(among("f.actor", sight.people))
    if "group" in by:
        listed = ", ".join(f"({t[0]}, {t[1]})" for t in types) or "(NULL, NULL)"
        source += f" LEFT JOIN (VALUES {listed}) k(id, group_id) ON k.id = {c}.type"
    if "family" in by:
        pairs = [(pk, family) for pk, family in Channel.objects.values_list("pk", "family")]
        listed = ", ".join(f"({pk}, $family{pk})" for pk, _f in pairs) or "(NULL, NULL)"
        parameters |= {f"family{pk}": family for pk, family in pairs}
        source += f" LEFT JOIN (VALUES {listed}) h(id, family) ON h.id = {c}.channel"
    text = f"{source} WHERE {' AND '.join(where)}"
    return _Rows(text, parameters, lambda name: _key(name, question, c, day))


_Types = list[tuple[int, int, bool]]


def _types() -> _Types:
    """Id, group, and whether it is sensitive."""
    return list(RequestType.objects.values_list("pk", "group_id", "sensitive"))


def _of_groups(types: _Types) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for pk, group, _sensitive in types:
        found.setdefault(group, []).append(pk)
    return found


def _seen(sight: Sight, alias: str, types: _Types) -> str:
    """The condition of what may be seen."""
    sensitive = [pk for pk, _group, sensitive in types if sensitive]
    return condition(sight, alias, sensitive=sensitive, of_groups=_of_groups(types))


def numbers(question: Question, sight: Sight, now: datetime) -> tuple[str, dict[str, Any]]:
    """How many rows there are by everything that the question is told apart by, in DuckDB's SQL: k0, k1, …, n."""
    rows = _rows_of(question, question.by, sight, now)
    columns = "".join(f"{rows.key(name)} AS k{i}, " for i, name in enumerate(question.by))
    return f"SELECT {columns}count(*) AS n FROM {rows.text} GROUP BY ALL", rows.parameters


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
        listed = f"(SELECT unnest($ends::DATE[]) AS last) e, {_spanning(question)}"
        parameters |= {"ends": moments, "end": period.end}
    where = [f"f.opened_on <= {last}", f"(f.ended_on IS NULL OR f.ended_on > {last})"]
    if one.where:
        where.append(one.where.format(moment=moment))
        parameters["now"] = _plain(now)
    return last, where, listed


def _spanning(question: Question) -> str:
    """The cases that were open at the end of any day asked about, and few others: most begin and end in one
    month, and each that is left is compared with all the days."""
    step = next(TIMES[name] for name in question.by if name in TIMES)
    opened, ended = step.format(day="opened_on"), step.format(day="ended_on")
    return (
        f"(SELECT * FROM cases WHERE ended_on IS NULL OR {opened} <> {ended}"
        " OR (opened_on <= $end AND ended_on > $end)) f"
    )


def _moments(question: Question) -> list[date] | None:
    """The days at whose end a stock is counted: the last of each month, week, … of the period."""
    step = next((name for name in question.by if name in TIMES), None)
    if step is None:
        return None
    if step == "weekday":
        raise BadQuestion("by", _("a stock has no weekday"))
    period, found, day = question.period, [], question.period.begin
    while day <= period.end:
        after = day + timedelta(days=1)
        if day == period.end or first_day(step, after) != first_day(step, day):
            found.append(day)
        day = after
    if len(found) > MOST_MOMENTS:
        raise BadQuestion("by", _("at most %(most)s moments") % {"most": MOST_MOMENTS})
    return found


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


def _without_few(
    question: Question, rows: list[Row], total: Row, sight: Sight, now: datetime
) -> tuple[list[Row], Row]:
    """What rests on too few people is hidden, and persons are not even named; the total is that of what is left."""

    def who(other: Question) -> dict[tuple[Key, ...], People]:
        of = _rows_of(other, other.by, sight, now)
        keys = [of.key(name) for name in other.by]
        people = "list(DISTINCT f.actor) FILTER (WHERE f.actor IS NOT NULL)"
        ending = f" GROUP BY {', '.join(str(i + 1) for i in range(len(keys)))}" if keys else ""
        found = ask(f"SELECT {', '.join([*keys, people])} FROM {of.text}{ending}", of.parameters)
        told = {tuple(named): People(listed or ()) for *named, listed in found}
        return told | {(): People().union(*told.values())}

    few, everything = hide_few(question, who(question), sight.right.least, who)
    if not few and not everything:
        return rows, total
    shown = [replace(row, value=None, n=0, hidden=True) if row.keys in few else row for row in rows]
    if "person" in question.by:
        shown = [row for row in shown if not row.hidden]
    if everything or not question.indicator.additive:
        return shown, Row((), None, 0, hidden=True)
    return shown, Row((), sum(row.value or 0.0 for row in shown), sum(row.n for row in shown))
