"""What a thematic map is asked for: level, period, type group, classes. Bad values say why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from spatial_analytics.rules.classes import FEWEST as FEWEST_CLASSES
from spatial_analytics.rules.classes import MOST as MOST_CLASSES
from spatial_analytics.rules.classes import Scheme

Level = Literal["district", "neighbourhood"]
PERIODS = (30, 90, 365)
DEFAULT_DAYS = 365
DEFAULT_CLASSES = 5
PER = 1000


class BadQuestion(ValueError):
    """A parameter cannot be used; `field` names it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True)
class Question:
    """Cases opened from `begin` to `end`, both included, per 1,000 residents of each area."""

    level: Level
    begin: date
    end: date
    days: int | None
    group: int | None
    scheme: Scheme
    classes: int

    def as_query(self) -> dict[str, str]:
        """The permalink: the same question as URL parameters."""
        query = {"level": self.level, "scheme": self.scheme.value, "classes": str(self.classes)}
        if self.days is not None:
            query["days"] = str(self.days)
        else:
            query |= {"from": self.begin.isoformat(), "to": self.end.isoformat()}
        if self.group is not None:
            query["group"] = str(self.group)
        return query


def read_question(query: Mapping[str, str], *, today: date) -> Question:
    """From URL parameters. Raises `BadQuestion`."""
    level = query.get("level") or "district"
    if level not in ("district", "neighbourhood"):
        raise BadQuestion("level", "district, neighbourhood")
    begin, end, days = read_period(query, today=today)
    try:
        scheme = Scheme(query.get("scheme") or Scheme.QUANTILES)
    except ValueError:
        raise BadQuestion("scheme", ", ".join(Scheme)) from None
    classes = _whole(query, "classes", DEFAULT_CLASSES)
    if not FEWEST_CLASSES <= classes <= MOST_CLASSES:
        raise BadQuestion("classes", f"{FEWEST_CLASSES} – {MOST_CLASSES}")
    group = _whole(query, "group", 0) or None
    return Question(
        level="district" if level == "district" else "neighbourhood",
        begin=begin,
        end=end,
        days=days,
        group=group,
        scheme=scheme,
        classes=classes,
    )


def read_period(query: Mapping[str, str], *, today: date) -> tuple[date, date, int | None]:
    """First and last day; and the number of days when the period ends today."""
    if query.get("from") or query.get("to"):
        begin, end = _day(query, "from"), _day(query, "to")
        if begin > end:
            raise BadQuestion("from", "the period ends before it begins")
        return begin, end, None
    days = _whole(query, "days", DEFAULT_DAYS)
    if not 1 <= days <= 3660:
        raise BadQuestion("days", "1 – 3660")
    return today - timedelta(days=days - 1), today, days


def _day(query: Mapping[str, str], field: str) -> date:
    try:
        return date.fromisoformat(query.get(field, ""))
    except ValueError:
        raise BadQuestion(field, "a date such as 2026-03-31") from None


def _whole(query: Mapping[str, str], field: str, default: int) -> int:
    text = query.get(field) or ""
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadQuestion(field, "a whole number")
    return int(text)


def rate(cases: int | None, population: int | None) -> float | None:
    """Cases per 1,000 residents; None where nobody is known to live or the count is hidden."""
    if cases is None or not population:
        return None
    return round(cases * PER / population, 2)
