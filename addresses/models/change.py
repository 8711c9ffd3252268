"""Change sets, and what an import has to say about single rows."""

from django.conf import settings
from django.contrib.gis.db import models
from django.utils import timezone


class ChangeSet(models.Model):
    """One act on the register, published at once. `number` is gap-free, in order of publication."""

    class Kind(models.TextChoices):
        IMPORT = "IMPORT"
        EDIT = "EDIT"

    number = models.PositiveBigIntegerField(unique=True, null=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=40, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)
    summary = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.number or 'draft'} {self.title}"


class ChangeCounter(models.Model):
    """One row: the number of the last published change set.

    The row is locked at the end of a publication, so that numbers follow the order of commits and
    none is missing: a sequence leaves gaps when a transaction is rolled back.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="change_counter_is_one_row")
        ]

    def __str__(self) -> str:
        return str(self.number)


class ImportNote(models.Model):
    """Why a row of an import was repaired, linked, rejected, or contradicts something."""

    class Outcome(models.TextChoices):
        REPAIRED = "REPAIRED"
        LINKED = "LINKED"
        REJECTED = "REJECTED"
        CONFLICT = "CONFLICT"

    change_set = models.ForeignKey(ChangeSet, models.CASCADE, related_name="notes")
    row = models.PositiveIntegerField(help_text="Row of the file, from 1.")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    reason = models.SlugField(max_length=40)
    field = models.CharField(max_length=60, blank=True)
    detail = models.TextField(blank=True)
    entity = models.CharField(max_length=20, blank=True)
    entity_id = models.BigIntegerField(null=True)
    geom = models.PointField(srid=4326, null=True)

    class Meta:
        indexes = [models.Index(fields=["change_set", "outcome", "reason"], name="note_by_reason")]

    def __str__(self) -> str:
        return f"{self.row}: {self.outcome} {self.reason}"
