"""Indicators whose values others bring in, the values, and the files that they came in."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Organisation
from core.models import Job


class OutsideIndicator(models.Model):
    """A row of the registry of indicators (rules/indicators.py) whose values come in by files.

    Its values lie at places of one `level`, are of periods of one `step`, and are put `together` in one
    way. `columns`: the names of the columns of the last file, by role.
    """

    class Level(models.TextChoices):
        CITY = "city"
        DISTRICT = "district"
        NEIGHBOURHOOD = "neighbourhood"
        STREET = "street"
        ORGANISATION = "organisation"
        DEPARTMENT = "department"

    class Step(models.TextChoices):
        DAY = "day"
        MONTH = "month"
        QUARTER = "quarter"
        YEAR = "year"

    class Together(models.TextChoices):
        SUM = "sum"
        MEAN = "mean"
        WEIGHTED = "weighted"
        LAST = "last"

    class Direction(models.TextChoices):
        MORE_IS_WORSE = "more_is_worse"
        MORE_IS_BETTER = "more_is_better"
        NEUTRAL = "neutral"

    class Audience(models.TextChoices):
        PUBLIC = "public"
        STAFF = "staff"

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True, default="")
    explanation = models.CharField(max_length=400, blank=True, default="")
    explanation_en = models.CharField(max_length=400, blank=True, default="")
    unit = models.CharField(max_length=20, blank=True, default="")
    direction = models.CharField(
        max_length=14, choices=Direction.choices, default=Direction.NEUTRAL
    )
    decimals = models.PositiveSmallIntegerField(default=0)
    target = models.FloatField(null=True, blank=True)
    level = models.CharField(max_length=13, choices=Level.choices)
    step = models.CharField(max_length=7, choices=Step.choices, default=Step.MONTH)
    together = models.CharField(max_length=8, choices=Together.choices, default=Together.SUM)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", help_text="The owner."
    )
    audience = models.CharField(max_length=6, choices=Audience.choices, default=Audience.STAFF)
    forecasts = models.BooleanField(
        default=False, db_default=False, help_text="Hotspots learn from its daily values: weather."
    )
    origin = models.CharField(
        max_length=200, blank=True, default="", help_text="Where the values come from."
    )
    version = models.PositiveIntegerField(default=1, help_text="Grows with what it means.")
    columns = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.code


class OutsideImport(models.Model):
    """A file that came in: a draft until its columns are said, then what was made of it.

    `choices`: columns (role → position), mark (of decimals) and period (of a file without such a column), as they were
    chosen. The file itself is deleted when it has been imported; its digest stays.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT"
        DONE = "DONE"
        UNDONE = "UNDONE"

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    indicator = models.ForeignKey(OutsideIndicator, models.CASCADE, related_name="imports")
    state = models.CharField(max_length=6, choices=State.choices, default=State.DRAFT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200, help_text="Of the file.")
    sha256 = models.CharField(max_length=64)
    data = models.BinaryField(null=True)
    header = models.JSONField(default=list)
    choices = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0, help_text="Values in the file.")
    changed = models.PositiveIntegerField(default=0, help_text="Values that became others by it.")
    refused = models.PositiveIntegerField(default=0)
    reasons = models.JSONField(
        default=list, help_text="Row, code and text of the first ones refused."
    )
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    imported_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["indicator", "-imported_at"], name="outside_import_last"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.name}"


class OutsideValue(models.Model):
    """One value; `key` is the id of a place of the indicator's level (0: the city). What a later import
    replaced is kept, so that the import can be undone."""

    indicator = models.ForeignKey(OutsideIndicator, models.CASCADE, related_name="values")
    key = models.BigIntegerField()
    begin = models.DateField(help_text="First day of the period.")
    category = models.CharField(max_length=80, blank=True, default="")
    value = models.FloatField()
    weight = models.FloatField(default=1)
    came_with = models.ForeignKey(OutsideImport, models.CASCADE, related_name="values")
    replaced_by = models.ForeignKey(
        OutsideImport, models.RESTRICT, null=True, related_name="replaced"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "begin", "key", "category"],
                name="outside_value_once",
                condition=models.Q(replaced_by__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.begin}: {self.value}"
