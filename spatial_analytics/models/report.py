"""Reports that people keep, and when they are sent to whom."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.models import Job


class SavedReport(models.Model):
    """`code` and `query` are those of its address. Shared or not, its figures are counted for whoever looks."""

    title = models.CharField(max_length=120)
    code = models.SlugField(max_length=20)
    query = models.CharField(max_length=2000, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reports")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, help_text="Whose members find it too."
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title


class ReportSchedule(models.Model):
    """A kept report by e-mail, each recipient's figures counted for that recipient."""

    class Every(models.TextChoices):
        DAY = "DAY", _("daily")
        WEEK = "WEEK", _("weekly, on Mondays")
        MONTH = "MONTH", _("monthly, on the first")

    report = models.ForeignKey(SavedReport, models.CASCADE, related_name="schedules")
    every = models.CharField(max_length=5, choices=Every.choices)
    recipients = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    paused = models.BooleanField(default=False)
    next_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], name="report_due", condition=models.Q(paused=False))
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.every}"


class ReportFile(models.Model):
    """A large report that a worker writes for its owner; `body` is there when it is done, and gone after days. `refused`:
    its figures are not told to the owner any longer."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    code = models.SlugField(max_length=20)
    query = models.CharField(max_length=2000, blank=True)
    form = models.CharField(max_length=4, help_text="csv, xlsx or pdf.")
    language = models.CharField(max_length=5)
    name = models.CharField(max_length=80)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    body = models.BinaryField(null=True)
    refused = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.uid)
