"""Reporters who left a telephone alone: their code, their notices, and no more of them, through a gateway."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone, translation

from accounts.queries.viewers import viewer_of
from cases.actions.move import move_case
from cases.actions.my_requests import send_code
from cases.models import Case, Reporter, SignInCode
from core.rules.handlers import HANDLERS
from notifications.actions.outbox import send_waiting
from notifications.models import Message
from tests.factories import City
from tests.sms_peers import Smsc, smsc

pytestmark = pytest.mark.django_db
PHONE, NUMBER = "0532 111 22 33", "905321112233"


@pytest.fixture
def peer(settings):
    with smsc() as one:
        settings.SMS_URL, settings.SMS_SENDER = one.url, "BELEDIYE"
        yield one


@pytest.fixture
def mine(city: City, as_) -> Case:
    sent = {"description": "Çöp alınmıyor", "lon": "27.905825", "lat": "39.5955",
            "key": "k" * 32, "phone": PHONE}  # fmt: skip
    as_("anonymous").post("/report/", sent)
    return Case.objects.get()


def send() -> None:
    """What the worker does every 30 seconds."""
    send_waiting(now=timezone.now())


def move(city: City, case: Case, *moves: tuple[str, dict[str, Any]]) -> None:
    for name, given in moves:
        case.refresh_from_db()
        move_case(number=case.number, move=name, viewer=viewer_of(city.people["superuser"]),
                  version=case.version, now=timezone.now(), **given)  # fmt: skip


def test_a_code_by_sms_opens_own_requests(city: City, as_, peer: Smsc, mine: Case):
    client = as_("anonymous")
    page = client.post("/mine/", {"do": "send", "address": "+90 (532) 111-22-33"}).content.decode()
    assert mine.number not in page
    send()
    assert {number for number, _ in peer.texts} == {NUMBER}
    receipt, code = [text for _, text in peer.texts]
    assert mine.number in receipt and mine.token in receipt
    digits = re.search(r"\b\d{6}\b", code)[0]
    assert client.post("/mine/", {"do": "check", "code": digits}).status_code == 302
    page = client.get("/mine/").content.decode()
    assert mine.number in page and mine.token in page
    assert mine.number not in as_("anonymous").get("/mine/").content.decode()
    send()
    assert len(peer.texts) == 2 and mail.outbox == []


def test_an_unknown_number_gets_nothing_and_the_same_answer(city: City, as_, peer: Smsc, mine):
    send()
    known = as_("anonymous").post("/mine/", {"do": "send", "address": PHONE})
    unknown = as_("anonymous").post("/mine/", {"do": "send", "address": "0532 111 22 44"})
    strip = lambda r: re.sub(r'value="[^"]{20,}"', "", r.content.decode())  # noqa: E731
    assert known.status_code == unknown.status_code == 200 and strip(known) == strip(unknown)
    send()
    assert [number for number, _ in peer.texts] == [NUMBER, NUMBER]


def test_a_number_is_not_woken_all_day(city: City, peer: Smsc, mine: Case):
    now = timezone.now()
    for n in range(40):
        send_code(PHONE, now=now + timedelta(minutes=11 * n))
    assert Message.objects.filter(key__startswith="code:").count() == 10
    SignInCode.objects.update(made_at=now - timedelta(hours=25))
    send_code(PHONE, now=now)
    assert Message.objects.filter(key__startswith="code:").count() == 11


@pytest.mark.parametrize("number", ["0266 239 10 00", "+49 151 12345678"])
def test_a_number_that_gets_no_sms_is_told_so(city: City, as_, peer: Smsc, number: str):
    answer = as_("anonymous").post("/mine/", {"do": "send", "address": number})
    assert answer.status_code == 422 and "SMS" in answer.content.decode()
    assert not SignInCode.objects.exists()


def test_a_code_that_holds_no_more_is_not_sent(city: City, peer: Smsc, mine: Case):
    send()
    send_code(PHONE, now=timezone.now() - timedelta(minutes=11))
    send()
    assert len(peer.texts) == 1
    assert Message.objects.get(key__startswith="code:").state == "FAILED"


def test_notices_are_short_and_each_comes_once(city: City, peer: Smsc, mine: Case, settings):
    Reporter.objects.update(language="en")
    note = "Sayın Mehmet Kaya, ekibimiz geldi"
    move(city, mine, ("accept", {}), ("start", {}),
         ("resolve", {"note": note, "result_code": "done"}), ("close", {}))  # fmt: skip
    for _ in range(3):
        send()
    received, resolved, survey = [text for _, text in peer.texts]
    link = f"{settings.VIP_URL}/t/{mine.token}/"
    assert received.endswith(f"\n{link}") and resolved.endswith(f"\n{link}")
    assert mine.number in resolved and "dealt with" in resolved and "Mehmet" not in resolved
    assert re.search(r"/s/\S+/", survey)
    assert len(resolved) < 200


def test_in_turkish_a_notice_is_whole(city: City, peer: Smsc, mine: Case):
    send()
    ((_, text),) = peer.texts
    assert text.startswith(f"{mine.number} numaralı başvurunuz alındı.\n")


def test_no_more_messages_is_found_in_ones_own_requests(city: City, as_, peer: Smsc, mine: Case):
    client = as_("anonymous")
    client.post("/mine/", {"do": "send", "address": PHONE})
    send()
    client.post("/mine/", {"do": "check", "code": re.search(r"\b\d{6}\b", peer.texts[-1][1])[0]})
    path = re.search(r'href="(/u/[^"]+/)"', client.get("/mine/").content.decode())[1]
    client.post(path)
    assert "/u/" not in client.get("/mine/").content.decode()
    before = len(peer.texts)
    move(
        city, mine, ("accept", {}), ("start", {}), ("resolve", {"note": "x", "result_code": "done"})
    )
    send()
    assert len(peer.texts) == before
    # A code is asked for by the person themselves.
    send_code(PHONE, now=timezone.now())
    send()
    assert len(peer.texts) == before + 1


def test_where_there_is_no_gateway_the_page_says_so(city: City, as_, settings):
    settings.EMAIL_CONFIGURED = True
    with translation.override("en"):
        words = "codes go by e-mail alone"
        client = as_("anonymous")
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        assert words in client.get("/mine/").content.decode()
        refused = client.post("/mine/", {"do": "send", "address": PHONE})
        assert refused.status_code == 422
        assert "No SMS gateway is configured here yet" in refused.content.decode()
        settings.SMS_URL, settings.SMS_SENDER = "netgsm://a:b@", "BELEDIYE"
        assert words not in client.get("/mine/").content.decode()
        settings.EMAIL_CONFIGURED = False
        assert "codes go by SMS alone" in client.get("/mine/").content.decode()
        settings.SMS_URL = ""
        assert "please call us" in client.get("/mine/").content.decode()


def test_the_worker_sends_by_sms_too(city: City, peer: Smsc, mine: Case):
    assert HANDLERS["send_messages"].run({}, lambda *_: None) == {"sent": 1}
    assert len(peer.texts) == 1
