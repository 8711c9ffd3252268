"""What happened to a case, appended and never changed; and who looked at contact data."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from cases.models.case import Case


class CaseEvent(models.Model):
    case = models.ForeignKey(Case, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=30, help_text="`opened`, `routed` or the name of a move.")
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    state = models.CharField(max_length=24, help_text="The state after it.")
    note = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    public = models.BooleanField(default=False, help_text="Shown to the reporter.")

    class Meta:
        indexes = [
            models.Index(fields=["case", "at"], name="event_of_case"),
            models.Index(
                fields=["at"],
                name="event_by_hand",
                condition=models.Q(kind__in=["assign", "refer"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class ContactLook(models.Model):
    """Each look at a reporter's contact data, with its reason in the words of who looked; or with a
    code, where the platform knows it."""

    class Code(models.TextChoices):
        CALLER = "CALLER"  # found by the telephone number of who calls

    case = models.ForeignKey(Case, models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    reason = models.CharField(max_length=200, blank=True, default="")
    code = models.CharField(
        max_length=10, choices=Code.choices, blank=True, default="", db_default=""
    )
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.user_id} saw {self.case_id}"
