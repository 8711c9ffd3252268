"""A message to one person. The row is written with the fact it tells, and sent afterwards."""

from django.db import models
from django.utils import timezone

from core.models import EncryptedTextField


class Message(models.Model):
    class Transport(models.TextChoices):
        EMAIL = "EMAIL"
        SMS = "SMS"

    class State(models.TextChoices):
        WAITING = "WAITING"
        SENT = "SENT"
        FAILED = "FAILED"
        NOT_CONFIGURED = "NOT_CONFIGURED"

    key = models.CharField(
        max_length=120, unique=True, help_text="Two with one key are one message."
    )
    transport = models.CharField(max_length=5, choices=Transport.choices)
    recipient = EncryptedTextField()
    subject = models.CharField(max_length=200, blank=True)
    body = EncryptedTextField()
    state = models.CharField(max_length=14, choices=State.choices, default=State.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True, help_text="What comes later is of no use: not sent.")
    gateway_id = models.CharField(
        max_length=65, blank=True, db_default="", help_text="What an SMS gateway calls it."
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at"], name="message_waiting", condition=models.Q(state="WAITING")
            ),
            models.Index(
                fields=["gateway_id"], name="message_gateway", condition=~models.Q(gateway_id="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transport} {self.key} {self.state}"
