"""A report filled with figures: each is an answer like any other, so that no report and no screen differ."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from accounts.rules.viewer import Viewer
from addresses.models import Street
from cases.models import RequestType
from cases.queries.visibility import visible_cases
from cases.web.words import state_name
from spatial_analytics.queries.figures import Answer, NotForYou, answer
from spatial_analytics.queries.indicator_words import BY, WORDS
from spatial_analytics.queries.labels import Key, labels, with_part
from spatial_analytics.queries.reach import Sight
from spatial_analytics.queries.report_words import CASES, SECTIONS
from spatial_analytics.rules.question import Period, Question, read_period
from spatial_analytics.rules.reports import AskedReport, Section

MOST_CASES = 2_000
Seeing = Callable[[Question], Sight]


@dataclass(frozen=True)
class Column:
    name: str
    unit: str = ""
    decimals: int = 0


@dataclass(frozen=True)
class Line:
    """Words first, then figures; None: there is none, or it is hidden."""

    words: tuple[str, ...]
    values: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class Table:
    title: str
    heads: tuple[str, ...]
    columns: tuple[Column, ...]
    lines: list[Line]
    total: tuple[float | None, ...] = ()
    hidden: int = 0


@dataclass(frozen=True)
class FilledReport:
    """`left_out`: names of indicators, and of whole tables, that are not told to whoever asks."""

    asked: AskedReport
    period: Period
    tables: list[Table]
    left_out: list[str] = field(default_factory=list)
    place: str = ""


def fill(asked: AskedReport, viewer: Viewer, seeing: Seeing, *, now: datetime) -> FilledReport:
    """`seeing` gives the sight for a question. Raises NotForYou if nothing of it is told, BadQuestion."""
    period = read_period(asked.query, today=asked.today)
    if not asked.ready:
        return FilledReport(asked, period, [])
    types: dict[str, tuple[int, ...]] = {}
    for pk, clock in RequestType.objects.values_list("pk", "legal_clock"):
        types[clock] = (*types.get(clock, ()), pk)
    tables, left_out = [], set[str]()
    for section in asked.report.sections:
        answers, refused = [], set[str]()
        for question in asked.questions(section, types):
            try:
                answers.append(answer(question, seeing(question), now=now))
            except NotForYou:
                refused.add(str(WORDS[question.indicator.code].name))
        left_out |= refused if answers else {str(SECTIONS[section.code])}
        if answers:
            tables.append(
                _across(section, answers[0]) if section.across else _beside(section, answers)
            )
    if not tables:
        raise NotForYou
    place = ""
    if asked.report.cases:
        place = ", ".join(
            Street.objects.filter(pk__in=asked.ids("street")).values_list("name", flat=True)
        )
        tables.append(_cases(asked, viewer, period))
    return FilledReport(asked, period, tables, sorted(left_out), place)


def _beside(section: Section, answers: list[Answer]) -> Table:
    """A column for each answer; the lines of the first in their order, then those that only others have."""
    names: dict[tuple[Key, ...], tuple[str, ...]] = {}
    parts = {key: words for one in answers for key, words in one.parts.items()}
    for one in answers:
        for row in one.rows:
            names.setdefault(row.keys, tuple(one.labels(row, parts)))
    values = [{row.keys: row.value for row in one.rows} for one in answers]
    zero = [0.0 if one.question.indicator.additive else None for one in answers]
    lines = [
        Line(words, tuple(known.get(keys, none) for known, none in zip(values, zero, strict=True)))
        for keys, words in names.items()
    ]
    columns = tuple(
        Column(str(WORDS[i.code].name), i.unit, i.decimals)
        for i in (one.question.indicator for one in answers)
    )
    return Table(
        str(SECTIONS[section.code]),
        tuple(str(BY[name]) for name in section.by),
        columns,
        lines,
        tuple(one.total.value for one in answers),
        max(one.hidden for one in answers),
    )


def _across(section: Section, found: Answer) -> Table:
    """The values of the last dimension as columns, and the sum of each line."""
    lines: dict[tuple[Key, ...], dict[Key, float | None]] = {}
    for row in found.rows:
        lines.setdefault(row.keys[:-1], {})[row.keys[-1]] = row.value
    across = sorted({row.keys[-1] for row in found.rows}, key=lambda key: (key is None, str(key)))
    named = labels(section.across, across)
    words = {row.keys[:-1]: tuple(found.labels(row)[:-1]) for row in found.rows}
    listed = [
        Line(words[keys], (*(cells.get(key, 0.0) for key in across), _sum(cells.values())))
        for keys, cells in lines.items()
    ]
    listed.sort(key=lambda line: (-(line.values[-1] or 0), line.words))
    sums = [_sum(cells.get(key, 0.0) for cells in lines.values()) for key in across]
    return Table(
        str(SECTIONS[section.code]),
        tuple(str(BY[name]) for name in section.by),
        (
            *(Column(with_part(named.get(key, ""), key, found.parts)) for key in across),
            Column(str(SECTIONS["sum"])),
        ),
        listed,
        (*sums, found.total.value),
        found.hidden,
    )


def _sum(values: Iterable[float | None]) -> float:
    return sum((value or 0.0 for value in values), 0.0)


def _cases(asked: AskedReport, viewer: Viewer, period: Period) -> Table:
    """The cases of a street or a door that whoever asks may see, newest first."""
    rows = visible_cases(viewer).filter(street__in=asked.ids("street"))
    if asked.query.get("door"):
        rows = rows.filter(address__in=asked.ids("door"))
    rows = rows.filter(opened_at__date__range=(period.begin, period.end))
    rows = rows.select_related("request_type", "department").order_by("-opened_at", "-pk")
    lines = [
        Line(
            (
                case.number,
                f"{case.opened_at:%d.%m.%Y}",
                case.request_type.name if case.request_type else "–",
                case.place_label or "–",
                state_name(case.state),
                case.department.name if case.department else "–",
                f"{case.resolved_at:%d.%m.%Y}" if case.resolved_at else "–",
            )
        )
        for case in rows[:MOST_CASES]
    ]
    return Table(str(SECTIONS["cases"]), tuple(str(head) for head in CASES), (), lines)
