"""What a figure is asked for: indicator, by what, when, of what part, against what. Bad values say why.

One language for maps, charts, tables, reports, exports and permalinks: `as_query` gives what `read` takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from spatial_analytics.rules.indicators import (
    BUILT_IN,
    FILTERS,
    LEVELS,
    OTHER_FILTERS,
    PER,
    TIMES,
    WORDS,
    Indicator,
    Source,
    filtered_by,
    told_apart_by,
)

PERIODS = (
    "today", "week", "month", "quarter", "year", "last_week", "last_month", "last_quarter", "last_year",
)  # fmt: skip
DEFAULT_DAYS = 365
LONGEST = 3660
COMPARISONS = ("previous", "year")
MOST_VALUES = 200
LONGEST_CATEGORY = 80
_DAY = timedelta(days=1)


class BadQuestion(ValueError):
    """A parameter cannot be used; `field` names it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True)
class Period:
    """First and last day, both included; `name` is how it was asked for: a word of PERIODS, a number of
    days, or empty."""

    begin: date
    end: date
    name: str = ""

    @property
    def days(self) -> int:
        return (self.end - self.begin).days + 1

    def as_query(self) -> dict[str, str]:
        if self.name.isdigit():
            return {"days": self.name}
        if self.name:
            return {"period": self.name}
        return {"from": self.begin.isoformat(), "to": self.end.isoformat()}

    def before(self, comparison: str) -> "Period":
        """The period it is compared with. `previous`: as many days just before; a period that is named by the
        calendar meets the same days of the month, quarter or year before. `year`: from the first of a
        month the same dates a year earlier, else 52 weeks, so that weekdays meet weekdays."""
        if comparison == "year":
            if self.begin.day == 1:
                return Period(_years(self.begin, -1), _years(self.end, -1))
            return Period(self.begin - 364 * _DAY, self.end - 364 * _DAY)
        months = _SPAN.get(self.name, 0)
        if not months:
            return Period(self.begin - self.days * _DAY, self.begin - _DAY)
        begin = _months(self.begin, -months)
        whole = _months(self.begin, months) == self.end + _DAY
        return Period(
            begin,
            self.begin - _DAY if whole else min(begin + (self.days - 1) * _DAY, self.begin - _DAY),
        )


_SPAN = {
    "month": 1, "last_month": 1, "quarter": 3, "last_quarter": 3, "year": 12, "last_year": 12,
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """`filters` maps a filter to its values, as ids or words; `per` is empty or a key of PER; `beside` is the
    period that this one is compared with, where it is the earlier of two."""

    indicator: Indicator
    period: Period
    by: tuple[str, ...] = ()
    filters: Mapping[str, tuple[int | str, ...]] = field(default_factory=dict)
    per: str = ""
    compare: str = ""
    resolution: int = 8
    beside: Period | None = None

    def as_query(self) -> dict[str, str]:
        """The same question as URL parameters."""
        query = {"indicator": self.indicator.code}
        if self.by:
            query["by"] = ",".join(self.by)
        query |= self.period.as_query()
        for name, values in self.filters.items():
            query[name] = ",".join(map(str, values))
        if self.per:
            query["per"] = self.per
        if self.compare:
            query["compare"] = self.compare
        if "cell" in self.by:
            query["resolution"] = str(self.resolution)
        return query

    def earlier(self) -> "Question":
        """The same of the period that this one is compared with."""
        return replace(
            self, period=self.period.before(self.compare), compare="", beside=self.period
        )


def read(
    query: Mapping[str, str], *, today: date, indicators: Mapping[str, Indicator] = BUILT_IN
) -> Question:
    """From URL parameters; those it does not know are left to others. Raises `BadQuestion`."""
    code = query.get("indicator") or "opened"
    if code not in indicators:
        raise BadQuestion("indicator", _("not known"))
    indicator = indicators[code]
    by = tuple(filter(None, (query.get("by") or "").split(",")))
    _check_dimensions(by, indicator)
    per = query.get("per") or ""
    if per and per not in PER:
        raise BadQuestion("per", ", ".join(PER))
    if per and (not indicator.additive or len(by) != 1 or by[0] not in LEVELS):
        raise BadQuestion("per", _("only counts by area are divided"))
    compare = query.get("compare") or ""
    if compare and compare not in COMPARISONS:
        raise BadQuestion("compare", ", ".join(COMPARISONS))
    if compare and indicator.source is Source.REGISTER:
        raise BadQuestion("compare", _("known only as it is now"))
    return Question(
        indicator=indicator,
        period=read_period(query, today=today),
        by=by,
        filters=_read_filters(query, indicator),
        per=per,
        compare=compare,
        resolution=_between(query, "resolution", 8, 5, 10),
    )


def _check_dimensions(by: tuple[str, ...], indicator: Indicator) -> None:
    if len(by) > 3 or len(set(by)) != len(by):
        raise BadQuestion("by", _("at most three, each once"))
    for name in by:
        if name not in told_apart_by(indicator):
            raise BadQuestion("by", _("not known here: %(name)s") % {"name": name[:40]})
    if indicator.outside is not None and sum(name in TIMES for name in by) > 1:
        raise BadQuestion("by", _("one time only"))


def _read_filters(
    query: Mapping[str, str], indicator: Indicator
) -> dict[str, tuple[int | str, ...]]:
    found: dict[str, tuple[int | str, ...]] = {}
    known = filtered_by(indicator)
    for name in (*FILTERS, *OTHER_FILTERS):
        parts = [part for part in (query.get(name) or "").split(",") if part]
        if not parts:
            continue
        if name not in known:
            raise BadQuestion(name, _("not known here"))
        if len(parts) > MOST_VALUES:
            raise BadQuestion(name, _("at most %(most)s values") % {"most": MOST_VALUES})
        if name == "category":
            if any(len(part) > LONGEST_CATEGORY or "\0" in part for part in parts):
                raise BadQuestion(
                    name, _("at most %(most)s characters") % {"most": LONGEST_CATEGORY}
                )
            found[name] = tuple(parts)
        elif name in WORDS:
            if not set(parts) <= set(WORDS[name]):
                raise BadQuestion(name, ", ".join(WORDS[name]))
            found[name] = tuple(parts)
        elif name == "rule":
            if not all(
                part.isascii() and part.replace("_", "").isalpha() and len(part) < 40
                for part in parts
            ):
                raise BadQuestion(name, _("words"))
            found[name] = tuple(parts)
        else:
            if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
                raise BadQuestion(name, _("a whole number"))
            found[name] = tuple(int(part) for part in parts)
    return found


def read_period(query: Mapping[str, str], *, today: date) -> Period:
    """`period` (a word), `from` and `to`, or `days` with today. Raises `BadQuestion`."""
    if name := query.get("period"):
        if name not in PERIODS:
            raise BadQuestion("period", ", ".join(PERIODS))
        return Period(*_named(name, today), name)
    if query.get("from") or query.get("to"):
        # What was given is looked at first: it is to blame, not what is missing.
        days = {n: _day(query, n) for n in sorted(("from", "to"), key=lambda n: not query.get(n))}
        begin, end = days["from"], days["to"]
        if begin > end:
            raise BadQuestion("from", _("the period ends before it begins"))
        if (end - begin).days >= LONGEST:
            raise BadQuestion("from", _("at most %(most)s days") % {"most": LONGEST})
        return Period(begin, end)
    number = _between(query, "days", DEFAULT_DAYS, 1, LONGEST)
    return Period(today - (number - 1) * _DAY, today, str(number))


def _named(name: str, today: date) -> tuple[date, date]:
    monday = today - today.weekday() * _DAY
    first = today.replace(day=1)
    quarter = first.replace(month=first.month - (first.month - 1) % 3)
    match name:
        case "today":
            return today, today
        case "week":
            return monday, today
        case "last_week":
            return monday - 7 * _DAY, monday - _DAY
        case "month":
            return first, today
        case "last_month":
            return _months(first, -1), first - _DAY
        case "quarter":
            return quarter, today
        case "last_quarter":
            return _months(quarter, -3), quarter - _DAY
        case "year":
            return first.replace(month=1), today
        case _:
            year = first.replace(month=1)
            return _years(year, -1), year - _DAY


def _months(first: date, by: int) -> date:
    """The first of the month, some months on."""
    months = first.year * 12 + first.month - 1 + by
    return date(months // 12, months % 12 + 1, 1)


def first_day(step: str, day: date) -> date:
    """Of the week, month, quarter or year that a day lies in."""
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


def _years(day: date, by: int) -> date:
    """The same date some years on; 29 February meets 28 February."""
    try:
        return day.replace(year=day.year + by)
    except ValueError:
        return day.replace(year=day.year + by, day=28)


def _day(query: Mapping[str, str], name: str) -> date:
    text = query.get(name, "")
    try:
        if not text.isascii() or len(text) != 10:
            raise ValueError
        day = date.fromisoformat(text)
        if not 1900 <= day.year <= 2200:
            raise ValueError
        return day
    except ValueError:
        raise BadQuestion(name, _("a date such as 2026-03-31")) from None


def _between(query: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = query.get(name) or ""
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadQuestion(name, _("a whole number"))
    if not least <= int(text) <= most:
        raise BadQuestion(name, f"{least} – {most}")
    return int(text)
