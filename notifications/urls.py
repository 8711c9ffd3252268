"""Addresses of this room."""

from django.urls import path

from notifications.api import webhooks

_ONE = "api/v1/webhooks/<uuid:uid>"

urlpatterns = [
    path("api/v1/webhooks", webhooks.Webhooks.as_view(), name="webhooks"),
    path(_ONE, webhooks.Webhook.as_view(), name="webhook"),
    path(f"{_ONE}/secret", webhooks.Secret.as_view(), name="webhook_secret"),
    path(f"{_ONE}/replay", webhooks.Replay.as_view(), name="webhook_replay"),
    path(f"{_ONE}/deliveries", webhooks.Deliveries.as_view(), name="webhook_deliveries"),
    path(
        f"{_ONE}/deliveries/<uuid:delivery>/resend",
        webhooks.Resend.as_view(),
        name="webhook_resend",
    ),
]
