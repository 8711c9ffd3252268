"""Who is told by a webhook, and each message with what became of it."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.models import ApiClient
from core.models import EncryptedTextField


class WebhookSubscription(models.Model):
    """An address that is told of some kinds of events, for a person or for a client.

    `told` maps a topic to the last number that messages were written for. After a rotation the
    former secret signs too until `former_until`.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    client = models.ForeignKey(ApiClient, models.CASCADE, null=True, related_name="webhooks")
    url = models.CharField(max_length=500)
    kinds = ArrayField(models.CharField(max_length=30))
    secret = EncryptedTextField()
    former_secret = EncryptedTextField(blank=True, default="")
    former_until = models.DateTimeField(null=True)
    active = models.BooleanField(default=True)
    told = models.JSONField(default=dict)
    last_success = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="webhook_of_one",
                condition=models.Q(user=None, client__isnull=False)
                | models.Q(user__isnull=False, client=None),
            ),
            models.UniqueConstraint(
                fields=["user", "client", "url"], name="webhook_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id or self.client} → {self.url}"


class WebhookDelivery(models.Model):
    """One message to one subscription. Its id stays the same however often it is sent."""

    class State(models.TextChoices):
        WAITING = "WAITING"
        SENT = "SENT"
        DEAD = "DEAD"

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    subscription = models.ForeignKey(WebhookSubscription, models.CASCADE, related_name="deliveries")
    topic = models.CharField(max_length=12)
    number = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=30)
    data = models.JSONField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    answer = models.PositiveSmallIntegerField(null=True, help_text="Status of the last answer.")
    error = models.CharField(max_length=200, blank=True, default="")
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)
    next_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "topic", "number"], name="webhook_message_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_at"], name="webhook_waiting", condition=models.Q(state="WAITING")
            ),
            models.Index(fields=["subscription", "-id"], name="webhook_recent"),
            models.Index(fields=["created_at"], name="webhook_old"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.state}"

    @property
    def message_id(self) -> str:
        return f"{self.topic}-{self.subscription_id}-{self.number}"
