"""What came in, as it came in."""

from django.db import models
from django.utils import timezone

from cases.models.catalogue import Channel
from core.models import EncryptedTextField


class IntakeMessage(models.Model):
    """Raw and immutable, stored before it is parsed; a repeated delivery finds the first one."""

    channel = models.ForeignKey(Channel, models.PROTECT)
    external_id = models.CharField(
        max_length=120, help_text="The sender's own or an idempotency key."
    )
    raw = EncryptedTextField(help_text="JSON of what was sent; photos apart.")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of what was sent.")
    received_at = models.DateTimeField(default=timezone.now)
    cases = models.ManyToManyField("cases.Case", related_name="messages")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "external_id"], name="intake_external_id_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.external_id}"
