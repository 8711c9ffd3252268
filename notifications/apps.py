"""Messages out: an outbox that e-mail and SMS gateways empty."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Notifications"
