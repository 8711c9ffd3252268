"""What begins and should not be there: alerts, what people thought of them, and what they were measured by."""

import uuid

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.utils.translation import gettext_lazy as _


class EmergenceFit(models.Model):
    """What a scan learned from the city's own past: the nightly run need not learn it again."""

    made_at = models.DateTimeField()
    refit_at = models.DateTimeField(help_text="When what is usual was learned last.")
    level = models.CharField(max_length=13, help_text="As of an alert.")
    code_version = models.CharField(max_length=20)
    data_from = models.DateField()
    data_to = models.DateField()
    scores = models.JSONField(default=dict)
    units = models.BinaryField(help_text="Cells or ids in order, 64-bit integers.")
    learned = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["level", "-made_at"], name="emergencefit_latest")]

    def __str__(self) -> str:
        return f"{self.data_to}"


class Alert(models.Model):
    """A cluster of cases in space and time that chance explains badly. `organisation` and `department` are those
    that most of its cases belong to."""

    class Level(models.TextChoices):
        CELL = "CELL", _("hexagons")
        STREET = "STREET", _("streets")
        NEIGHBOURHOOD = "NEIGHBOURHOOD", _("neighbourhoods")

    class Verdict(models.TextChoices):
        REAL = "REAL", _("real")
        KNOWN = "KNOWN", _("known already")
        NOISE = "NOISE", _("noise")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    level = models.CharField(max_length=13, choices=Level.choices)
    type_group_id = models.BigIntegerField(null=True, help_text="Empty: all types together.")
    request_type_id = models.BigIntegerField(null=True, help_text="Where one type stands out.")
    name = models.CharField(max_length=200)
    name_key = models.TextField(
        default="", db_default="", help_text="Folded name, for the search box."
    )
    units = ArrayField(models.BigIntegerField(), help_text="Cells, or ids of streets or areas.")
    geom = models.GeometryField(srid=4326)
    first_day = models.DateField()
    last_day = models.DateField()
    raised_on = models.DateField(help_text="The first night on which it stood out.")
    observed = models.PositiveIntegerField()
    expected = models.FloatField()
    recurrence_days = models.FloatField(help_text="Such a cluster by chance once in so many days.")
    days = models.JSONField(
        default=list, help_text="Day, observed, expected, recurrence: each run."
    )
    organisation_id = models.BigIntegerField(null=True)
    department_id = models.BigIntegerField(null=True)
    districts = ArrayField(models.BigIntegerField(), default=list)
    neighbourhoods = ArrayField(models.BigIntegerField(), default=list)
    sensitive = models.BooleanField(default=False, help_text="Some of its cases are.")
    parent_case = models.ForeignKey(
        "cases.Case", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    verdict = models.CharField(max_length=5, choices=Verdict.choices, blank=True)
    verdict_note = models.CharField(max_length=500, blank=True)
    verdict_at = models.DateTimeField(null=True)
    verdict_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["-last_day", "-recurrence_days"], name="alert_latest")]

    def __str__(self) -> str:
        return f"{self.name} ({self.first_day} – {self.last_day})"

    @property
    def ratio(self) -> float:
        """How many times the expected number, as that is told everywhere: with two decimals."""
        return self.observed / max(round(self.expected, 2), 0.01)

    @property
    def judged(self) -> str:
        """When, to the microsecond: a form that was read before another judgement is known by it. Empty: not yet."""
        return self.verdict_at.isoformat() if self.verdict_at else ""


class AlertCase(models.Model):
    """A case of an alert's cluster."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="cases")
    case_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "case_id"], name="alertcase_once")]

    def __str__(self) -> str:
        return str(self.case_id)


class HotspotReader(models.Model):
    """Who wants the weekly letter about next week's hotspots."""

    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="+")
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.user)
