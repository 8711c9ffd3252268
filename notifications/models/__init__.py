"""Tables of messages out."""

from notifications.models.message import Message
from notifications.models.webhook import WebhookDelivery, WebhookSubscription

__all__ = ["Message", "WebhookDelivery", "WebhookSubscription"]
