"""The outbox against a real SMTP server on this machine."""

import email
import socket
from datetime import timedelta
from email.header import decode_header, make_header

import pytest
from aiosmtpd.controller import Controller
from django.db import connection

from notifications.actions.outbox import put_all, send_waiting
from notifications.models import Message
from tests.factories import NOW

pytestmark = pytest.mark.django_db


class Mailbox:
    """Keeps what it is given; refuses recipients whose name says so."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], email.message.Message]] = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address.startswith("refused"):
            return "550 no such person"
        if address.startswith("busy"):
            return "451 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.mails.append((list(envelope.rcpt_tos), email.message_from_bytes(envelope.content)))
        return "250 kept"


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@pytest.fixture
def smtp(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.DEFAULT_FROM_EMAIL = "sehir@example.com"


@pytest.fixture
def mailbox(smtp, settings):
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=settings.EMAIL_PORT)
    server.start()
    yield box
    server.stop()


def message(key: str = "k", recipient: str = "ayse@example.com", **more) -> Message:
    values = {"transport": "EMAIL", "subject": "Başvurunuz", "body": "Çöp\nalındı"}
    put_all([Message(key=key, recipient=recipient, **values | more)])
    row = Message.objects.get(key=key)
    Message.objects.filter(pk=row.pk).update(created_at=NOW)
    return row


def the(row: Message) -> Message:
    return Message.objects.get(pk=row.pk)


def test_a_mail_arrives_as_it_was_written(mailbox):
    row = message()
    assert send_waiting(now=NOW) == 1
    assert (the(row).state, the(row).sent_at, the(row).attempt) == ("SENT", NOW, 1)
    ((recipients, mail),) = mailbox.mails
    assert recipients == ["ayse@example.com"]
    assert mail["From"] == "sehir@example.com"
    assert str(make_header(decode_header(mail["Subject"]))) == "Başvurunuz"
    assert mail.get_payload(decode=True).decode().splitlines() == ["Çöp", "alındı"]


def test_sending_again_never_doubles(mailbox):
    message()
    message()
    assert [send_waiting(now=NOW) for _ in range(3)] == [1, 0, 0]
    assert len(mailbox.mails) == 1
    assert Message.objects.count() == 1


def test_an_sms_says_that_no_gateway_is_configured(mailbox):
    row = message(transport="SMS", recipient="+905321112233")
    assert send_waiting(now=NOW) == 0
    assert the(row).state == "NOT_CONFIGURED"
    assert "SMS" in the(row).error
    assert mailbox.mails == []


def test_a_server_that_is_down_makes_messages_wait_and_loses_none(smtp, settings):
    row = message()
    for minutes in range(0, 600, 30):
        assert send_waiting(now=NOW + timedelta(minutes=minutes)) == 0
    assert (the(row).state, the(row).attempt) == ("WAITING", 20)
    assert "ConnectionRefusedError" in the(row).error
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=settings.EMAIL_PORT)
    server.start()
    try:
        assert send_waiting(now=NOW + timedelta(hours=11)) == 1
    finally:
        server.stop()
    assert (the(row).state, the(row).error) == ("SENT", "")
    assert len(box.mails) == 1


def test_after_days_it_is_given_up(smtp):
    row = message()
    send_waiting(now=NOW + timedelta(days=4, minutes=1))
    assert the(row).state == "FAILED"


def test_a_refused_person_is_final_and_a_busy_server_is_not(mailbox):
    refused, busy = message("1", "refused@example.com"), message("2", "busy@example.com")
    assert send_waiting(now=NOW) == 0
    assert (the(refused).state, the(busy).state) == ("FAILED", "WAITING")
    assert "550" in the(refused).error and "451" in the(busy).error
    assert "@" not in the(refused).error + the(busy).error


@pytest.mark.parametrize(
    "poison", [{"recipient": "a,b@example.com"}, {"subject": "x\nBcc: all@example.com"}]
)
def test_a_message_that_cannot_be_written_stops_nobody_else(mailbox, poison):
    bad, good = message("1", **poison), message("2")
    assert send_waiting(now=NOW) == 1
    assert (the(bad).state, the(good).state) == ("FAILED", "SENT")
    assert the(bad).error and "example.com" not in the(bad).error
    assert [r for r, _ in mailbox.mails] == [["ayse@example.com"]]


def test_those_that_wait_for_a_busy_server_stop_nobody_else(mailbox):
    for n in range(3):
        message(f"busy {n}", "busy@example.com")
    new = message("new")
    assert send_waiting(now=NOW, limit=3) == 0
    assert send_waiting(now=NOW, limit=3) == 1
    assert the(new).state == "SENT"


def test_recipient_and_body_cannot_be_read_in_the_table(mailbox):
    message()
    with connection.cursor() as cursor:
        cursor.execute("SELECT recipient || body FROM notifications_message")
        stored = cursor.fetchone()[0]
    assert "ayse" not in stored and "alındı" not in stored
