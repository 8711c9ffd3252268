"""The outbox: a message is written with the fact it tells and sent by the worker afterwards."""

import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from notifications.models import Message

# A server that is down for a weekend costs nobody their message.
_GIVE_UP_AFTER = timedelta(days=4)


def put_all(messages: Iterable[Message]) -> None:
    """Stores messages, each unless one with its key is there. Call it inside the fact's transaction."""
    Message.objects.bulk_create(messages, ignore_conflicts=True)


def can_send(transport: str) -> bool:
    """Whether messages of this transport leave the house at all."""
    return transport == Message.Transport.EMAIL and settings.EMAIL_CONFIGURED


def kept(prefix: str) -> list[Message]:
    """The messages whose key begins so, oldest first."""
    return list(Message.objects.filter(key__startswith=prefix).order_by("created_at", "pk"))


def forget(prefix: str, suffix: str = "") -> int:
    """Deletes the messages whose key begins, and ends, so: sent ones too. How many there were."""
    rows = Message.objects.filter(key__startswith=prefix, key__endswith=suffix)
    return rows.delete()[0]


def send_waiting(*, now: datetime, limit: int = 100) -> int:
    """Tries each waiting message once; returns how many left. A message is locked while it is sent."""
    waiting = Message.objects.filter(state=Message.State.WAITING)
    sent = 0
    # Those that were tried least come first: a hundred that wait for one server stop nobody else.
    order = waiting.order_by("attempt", "created_at").values_list("pk", flat=True)
    for pk in list(order[:limit]):
        with transaction.atomic():
            message = waiting.select_for_update(skip_locked=True).filter(pk=pk).first()
            sent += message is not None and _send(message, now)
    return sent


def _send(message: Message, now: datetime) -> bool:
    message.attempt += 1
    if message.transport == Message.Transport.EMAIL and not settings.EMAIL_CONFIGURED:
        message.state = Message.State.NOT_CONFIGURED
        message.error = "No mail server is configured (EMAIL_URL)."
        message.save()
        return False
    if message.transport == Message.Transport.SMS:
        # No SMS operator is connected yet; the row says so, for whoever asks.
        message.state = Message.State.NOT_CONFIGURED
        message.error = "No SMS gateway is configured."
        message.save()
        return False
    try:
        send_mail(message.subject, message.body, None, [message.recipient])
    except (OSError, ValueError) as error:  # OSError includes smtplib's errors
        message.error = f"{type(error).__name__}: {error}"
        if _final(error) or now - message.created_at > _GIVE_UP_AFTER:
            message.state = Message.State.FAILED
        message.save()
        return False
    message.state, message.sent_at, message.error = Message.State.SENT, now, ""
    message.save()
    return True


def _final(error: Exception) -> bool:
    """Whether another try cannot help: the address cannot be written, or was refused for good."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError | smtplib.SMTPSenderRefused):
        return error.smtp_code >= 500
    return isinstance(error, ValueError | smtplib.SMTPNotSupportedError)
