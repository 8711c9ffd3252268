"""Photos of a case: re-encoded, without any metadata, never served as plain files."""

from django.db import models
from django.utils import timezone

from cases.models.case import Case


class Photo(models.Model):
    class Moment(models.TextChoices):
        REPORTED = "REPORTED"
        BEFORE = "BEFORE"
        AFTER = "AFTER"

    case = models.ForeignKey(Case, models.CASCADE, related_name="photos")
    work_order = models.ForeignKey(
        "cases.WorkOrder", models.SET_NULL, null=True, related_name="photos"
    )
    moment = models.CharField(
        max_length=8, choices=Moment.choices, default=Moment.REPORTED, db_default=Moment.REPORTED,
        help_text="REPORTED: the reporter's; before and after the work: never shown to the public.",
    )  # fmt: skip
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
