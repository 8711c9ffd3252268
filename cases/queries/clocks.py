"""Calendars, targets and steps of escalation, as the rules take them."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from cases.models import CalendarDay, EscalationStep, RequestType, Target, WorkCalendar
from cases.queries.catalogue import fresh
from cases.rules.worktime import WorkTime, around_the_clock, parse_spans, parse_week

# Legal limits count the working days of the country, whenever a body works.
_NATIONAL = "mon-fri 08:00-17:00"


@dataclass(frozen=True)
class Step:
    level: int
    share: float
    role: str
    repeat: timedelta | None


@dataclass(frozen=True)
class Clocks:
    """What counts for a body. None stands for every body that has nothing of its own."""

    national: WorkTime
    work: dict[int | None, WorkTime]
    pausing: dict[int | None, frozenset[str]]
    targets: dict[tuple[int | None, int | None, int | None], int]
    steps: dict[int | None, tuple[Step, ...]]

    def work_of(self, organisation: int | None) -> WorkTime:
        return self.work.get(organisation) or self.work[None]

    def pausing_of(self, organisation: int | None) -> frozenset[str]:
        return self.pausing.get(organisation, self.pausing[None])

    def steps_of(self, organisation: int | None) -> tuple[Step, ...]:
        return self.steps.get(organisation) or self.steps.get(None, ())

    def target_of(self, organisation: int | None, request_type: RequestType) -> timedelta:
        wanted = (
            (organisation, request_type.pk, None),
            (organisation, None, request_type.group_id),
            (None, request_type.pk, None),
            (None, None, request_type.group_id),
        )
        hours = next((self.targets[w] for w in wanted if w in self.targets), None)
        return timedelta(hours=request_type.target_hours if hours is None else hours)


@fresh
def clocks() -> Clocks:
    zone = settings.TIME_ZONE
    days: dict[int | None, dict[object, object]] = {}
    for row in CalendarDay.objects.all():
        days.setdefault(row.calendar_id, {})[row.day] = parse_spans(row.spans)
    work: dict[int | None, WorkTime] = {None: around_the_clock(zone)}
    pausing: dict[int | None, frozenset[str]] = {None: frozenset({"WAITING_FOR_INFORMATION"})}
    for calendar in WorkCalendar.objects.all():
        own: dict[object, object] = {**days.get(None, {}), **days.get(calendar.pk, {})}
        work[calendar.organisation_id] = WorkTime(
            week=parse_week(calendar.week), zone=zone, keeps_holidays=calendar.keeps_holidays,
            exceptions=own,  # type: ignore[arg-type]
        )  # fmt: skip
        pausing[calendar.organisation_id] = frozenset(calendar.pauses)
    steps: dict[int | None, tuple[Step, ...]] = {}
    for s in EscalationStep.objects.order_by("level"):
        repeat = timedelta(hours=s.repeat_hours) if s.repeat_hours else None
        step = Step(s.level, s.share, s.role, repeat)
        steps[s.organisation_id] = (*steps.get(s.organisation_id, ()), step)
    return Clocks(
        national=WorkTime(
            week=parse_week(_NATIONAL),
            zone=zone,
            exceptions=days.get(None, {}),  # type: ignore[arg-type]
        ),
        work=work,
        pausing=pausing,
        targets={
            (t.organisation_id, t.request_type_id, t.group_id): t.hours
            for t in Target.objects.all()
        },
        steps=steps,
    )
