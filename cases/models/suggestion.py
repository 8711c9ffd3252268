"""Trained models for the suggestion of type and urgency, each with what it was measured at."""

from django.db import models
from django.utils import timezone


class SuggestionModel(models.Model):
    """One training; the key is its version. At most one of a subject is in use, else words decide."""

    class Subject(models.TextChoices):
        TYPE = "TYPE"
        URGENCY = "URGENCY"

    subject = models.CharField(
        max_length=8, choices=Subject.choices, default=Subject.TYPE, db_default=Subject.TYPE
    )
    trained_at = models.DateTimeField(default=timezone.now)
    texts = models.PositiveIntegerField()
    until = models.DateTimeField(null=True, help_text="The newest text that it has learned from.")
    scores = models.JSONField(help_text="On texts that it had not seen: see cases/suggesting.")
    file = models.FileField(upload_to="models/")
    sha256 = models.CharField(max_length=64)
    active = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject"], name="one_model_in_use", condition=models.Q(active=True)
            )
        ]

    def __str__(self) -> str:
        return f"model {self.pk}"
