"""What people keep of the console's lists, take out of them, and do to many cases at once."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Department
from cases.models.case import Case


class SavedFilter(models.Model):
    """A list as somebody wants to find it again: `query` is its query string. Shared with a
    department, everybody who works there sees it."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters"
    )
    name = models.CharField(max_length=80)
    query = models.TextField(blank=True)
    department = models.ForeignKey(Department, models.CASCADE, null=True)
    default = models.BooleanField(default=False, help_text="Its owner's console begins with it.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_filter_once"),
            models.UniqueConstraint(
                fields=["owner"], name="one_default_filter", condition=models.Q(default=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ListExport(models.Model):
    """Who took which list out of the platform. `rows` is empty while it runs, or where it broke off."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    at = models.DateTimeField(default=timezone.now)
    form = models.CharField(max_length=8, help_text="csv, xlsx or geojson.")
    query = models.TextField(blank=True)
    rows = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.form} {self.rows}"


class BulkAct(models.Model):
    """One act on many cases; each row is its own transaction. Sent twice with one key, it is one."""

    key = models.UUIDField(unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    act = models.CharField(max_length=20)
    given = models.JSONField(default=dict, help_text="What the act needs, as it was sent.")
    at = models.DateTimeField(default=timezone.now)
    job = models.ForeignKey("core.Job", models.SET_NULL, null=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.act} {self.key}"


class BulkRow(models.Model):
    """A case of a bulk act, at the version that was chosen. `done` is empty until its turn came."""

    act = models.ForeignKey(BulkAct, models.CASCADE, related_name="rows")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    done = models.BooleanField(null=True)
    reasons = models.JSONField(default=list, help_text="Why not, by name.")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["act", "case"], name="bulk_row_once")]

    def __str__(self) -> str:
        return f"{self.act_id} {self.case_id}"
