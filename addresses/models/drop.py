"""Files that came by the drop folder, and what became of them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from addresses.models.change import ChangeSet


class DroppedFile(models.Model):
    """One file that was taken from the drop folder. What is there unchanged is not taken again."""

    class State(models.TextChoices):
        PUBLISHED = "PUBLISHED", _("Published")
        DRAFTED = "DRAFTED", _("To be reviewed")
        UNCHANGED = "UNCHANGED", _("Nothing new")
        REFUSED = "REFUSED", _("Refused")

    path = models.CharField(max_length=300, help_text="Below the drop folder.")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=State.choices)
    counts = models.JSONField(default=dict)
    message = models.TextField(blank=True, default="")
    change_set = models.ForeignKey(ChangeSet, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["-taken_at"], name="dropped_file_by_time"),
            models.Index(fields=["path", "-taken_at"], name="dropped_file_by_path"),
        ]

    def __str__(self) -> str:
        return f"{self.path} {self.state}"
