"""Machine work. The row is the truth; the broker only wakes a worker."""

from django.db import models
from django.utils import timezone


class Job(models.Model):
    class State(models.TextChoices):
        WAITING = "WAITING"
        RUNNING = "RUNNING"
        DONE = "DONE"
        FAILED = "FAILED"
        CANCELLED = "CANCELLED"

    name = models.CharField(max_length=80)
    key = models.CharField(
        max_length=200, null=True, unique=True, help_text="Two jobs with one key are the same job."
    )
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField(default=timezone.now)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    progress = models.FloatField(default=0)
    message = models.TextField(default="", blank=True)
    result = models.JSONField(null=True)
    error = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                name="job_due",
                condition=models.Q(state__in=["WAITING", "RUNNING"]),
            ),
            models.Index(fields=["name", "-created_at"], name="job_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk} {self.state}"
