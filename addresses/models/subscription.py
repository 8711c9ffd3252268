"""Who wants to be told that the register has moved on."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.models import EncryptedTextField


class FeedSubscription(models.Model):
    """A webhook that is told the number of the last change set, and nothing else.

    `told` is the last number that the receiver has confirmed. After a failure it is tried again
    later and later; after `FAILURES_MAX` failures in a row it is switched off.
    """

    FAILURES_MAX = 20

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    url = models.CharField(max_length=500)
    secret = EncryptedTextField()
    active = models.BooleanField(default=True)
    told = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True, default="")
    next_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "url"], name="feed_subscription_once")
        ]

    def __str__(self) -> str:
        return f"{self.owner} → {self.url}"
