"""Tables of addresses that somebody has geocoded: private to their owner, and kept for days only."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.models import Job
from core.models.fields import EncryptedTextField


class GeocodeBatch(models.Model):
    """One table. `header` and the positions of the chosen `columns` are lists; `job` does the work,
    and its row says how far it is. A batch without an owner was begun by a command.
    """

    class Form(models.TextChoices):
        CSV = "CSV"
        XLSX = "XLSX"

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", editable=False
    )
    name = EncryptedTextField(help_text="Of the file.")
    sha256 = models.CharField(max_length=64)
    form = models.CharField(max_length=4, choices=Form.choices)
    delimiter = models.CharField(max_length=1, blank=True, default="")
    header = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    rows = models.PositiveIntegerField(default=0)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="geocode_batch_of_owner"),
            models.Index(fields=["expires_at"], name="geocode_batch_expires"),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class GeocodeChunk(models.Model):
    """Some rows of a batch: what came in, and what was found, both as JSON. A chunk without `found`
    is still to be done; its figures are those of its finds.
    """

    batch = models.ForeignKey(GeocodeBatch, models.CASCADE, related_name="chunks")
    first = models.PositiveIntegerField(help_text="The number of its first row, from 1.")
    rows = models.PositiveIntegerField()
    cells = EncryptedTextField()
    found = EncryptedTextField(blank=True, default="")
    sure = models.PositiveIntegerField(default=0)
    unsure = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "first"], name="geocode_chunk_once")
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.first}"
