"""Working time: shifts of a week, days of rest, and what lies between two moments of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from cases.rules.holidays import half_holidays, holidays

Span = tuple[time, time]
_NOON = time(13)
_DAY_END = time.max
# Beyond this a calendar has no work at all.
_HORIZON_DAYS = 3700


class NoWork(Exception):
    """The calendar has no working time to count."""


@dataclass(frozen=True)
class WorkTime:
    """When a body works. `week` has the spans of each weekday (0 is Monday), in order and apart;
    `time.max` is the end of the day. `exceptions` are days with spans of their own: none is a day of
    rest, and they go before holidays. All times are those of `zone`.
    """

    week: tuple[tuple[Span, ...], ...]
    zone: str
    keeps_holidays: bool = True
    exceptions: Mapping[date, tuple[Span, ...]] = field(default_factory=dict, hash=False)

    def spans(self, day: date) -> tuple[Span, ...]:
        """The working hours of a day."""
        if day in self.exceptions:
            return self.exceptions[day]
        spans = self.week[day.weekday()]
        if not self.keeps_holidays or not spans:
            return spans
        if day in holidays(day.year):
            return ()
        if day in half_holidays(day.year):
            return tuple((begin, min(end, _NOON)) for begin, end in spans if begin < _NOON)
        return spans

    def is_working_day(self, day: date) -> bool:
        return bool(self.spans(day))

    def after(self, start: datetime, amount: timedelta) -> datetime:
        """The moment at which so much working time has passed since `start`. Raises NoWork."""
        left = amount
        for begin, end in self._from(start):
            if left <= end - begin:
                return begin + left
            left -= end - begin
        raise NoWork

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two moments; zero where `end` is not behind `start`."""
        total = timedelta()
        for begin, finish in self._from(start):
            if begin >= end:
                break
            total += min(finish, end) - begin
        return total

    def working_days_after(self, day: date, count: int) -> date:
        """The working day that is the `count`th behind `day`. Raises NoWork."""
        for i in range(1, _HORIZON_DAYS):
            here = day + timedelta(days=i)
            count -= self.is_working_day(here)
            if count == 0:
                return here
        raise NoWork

    def working_day_from(self, day: date) -> date:
        """The day itself, or the first working day behind it."""
        return day if self.is_working_day(day) else self.working_days_after(day, 1)

    def _from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Spans of work from a moment on, as aware moments."""
        zone = _zone(self.zone)
        start = start.astimezone(zone)
        for i in range(_HORIZON_DAYS):
            day = start.date() + timedelta(days=i)
            for begin, end in self.spans(day):
                first = datetime.combine(day, begin, zone).astimezone(UTC)
                last = _end(day, end, zone).astimezone(UTC)
                if last > start:
                    yield max(first, start.astimezone(UTC)), last


def _end(day: date, end: time, zone: ZoneInfo) -> datetime:
    if end == _DAY_END:
        return datetime.combine(day + timedelta(days=1), time(), zone)
    return datetime.combine(day, end, zone)


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def around_the_clock(zone: str) -> WorkTime:
    """Every hour of every day."""
    return WorkTime(week=((((time(), _DAY_END)),),) * 7, zone=zone, keeps_holidays=False)


def parse_week(text: str) -> tuple[tuple[Span, ...], ...]:
    """Reads "mon-fri 08:00-12:00 13:00-17:00; sat 09:00-13:00". Raises ValueError saying what is
    wrong."""
    week: list[tuple[Span, ...]] = [()] * 7
    for part in filter(None, (p.strip() for p in text.lower().split(";"))):
        days, *spans = part.split()
        first, _, last = days.partition("-")
        if first not in _DAYS or (last or first) not in _DAYS:
            raise ValueError(days)
        begin, end = _DAYS.index(first), _DAYS.index(last or first)
        if end < begin:
            raise ValueError(days)
        read = parse_spans(" ".join(spans))
        if not read:
            raise ValueError(part)
        for day in range(begin, end + 1):
            week[day] = read
    return tuple(week)


def parse_spans(text: str) -> tuple[Span, ...]:
    """Reads "08:00-12:00 13:00-17:00"; nothing is a day of rest. Raises ValueError."""
    read = tuple(_span(span) for span in text.split())
    if any(a[1] > b[0] for a, b in pairwise(read)):
        raise ValueError(text)
    return read


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _span(text: str) -> Span:
    first, _, last = text.partition("-")
    begin = time.fromisoformat(first)
    end = _DAY_END if last == "24:00" else time.fromisoformat(last)
    if begin >= end:
        raise ValueError(text)
    return begin, end
