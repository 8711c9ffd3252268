"""Who is responsible: ordered rules as data, and each decision with its reasons."""

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from addresses.models.entity import period
from cases.models.case import Case


class RoutingRule(models.Model):
    """First match wins, by `position`. `condition` is in the language of `rules.conditions`; an
    empty one matches everything. In force from `valid_from` until the day before `valid_to`."""

    position = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=160)
    condition = models.TextField(blank=True, default="", db_default="")
    department = models.ForeignKey(Department, models.CASCADE)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True, db_default=Now())
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.position} {self.name}"


class RoutingArea(models.Model):
    """An area drawn by hand that rules may name: a coast, a campus, what belongs to somebody.

    An area of kind OWNER says whose asset lies in it: rules ask `owner = …` for `owner`, a word. An
    area that moves is a new row of the same name with the next version; the old one ends that day.
    """

    class Kind(models.TextChoices):
        AREA = "AREA", _("Area")
        OWNER = "OWNER", _("Asset of an owner")

    name = models.CharField(max_length=120)
    name_key = models.CharField(max_length=120)
    kind = models.CharField(max_length=5, choices=Kind.choices, default=Kind.AREA)
    owner = models.CharField(max_length=60, blank=True, default="")
    geom = models.MultiPolygonField(srid=4326)
    geom_m = models.GeneratedField(
        expression=Transform("geom", 3857),
        output_field=models.GeometryField(srid=3857, spatial_index=False),
        db_persist=True,
    )
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name", "version"]
        indexes = [GistIndex(fields=["geom_m"], name="routing_area_geom_m")]
        constraints = [
            models.CheckConstraint(
                name="routing_area_owner_of_owners",
                condition=(models.Q(kind="OWNER") & ~models.Q(owner=""))
                | models.Q(kind="AREA", owner=""),
            ),
            ExclusionConstraint(
                name="routing_area_one_at_a_time",
                expressions=[
                    ("name_key", RangeOperators.EQUAL),
                    (period("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RoutingPolicy(models.Model):
    """One row: how near a boundary of each level must be, in metres, for a person to be asked.
    Without it 15 m hold everywhere."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    province_m = models.FloatField(default=15.0)
    district_m = models.FloatField(default=15.0)
    neighbourhood_m = models.FloatField(default=15.0)
    area_m = models.FloatField(default=15.0)

    class Meta:
        verbose_name_plural = "routing policies"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="routing_policy_is_one_row")
        ]

    def __str__(self) -> str:
        return "Routing policy"


class RoutingDecision(models.Model):
    case = models.ForeignKey(Case, models.CASCADE, related_name="decisions")
    rule = models.ForeignKey(RoutingRule, models.SET_NULL, null=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True)
    explanation = models.JSONField(
        help_text="Rule and its text, reasons, areas with versions, boundaries, candidates."
    )
    ambiguous = models.BooleanField(default=False)
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["rule", "-decided_at"], name="decision_by_rule")]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.department_id}"
