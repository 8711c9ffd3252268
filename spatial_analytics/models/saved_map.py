"""Thematic maps that people keep, with notes on them, and share."""

import json

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Organisation


class SavedMap(models.Model):
    """A map as a question, never as figures: whoever opens it sees what they may see."""

    class Shared(models.TextChoices):
        NOBODY = "NOBODY"
        ORGANISATION = "ORGANISATION"
        EVERYBODY = "EVERYBODY"  # whoever has figures of a body

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_maps")
    title = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    query = models.TextField(help_text="The query string of the map.")
    view = models.CharField(max_length=60, blank=True, help_text="Zoom and place: 11/39.65/27.89.")
    marks = models.JSONField(
        default=list, help_text="Notes on the map: lon, lat (EPSG:4326), text."
    )
    shared = models.CharField(max_length=12, choices=Shared.choices, default=Shared.NOBODY)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, help_text="With which it is shared."
    )
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def marks_as_json(self) -> str:
        return json.dumps(self.marks, ensure_ascii=False)
