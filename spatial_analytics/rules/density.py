"""What the density map is asked for: a period, filters, a measure, a comparison. Bad values say why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from spatial_analytics.rules.question import BadQuestion
from spatial_analytics.rules.rollups import (
    ALL,
    CHANNEL,
    DISTRICT,
    NEIGHBOURHOOD,
    ORGANISATION,
    TYPE,
    Window,
    month_after,
)
from tiles.rules.filters import day, number, one_of

Measure = Literal["count", "residents", "dwellings"]
Compare = Literal["", "previous", "year"]
MEASURES: tuple[Measure, ...] = ("count", "residents", "dwellings")
COMPARISONS: tuple[Compare, ...] = ("previous", "year")
PERIODS = (30, 90, 365)
PER = 1000
LONGEST = 3660

# The names of all parameters, in the order of a permalink.
NAMES = (
    "days", "from", "to", "group", "type", "organisation", "channel", "district", "neighbourhood",
    "measure", "compare",
)  # fmt: skip


@dataclass(frozen=True)
class DensityQuestion:
    """Cases opened from `begin` to `end`, both included, in the city's own days.

    Ids of a type group, an organisation, a district, a neighbourhood; codes of a type and a channel;
    None: any. `days` where the period ends today.
    """

    begin: date
    end: date
    days: int | None = None
    group: int | None = None
    type: str | None = None
    organisation: int | None = None
    channel: str | None = None
    district: int | None = None
    neighbourhood: int | None = None
    measure: Measure = "count"
    compare: Compare = ""

    @property
    def windows(self) -> list[Window]:
        """The period, and the one that it is compared with: as many days, just before or a year ago."""
        now = Window(0, self.begin, self.end)
        if self.compare == "previous":
            length = (self.end - self.begin).days + 1
            return [now, Window(1, self.begin - timedelta(length), self.begin - timedelta(1))]
        if self.compare == "year":
            return [now, Window(1, _year_before(self.begin), _year_before(self.end))]
        return [now]

    @property
    def facet(self) -> str | None:
        """The one thing that is asked for beside the period; None: more than one."""
        asked = [
            facet
            for facet, value in (
                (TYPE, self.group or self.type),
                (ORGANISATION, self.organisation),
                (CHANNEL, self.channel),
                (DISTRICT, self.district),
                (NEIGHBOURHOOD, self.neighbourhood),
            )
            if value
        ]
        return (asked or [ALL])[0] if len(asked) < 2 else None

    def as_query(self) -> dict[str, str]:
        """The permalink: the same question as URL parameters."""
        values: dict[str, Any] = {name: getattr(self, name, None) for name in NAMES}
        if self.days is None:
            values |= {"from": self.begin.isoformat(), "to": self.end.isoformat()}
        if self.measure == "count":
            del values["measure"]
        return {name: str(value) for name, value in values.items() if value}


def _year_before(day: date) -> date:
    """The same day of the week, 52 weeks ago: weeks have their own rhythm."""
    return day - timedelta(weeks=52)


def _days(text: str) -> int:
    days = number(text)
    if not 1 <= days <= LONGEST:
        raise ValueError(text)
    return days


def _code(text: str) -> str:
    if not re.fullmatch(r"[\w.:-]{1,60}", text):
        raise ValueError(text)
    return text


# Each parameter with what validates it (raising ValueError): the whitelist of layer, page and files.
PARAMETERS = {
    "days": _days,
    "from": day,
    "to": day,
    "group": number,
    "type": _code,
    "organisation": number,
    "channel": _code,
    "district": number,
    "neighbourhood": number,
    "measure": one_of(*MEASURES),
    "compare": one_of(*COMPARISONS),
}
_REASONS = {
    "days": f"1 – {LONGEST}",
    "from": gettext_lazy("a date such as 2026-03-31"),
    "to": gettext_lazy("a date such as 2026-03-31"),
    "measure": ", ".join(MEASURES),
    "compare": ", ".join(COMPARISONS),
}


def question_from(values: Mapping[str, Any], *, today: date, usual_days: int) -> DensityQuestion:
    """From validated parameters. With a first or last day the period is theirs: an open end is
    today, an open beginning as many days before as is usual."""
    days = None
    if values.get("from") or values.get("to"):
        end = values.get("to") or today
        begin = values.get("from") or end - timedelta(days=usual_days - 1)
        begin = max(begin, end - timedelta(days=LONGEST))
    else:
        days = values.get("days") or usual_days
        begin, end = today - timedelta(days=days - 1), today
    filters = {
        name: values[name]
        for name in NAMES
        if name not in ("days", "from", "to") and values.get(name)
    }
    return DensityQuestion(begin=begin, end=end, days=days, **filters)


def read_density(query: Mapping[str, str], *, today: date, usual_days: int) -> DensityQuestion:
    """From URL parameters. Raises `BadQuestion`."""
    values = {}
    for name, check in PARAMETERS.items():
        text = query.get(name) or ""
        if not text or (name == "measure" and text == "count"):
            continue
        try:
            values[name] = check(text)
        except ValueError:
            raise BadQuestion(name, str(_REASONS.get(name, _("a whole number")))) from None
    question = question_from(values, today=today, usual_days=usual_days)
    if question.begin > question.end:
        raise BadQuestion("from", _("the period ends before it begins"))
    return question


STEPS = ("month", "week")
MOST_STEPS = 60


def steps(question: DensityQuestion, step: str) -> list[Window]:
    """The period cut into months or weeks (from Monday), the last ones where it is long; the first and
    the last may be parts."""
    found = []
    begin = question.begin
    while begin <= question.end:
        after = (
            month_after(begin.replace(day=1))
            if step == "month"
            else begin + timedelta(days=7 - begin.weekday())
        )
        found.append((begin, min(after - timedelta(days=1), question.end)))
        begin = after
    return [Window(i, first, last) for i, (first, last) in enumerate(found[-MOST_STEPS:])]
