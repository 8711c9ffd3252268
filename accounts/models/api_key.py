"""Keys by which a program acts for a person."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class ApiKey(models.Model):
    """One key. Only a digest of it is kept: the key itself is shown once, to whoever issues it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=80, help_text="What it is for.")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_on = models.DateField(null=True, editable=False, help_text="The day of its last use.")

    class Meta:
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.user}: {self.name}"
