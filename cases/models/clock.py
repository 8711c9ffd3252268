"""When bodies work, how long they have, and who is told when it takes longer. All of it is data."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation
from cases.models.catalogue import RequestType, RequestTypeGroup
from cases.rules.worktime import parse_spans, parse_week


def _week(text: str) -> None:
    try:
        parse_week(text)
    except ValueError as error:
        words = _(
            "Not understood: %(part)s. Write “mon-fri 08:00-12:00 13:00-17:00; sat 09:00-13:00”."
        )
        raise ValidationError(words, params={"part": str(error)}) from error


def _spans(text: str) -> None:
    try:
        parse_spans(text)
    except ValueError as error:
        words = _("Not understood: %(part)s. Write “09:00-13:00”, or nothing for a day of rest.")
        raise ValidationError(words, params={"part": str(error)}) from error


class WorkCalendar(models.Model):
    """The working hours of a body, or, without one, of every body that has no calendar of its own.
    Where there is neither, every hour counts."""

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, null=True, blank=True, related_name="work_calendar"
    )
    week = models.CharField(max_length=200, validators=[_week])
    keeps_holidays = models.BooleanField(default=True, help_text="Turkey's public holidays.")
    pauses = ArrayField(
        models.CharField(max_length=24), default=list, blank=True,
        help_text="States in which the clock stands still, WAITING_FOR_INFORMATION for one.",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], name="one_calendar_for_all", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation or '*'}: {self.week}"


class CalendarDay(models.Model):
    """A day that is unlike its kind: a day of rest that was declared, or a Saturday of work."""

    calendar = models.ForeignKey(
        WorkCalendar, models.CASCADE, null=True, blank=True, help_text="Empty: all calendars."
    )
    day = models.DateField()
    spans = models.CharField(max_length=100, blank=True, validators=[_spans])
    name = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "day"], name="calendar_day_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.spans or '–'}"


class Target(models.Model):
    """How many hours of its calendar a body has for a type or a group of types. The most specific
    one counts: type before group, the body's before everybody's; else `RequestType.target_hours`."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True)
    request_type = models.ForeignKey(RequestType, models.CASCADE, null=True, blank=True)
    group = models.ForeignKey(RequestTypeGroup, models.CASCADE, null=True, blank=True)
    hours = models.PositiveIntegerField(validators=[MinValueValidator(1)])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "request_type", "group"], name="target_once",
                nulls_distinct=False,
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.organisation or '*'} {self.request_type or self.group or '*'}: {self.hours}"


class EscalationStep(models.Model):
    """Who is told once a share of the target is used up, and how often again."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True)
    level = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(3)]
    )
    share = models.FloatField(
        validators=[MinValueValidator(0.05), MaxValueValidator(20)],
        help_text="Of the target: 0.8 is before it ends, 1 when it ends, 2 when it took twice as long.",
    )
    role = models.CharField(max_length=20, choices=Membership.Role.choices)
    repeat_hours = models.PositiveIntegerField(
        null=True, blank=True, help_text="Again after so many hours; empty: once."
    )

    class Meta:
        ordering = ["level"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "level"], name="escalation_level_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation or '*'} {self.level}: {self.share}"
