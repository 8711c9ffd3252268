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
    language = models.CharField(
        max_length=8, default="tr", db_default="tr", help_text="In which they are written to."
    )
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
    follows = models.BooleanField(
        default=False, db_default=False, help_text="Somebody else's case, which they only follow."
    )
    token = models.CharField(
        max_length=43, null=True, unique=True,
        help_text="Secret part of a follower's own link; whoever reported has the case's.",
    )  # fmt: skip
    confirmed_at = models.DateTimeField(
        null=True, help_text="A follower said by the link that the address is theirs."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "reporter"], name="case_reporter_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} by {self.reporter_id}"


class SignInCode(models.Model):
    """Six digits that show that an address or a number is somebody's own: `my requests`. Only a digest
    is kept, for minutes and a few tries; a row is there whether or not the person is known."""

    index = models.CharField(max_length=64, db_index=True, help_text="Of the address or number.")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"code of {self.made_at}"


class Survey(models.Model):
    """How it went, asked once after the end. Answered by the secret link that was sent."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="surveys")
    digest = models.CharField(max_length=64, unique=True, help_text="Of the link's token.")
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)
    satisfied = models.PositiveSmallIntegerField(null=True, help_text="1 to 5.")
    solved = models.BooleanField(null=True)
    remark = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "asked_at"], name="survey_once_an_end"),
            models.CheckConstraint(
                name="survey_one_to_five",
                condition=models.Q(satisfied__isnull=True) | models.Q(satisfied__range=(1, 5)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.satisfied or '–'}"


class Unsubscribed(models.Model):
    """An address that wants no more messages, as a blind index."""

    index = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.pk)
