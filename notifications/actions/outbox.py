"""The outbox: a message is written with the fact it tells and sent by the worker afterwards."""

import logging
import smtplib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from notifications.actions import sms
from notifications.conf import CONF
from notifications.models import Message
from notifications.rules.sending import NotConfigured, Unsent

log = logging.getLogger(__name__)
# A server that is down for a weekend costs nobody their message.
_GIVE_UP_AFTER = timedelta(days=4)
_LOST = frozenset(["UNDELIV", "EXPIRED", "REJECTD", "DELETED"])


def put_all(messages: Iterable[Message]) -> None:
    """Stores messages, each unless one with its key is there. Call it inside the fact's transaction."""
    Message.objects.bulk_create(messages, ignore_conflicts=True)


def can_send(transport: str) -> bool:
    """Whether messages of this transport leave the house at all."""
    if transport == Message.Transport.SMS:
        return not sms.trouble()
    return bool(settings.EMAIL_CONFIGURED)


def kept(prefix: str) -> list[Message]:
    """The messages whose key begins so, oldest first."""
    return list(Message.objects.filter(key__startswith=prefix).order_by("created_at", "pk"))


def forget(prefix: str, suffix: str = "") -> int:
    """Deletes the messages whose key begins, and ends, so: sent ones too. How many there were."""
    rows = Message.objects.filter(key__startswith=prefix, key__endswith=suffix)
    return rows.delete()[0]


def send_waiting(*, now: datetime, limit: int = 100) -> int:
    """Tries each waiting message once, so many of each transport; returns how many left."""
    sent = _send_all(Message.Transport.EMAIL, _by_mail, now, limit)
    with sms.gateway() as way:
        sent += _send_all(
            Message.Transport.SMS, lambda m: way.send(m.recipient, m.body, m.pk), now, limit
        )
        receipts = way.receipts
    _note_receipts(receipts, now)
    return sent


_Send = Callable[[Message], str]  # the gateway's id, if it has any; raises Unsent


def _send_all(transport: str, send: _Send, now: datetime, limit: int) -> int:
    """A message is locked while it is sent, and marked in the same transaction. A worker that is killed
    in between takes the mark with it: the next run sends that one message again. Nothing else does:
    whatever a gateway may have taken without saying so is not repeated."""
    waiting = Message.objects.filter(state=Message.State.WAITING, transport=transport)
    # Those that were tried least come first: a hundred that wait for one server stop nobody else.
    order = waiting.order_by("attempt", "created_at", "pk").values_list("pk", flat=True)
    sent = 0
    for pk in list(order[:limit]):
        with transaction.atomic():
            message = waiting.select_for_update(skip_locked=True).filter(pk=pk).first()
            trouble = message and _try(message, send, now)
        sent += message is not None and trouble is None
        if trouble and not trouble.alone:
            # No server, or one that asks for patience: the others wait without being tried.
            log.warning("%s: %s", transport, trouble)
            break
    return sent


def _try(message: Message, send: _Send, now: datetime) -> Unsent | None:
    """Marks the message with what became of it."""
    message.attempt += 1
    try:
        if message.until and message.until < now:
            raise Unsent("Too late: it would be of no use any more.", final=True)
        message.gateway_id = send(message)
    except Unsent as trouble:
        message.error = str(trouble)
        if isinstance(trouble, NotConfigured):
            message.state = Message.State.NOT_CONFIGURED
        elif trouble.final or now - message.created_at > _GIVE_UP_AFTER:
            message.state = Message.State.FAILED
        message.save()
        return trouble
    message.state, message.sent_at, message.error = Message.State.SENT, now, ""
    message.save()
    return None


def _by_mail(message: Message) -> str:
    if not settings.EMAIL_CONFIGURED:
        raise NotConfigured("No mail server is configured (EMAIL_URL).")
    try:
        send_mail(message.subject, message.body, None, [message.recipient])
    except (OSError, ValueError) as error:  # OSError includes smtplib's errors
        raise Unsent(_without_names(error), final=_final(error)) from error
    return ""


def _without_names(error: Exception) -> str:
    """The recipient is encrypted in the table: what a server or a parser says of them is left out."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = ", ".join(str(code) for code, _ in error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        said = str(error.smtp_code)
    else:
        said = "" if isinstance(error, ValueError | smtplib.SMTPException) else str(error)
    return f"{type(error).__name__}: {said}".removesuffix(": ")


def _final(error: Exception) -> bool:
    """Whether another try cannot help: the address cannot be written, or was refused for good."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError | smtplib.SMTPSenderRefused):
        return error.smtp_code >= 500
    return isinstance(error, ValueError | smtplib.SMTPNotSupportedError)


def _note_receipts(receipts: Iterable[tuple[str, str]], now: datetime) -> None:
    """An SMS that the network could not deliver after all."""
    recent = Message.objects.filter(
        transport=Message.Transport.SMS, state=Message.State.SENT, sent_at__gt=now - CONF.sms_told
    )
    for handle, state in receipts:
        if handle and state in _LOST:
            recent.filter(gateway_id=handle).update(
                state=Message.State.FAILED, error=f"The network did not deliver it: {state}."
            )
