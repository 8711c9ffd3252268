"""What was forgotten, and who asked for what is held about a person. Neither holds personal data."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from cases.models.case import Case


class Tombstone(models.Model):
    """A case whose personal data are gone: when, by which policy, and how much of what.

    `files` are photos that are still to be deleted from the disk: empty once they are.
    """

    class Cause(models.TextChoices):
        RETENTION = "RETENTION"
        ERASURE = "ERASURE"

    case = models.OneToOneField(Case, models.CASCADE, related_name="tombstone")
    at = models.DateTimeField(default=timezone.now)
    cause = models.CharField(max_length=9, choices=Cause.choices)
    policy = models.JSONField(
        default=dict, help_text="The type's code and its days; or the request."
    )
    removed = models.JSONField(default=dict, help_text="How many of what.")
    files = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.case_id} {self.cause}"


class PersonRequest(models.Model):
    """Somebody asked what is held about a person, or had it exported or erased (law 6698, article 11).

    The person is known by blind indexes of a telephone number and an e-mail address only.
    """

    class Kind(models.TextChoices):
        FIND = "FIND"
        EXPORT = "EXPORT"
        ERASE = "ERASE"

    kind = models.CharField(max_length=6, choices=Kind.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, help_text="Whose letter, of which day: no name.")
    phone_index = models.CharField(max_length=64, blank=True, default="")
    email_index = models.CharField(max_length=64, blank=True, default="")
    result = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"
