"""Works that are planned on streets, streets with a new surface that nobody may dig up, and who follows a street."""

import uuid

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.utils import timezone

from accounts.models import Department, Organisation
from addresses.models import Street
from cases.models.reporter import Reporter
from cases.rules.planned_works import Kind, Traffic, WorkState


def _choices(of: type) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in of]  # type: ignore[attr-defined]


def _mercator() -> models.GeneratedField:
    return models.GeneratedField(
        expression=Transform("geom", 3857),
        output_field=models.GeometryField(srid=3857, spatial_index=False),
        db_persist=True,
    )


class PlannedWork(models.Model):
    """Present values; every change stands in `PlannedWorkEvent`. `geom` (EPSG:4326): lines or areas.
    `districts`, `neighbourhoods` are the areas, `streets` the streets that it touches."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="planned_works")
    external_id = models.CharField(
        max_length=120, blank=True, help_text="The owner's own number: two with one are one work."
    )
    kind = models.CharField(max_length=10, choices=_choices(Kind))
    state = models.CharField(max_length=9, choices=_choices(WorkState))
    title = models.CharField(max_length=160)
    title_key = models.TextField(help_text="Folded title, owner and streets, for the search box.")
    description = models.TextField(blank=True)
    contact = models.CharField(
        max_length=200, help_text="A line or page for everybody; no person's."
    )
    contractor = models.CharField(max_length=160, blank=True)
    permit = models.CharField(max_length=80, blank=True, help_text="Number of the permit.")
    begin = models.DateField()
    end = models.DateField()
    depth_m = models.FloatField(null=True)
    width_m = models.FloatField(null=True)
    traffic = models.CharField(max_length=8, choices=_choices(Traffic))
    geom = models.GeometryField(srid=4326)
    geom_m = _mercator()
    streets = models.ManyToManyField(Street, related_name="+")
    districts = ArrayField(models.BigIntegerField(), default=list)
    neighbourhoods = ArrayField(models.BigIntegerField(), default=list)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "external_id"],
                name="planned_work_once",
                condition=~models.Q(external_id=""),
            ),
            models.CheckConstraint(
                name="planned_work_period", condition=models.Q(end__gte=models.F("begin"))
            ),
        ]
        indexes = [
            GistIndex(fields=["geom_m"], name="planned_work_geom_m"),
            models.Index(fields=["begin", "id"], name="planned_work_begin"),
            models.Index(fields=["organisation", "-changed_at"], name="planned_work_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.title}"


class PlannedWorkEvent(models.Model):
    """What happened to a work. Appended, never changed."""

    work = models.ForeignKey(PlannedWork, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=24, help_text="filed, changed, or the name of a move.")
    state = models.CharField(max_length=9)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    client = models.BigIntegerField(null=True, help_text="The program, where no person did it.")
    note = models.TextField(blank=True)
    data = models.JSONField(default=dict, help_text="What changed: name → [before, after].")

    class Meta:
        indexes = [models.Index(fields=["work", "at"], name="planned_work_event")]

    def __str__(self) -> str:
        return f"{self.kind} {self.work_id}"


class Moratorium(models.Model):
    """A surface that is not to be cut until a day; made when a surfacing work ends, or by hand."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    work = models.OneToOneField(PlannedWork, models.CASCADE, null=True, related_name="moratorium")
    reason = models.CharField(max_length=200)
    begin = models.DateField()
    end = models.DateField()
    geom = models.GeometryField(srid=4326)
    geom_m = _mercator()
    lifted_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [GistIndex(fields=["geom_m"], name="moratorium_geom_m")]

    def __str__(self) -> str:
        return f"{self.reason} until {self.end}"


class StreetFollow(models.Model):
    """A citizen who wants to be told of works on a street; nothing before they confirmed."""

    street = models.ForeignKey(Street, models.CASCADE, related_name="+")
    reporter = models.ForeignKey(Reporter, models.CASCADE, related_name="streets")
    token = models.CharField(max_length=43, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["street", "reporter"], name="street_follow_once")
        ]

    def __str__(self) -> str:
        return f"{self.street_id} by {self.reporter_id}"


class DepartmentFollow(models.Model):
    """A department whose coordinators are told of works in some districts, or in all."""

    department = models.OneToOneField(Department, models.CASCADE, related_name="+")
    districts = ArrayField(models.BigIntegerField(), default=list)

    def __str__(self) -> str:
        return f"{self.department_id}"
