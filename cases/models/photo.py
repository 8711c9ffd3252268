"""Photos of a case: re-encoded, without any metadata, never served as plain files."""

from django.db import models
from django.utils import timezone

from cases.models.case import Case


class Photo(models.Model):
    case = models.ForeignKey(Case, models.CASCADE, related_name="photos")
    file = models.FileField(upload_to="photos/%Y/%m/")
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "sha256"], name="photo_once_per_case")
        ]

    def __str__(self) -> str:
        return f"photo of {self.case_id}"
