"""SMS against gateways on this machine that speak SMPP and Netgsm's format."""

import logging
import socket
from base64 import b64encode
from datetime import timedelta
from functools import partial
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from smpplib import consts

from notifications.actions.outbox import can_send, put_all, send_waiting
from notifications.actions.sms import trouble
from notifications.models import Message
from tests.factories import NOW
from tests.sms_peers import PASSWORD, USER, Smsc, certificate, netgsm, smsc

pytestmark = pytest.mark.django_db
NUMBER, OTHER = "+905321112233", "+905321112244"
TEXT = "Çöpünüz alındı: ğüşıöçİ ĞÜŞIÖÇi. " * 7 + "ş😀"


@pytest.fixture
def peer(settings):
    with smsc() as one:
        settings.SMS_URL, settings.SMS_SENDER = one.url, "BELEDIYE"
        yield one


@pytest.fixture
def secure(settings, tmp_path, monkeypatch):
    """A server's TLS that this process trusts."""
    path, context = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    settings.WEBHOOK_PRIVATE = True
    settings.SMS_SENDER = "BELEDIYE"
    return context


@pytest.fixture
def http(settings, secure):
    with netgsm(secure) as one:
        settings.SMS_URL = one.url
        yield one


def sms(key: str = "k", recipient: str = NUMBER, body: str = "Kod: 123456", **more) -> Message:
    put_all([Message(key=key, recipient=recipient, body=body, transport="SMS", **more)])
    row = Message.objects.get(key=key)
    Message.objects.filter(pk=row.pk).update(created_at=NOW)
    return row


def the(row: Message) -> Message:
    return Message.objects.get(pk=row.pk)


def state(*rows: Message) -> list[str]:
    return [the(row).state for row in rows]


# SMPP


def test_a_long_turkish_text_arrives_whole(peer: Smsc):
    row = sms(body=TEXT)
    assert len(TEXT) > 200
    assert send_waiting(now=NOW) == 1
    assert peer.texts == [(NUMBER[1:], TEXT)]
    assert (the(row).state, the(row).sent_at, the(row).gateway_id) == ("SENT", NOW, "m4")
    assert [p.registered_delivery for p in peer.parts] == [0, 0, 0, 1]
    part = peer.parts[0]
    assert (part.source_addr, part.source_addr_ton) == (b"BELEDIYE", consts.SMPP_TON_ALNUM)
    assert (part.dest_addr_ton, part.dest_addr_npi) == (1, 1)
    assert peer.said[0] == "bind_transceiver" and peer.said[-1] == "unbind"
    assert peer.said.count("enquire_link_resp") == 4


def test_a_text_without_turkish_letters_takes_one_part_of_160(peer: Smsc):
    body = "Belediye [kod] €: " + "1" * 139
    sms(body=body)
    send_waiting(now=NOW)
    assert [p.data_coding for p in peer.parts] == [0]
    assert peer.texts == [(NUMBER[1:], body)]


def test_one_connection_carries_a_run_and_nothing_is_sent_twice(peer: Smsc):
    for n in range(3):
        sms(f"k{n}")
        sms(f"k{n}")
    assert [send_waiting(now=NOW) for _ in range(3)] == [3, 0, 0]
    assert len(peer.texts) == 3
    assert peer.said.count("bind_transceiver") == 1


def test_a_throttled_gateway_is_left_in_peace_until_the_next_run(peer: Smsc):
    first, second = sms("1"), sms("2")
    peer.statuses = [consts.SMPP_ESME_RTHROTTLED]
    assert send_waiting(now=NOW) == 0
    assert state(first, second) == ["WAITING", "WAITING"]
    assert [the(r).attempt for r in (first, second)] == [1, 0]
    assert "Throttling" in the(first).error and len(peer.refused) == 1
    assert send_waiting(now=NOW + timedelta(seconds=30)) == 2
    assert len(peer.texts) == 2 and the(first).error == ""


def test_parts_that_are_sent_again_make_one_text_again(peer: Smsc):
    sms(body=TEXT)
    peer.statuses = [0, 0, consts.SMPP_ESME_RMSGQFUL]
    assert send_waiting(now=NOW) == 0
    assert send_waiting(now=NOW) == 1
    assert peer.texts == [(NUMBER[1:], TEXT)]
    assert len(peer.parts) == 6  # two of them twice, under one reference


def test_a_refused_number_is_final_and_stops_nobody_else(peer: Smsc):
    bad, good = sms("1", NUMBER), sms("2", OTHER)
    peer.bad_numbers = {NUMBER[1:].encode()}
    assert send_waiting(now=NOW) == 1
    assert state(bad, good) == ["FAILED", "SENT"]
    assert "0x0b" in the(bad).error and NUMBER[1:] not in the(bad).error
    assert send_waiting(now=NOW) == 0 and len(peer.refused) == 1


def test_an_account_that_is_refused_is_told_on_the_row_and_the_others_wait(peer: Smsc, settings):
    settings.SMS_URL = peer.url.replace(PASSWORD, "falsch")
    first, second = sms("1"), sms("2")
    assert send_waiting(now=NOW) == 0
    assert state(first, second) == ["WAITING", "WAITING"] and not the(second).attempt
    assert "Invalid Password" in the(first).error and "falsch" not in the(first).error
    settings.SMS_URL = peer.url
    assert send_waiting(now=NOW) == 2 and state(first, second) == ["SENT", "SENT"]


def test_without_a_connection_messages_wait_and_after_days_are_given_up(settings):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    settings.SMS_URL, settings.SMS_SENDER = f"smpp://a:b@127.0.0.1:{port}", "BELEDIYE"
    row = sms()
    for minutes in range(5):
        assert send_waiting(now=NOW + timedelta(minutes=minutes)) == 0
    assert (the(row).state, the(row).attempt) == ("WAITING", 5)
    assert "ConnectionRefusedError" in the(row).error
    send_waiting(now=NOW + timedelta(days=4, minutes=1))
    assert state(row) == ["FAILED"]


def test_what_may_have_been_sent_is_not_sent_again(peer: Smsc):
    unsure, later = sms("1"), sms("2", OTHER)
    peer.mute = True
    assert send_waiting(now=NOW) == 0
    assert state(unsure, later) == ["FAILED", "WAITING"]
    assert "may have been sent" in the(unsure).error
    peer.mute = False
    assert send_waiting(now=NOW) == 1
    assert [number for number, _ in peer.texts] == [NUMBER[1:], OTHER[1:]]


def test_after_a_goodbye_nothing_more_is_sent_and_the_rest_waits(peer: Smsc):
    first, second = sms("1"), sms("2", OTHER)
    peer.goodbye = True
    assert send_waiting(now=NOW) == 1
    assert state(first, second) == ["SENT", "WAITING"]
    assert send_waiting(now=NOW) == 1
    assert [number for number, _ in peer.texts] == [NUMBER[1:], OTHER[1:]]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_before_it_marks_sends_that_one_again(peer: Smsc):
    """Its connection to the database is cut while the gateway answers: no mark is left."""
    first, second = sms("1", body=TEXT), sms("2", OTHER)
    peer.meanwhile = partial(cut_off, backend())
    with pytest.raises(OperationalError):
        send_waiting(now=NOW)
    connection.close()
    assert state(first, second) == ["WAITING", "WAITING"] and the(first).attempt == 0
    peer.meanwhile = lambda: None
    assert [send_waiting(now=NOW) for _ in range(2)] == [2, 0]
    assert peer.texts == [(NUMBER[1:], TEXT)] * 2 + [(OTHER[1:], "Kod: 123456")]


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def cut_off(pid: int) -> None:
    """From a thread of the gateway, with a connection of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    connection.close()


def test_a_receipt_tells_what_the_network_could_not_deliver(peer: Smsc):
    lost, kept = sms("1"), sms("2", OTHER)
    assert send_waiting(now=NOW) == 2
    peer.receipts = [
        (the(lost).gateway_id, "UNDELIV"),
        (the(kept).gateway_id, "DELIVRD"),
        ("", "x"),
    ]
    sms("3")
    assert send_waiting(now=NOW + timedelta(minutes=1)) == 1
    assert state(lost, kept) == ["FAILED", "SENT"]
    assert "UNDELIV" in the(lost).error
    assert peer.said.count("deliver_sm_resp") == 3


def test_by_tls_only_to_who_proves_their_name(settings, secure, monkeypatch, tmp_path):
    with smsc(secure) as peer:
        settings.SMS_URL = peer.url
        row = sms()
        trusted = tmp_path / "peer.pem"
        (tmp_path / "others").mkdir()
        stranger, _ = certificate(tmp_path / "others")
        monkeypatch.setenv("SSL_CERT_FILE", str(stranger))
        assert send_waiting(now=NOW) == 0
        assert state(row) == ["WAITING"] and "SSLCertVerificationError" in the(row).error
        assert peer.said == []
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert send_waiting(now=NOW) == 1
        assert peer.texts == [(NUMBER[1:], "Kod: 123456")]


def test_what_cannot_arrive_never_reaches_the_gateway(peer: Smsc):
    fixed, abroad = sms("1", "+902662391000"), sms("5", "+4915112345678")
    late = sms("2", until=NOW - timedelta(seconds=1))
    long = sms("3", body="ş" * 700)
    good = sms("4", until=NOW + timedelta(minutes=1))
    assert send_waiting(now=NOW) == 1
    assert state(fixed, abroad, late, long, good) == ["FAILED"] * 4 + ["SENT"]
    assert len(peer.texts) == 1
    assert all(the(row).error for row in (fixed, abroad, late, long))


def test_neither_number_nor_text_nor_password_stands_in_a_log(peer: Smsc, caplog):
    caplog.set_level(logging.DEBUG)
    peer.statuses = [0, consts.SMPP_ESME_RTHROTTLED]
    sms("1")
    sms("2")
    send_waiting(now=NOW)
    said = caplog.text
    assert "Throttling" in said
    for secret in (NUMBER[1:], "123456", PASSWORD):
        assert secret not in said and secret.encode().hex() not in said


# Netgsm


def test_netgsm_gets_its_format(http, settings):
    settings.SMS_REGIONS = ["TR", "DE"]
    row = sms(body=TEXT)
    foreign = sms("2", "+4915112345678")
    assert send_waiting(now=NOW) == 2
    (path, headers, body), (_, _, abroad) = http.seen
    assert path == "/sms/rest/v2/send"
    assert headers["authorization"] == "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    assert body == {
        "msgheader": "BELEDIYE", "encoding": "TR", "iysfilter": "0",
        "messages": [{"msg": TEXT, "no": "5321112233"}],
    }  # fmt: skip
    assert abroad["messages"][0]["no"] == "004915112345678"
    assert (the(row).state, the(row).gateway_id) == ("SENT", "17377215342605")
    assert state(foreign) == ["SENT"]


@pytest.mark.parametrize(
    ("code", "status", "states"),
    [
        ("20", 406, ["FAILED", "FAILED"]),
        ("70", 406, ["FAILED", "FAILED"]),
        ("30", 406, ["WAITING", "WAITING"]),
        ("40", 406, ["WAITING", "WAITING"]),
        ("51", 406, ["WAITING", "WAITING"]),
        ("80", 406, ["WAITING", "WAITING"]),
        ("85", 406, ["WAITING", "WAITING"]),
        ("100", 406, ["WAITING", "WAITING"]),
        ("", 503, ["WAITING", "WAITING"]),
        ("", 401, ["WAITING", "WAITING"]),
        ("", 200, ["FAILED", "WAITING"]),
    ],
)
def test_what_netgsm_refuses(http, code: str, status: int, states: list[str]):
    first, second = sms("1"), sms("2")
    if code:
        http.code(code, status)
    else:
        http.status, http.body = status, "<html>"
    assert send_waiting(now=NOW) == 0
    assert state(first, second) == states
    assert the(first).error and code in the(first).error
    assert len(http.seen) == (2 if states == ["FAILED", "FAILED"] else 1)


def test_a_netgsm_that_is_away_is_asked_again_and_one_that_hangs_up_is_not(http, settings):
    row = sms()
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    settings.SMS_URL = f"netgsm://a:b@127.0.0.1:{port}"
    assert send_waiting(now=NOW) == 0 and state(row) == ["WAITING"]
    settings.SMS_URL = http.url
    http.status = 0
    assert send_waiting(now=NOW) == 0 and state(row) == ["FAILED"]
    assert "may have been sent" in the(row).error and len(http.seen) == 1


# Settings


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("", "BELEDIYE"),
        ("smpp://a:b@host", ""),
        ("smpp://a:b@host", "Büyükşehir"),
        ("smpp://a:b@host", "BUYUKSEHIRBELEDIYESI"),
        ("smpp://a:b@", "BELEDIYE"),
        ("smpp://a:b@host:x", "BELEDIYE"),
        ("smpp://a:longer-than-8@host", "BELEDIYE"),
        ("smpp://a@host", "BELEDIYE"),
        ("netgsm://", "BELEDIYE"),
        ("https://a:b@host", "BELEDIYE"),
    ],
)
def test_what_is_wrong_with_the_settings_is_told_without_the_password(settings, url, sender):
    settings.SMS_URL, settings.SMS_SENDER = url, sender
    row = sms()
    assert not can_send("SMS")
    assert send_waiting(now=NOW) == 0
    assert (the(row).state, the(row).error) == ("NOT_CONFIGURED", trouble())
    assert "longer-than" not in trouble()


def test_what_is_right_with_the_settings(settings):
    for url, sender in (
        ("smpp://a:b@host", "+905321112233"), ("smpps://a:b%40c@host:3551", "5321"),
        ("netgsm://8500000000:a-long%2Fpassword@", "BELEDIYE"),
    ):  # fmt: skip
        settings.SMS_URL, settings.SMS_SENDER = url, sender
        assert trouble() == "" and can_send("SMS")


# For whoever looks after it


def outbox(*arguments: str) -> str:
    out = StringIO()
    call_command("outbox", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_says_how_it_stands(peer: Smsc, settings):
    sms("1")
    sms("2", OTHER)
    peer.statuses = [0, consts.SMPP_ESME_RTHROTTLED]
    send_waiting(now=NOW)
    said = outbox()
    assert "SMS: smpp 127.0.0.1, BELEDIYE\n  SENT: 1\n  WAITING: 1\n  waiting since" in said
    assert "last error: SMPP 0x58" in said
    assert "SENT" in outbox("--try", "+905321112255").splitlines()[0]
    assert "905321112255" in dict(peer.texts)
    with pytest.raises(CommandError, match="mobile"):
        outbox("--try", "+902662391000")
    settings.SMS_URL = ""
    assert "SMS: not configured\n  No SMS gateway is configured (SMS_URL)." in outbox()
    with pytest.raises(CommandError, match="SMS_URL"):
        outbox("--try", NUMBER)
    for secret in (PASSWORD, NUMBER):
        assert secret not in said
