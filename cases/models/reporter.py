"""People who report. Contact data are encrypted; a blind index finds an exact phone or e-mail."""

from django.db import models
from django.utils import timezone

from cases.models.case import Case
from core.models import EncryptedTextField


class Reporter(models.Model):
    full_name = EncryptedTextField(blank=True)
    phone = EncryptedTextField(blank=True)
    phone_index = models.CharField(max_length=64, blank=True, db_index=True)
    email = EncryptedTextField(blank=True)
    email_index = models.CharField(max_length=64, blank=True, db_index=True)
    created_at = models.DateTimeField(default=timezone.now)
    cases = models.ManyToManyField(
        Case, through="CaseReporter", through_fields=("reporter", "case"),
        related_name="reporters",
    )  # fmt: skip

    def __str__(self) -> str:
        return f"reporter {self.pk}"


class CaseReporter(models.Model):
    case = models.ForeignKey(Case, models.CASCADE)
    reporter = models.ForeignKey(Reporter, models.CASCADE)
    merged_from = models.ForeignKey(
        Case, models.CASCADE, null=True, related_name="+",
        help_text="The duplicate that brought this person here.",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "reporter"], name="case_reporter_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} by {self.reporter_id}"
