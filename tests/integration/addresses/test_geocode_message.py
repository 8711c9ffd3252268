"""The place in a message, over HTTP: in the body, never in an address or a log."""

import logging
import time
from typing import Any

import pytest
from django.test import Client

from addresses.models import Address, ChangeSet

pytestmark = pytest.mark.django_db
COMPLAINT = "Merhaba, Bir mah. Gül Sk no:9 önünde üç gündür çöp alınmıyor. Tel 0532 111 22 33"


def sent(client: Client, **body: Any) -> Any:
    return client.post("/geocode/message", body, content_type="application/json")


def test_span_place_and_subject(small_city: None, client: Client) -> None:
    answer = sent(client, text=COMPLAINT)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/geo+json")
    assert answer["Cache-Control"] == "private, no-store"
    body = answer.json()
    span = body["span"]
    assert body["text"][span["start"] : span["end"]] == span["text"]
    assert span["text"].startswith("Bir mah. Gül Sk no:9")
    door = Address.objects.get(number=9, side__neighbourhood__code="1", status="ACTIVE")
    assert body["features"][0]["id"] == str(door.uid)
    assert body["category"] in ("A", "B")
    assert body["subject"].startswith("Merhaba") and "çöp alınmıyor" in body["subject"]
    assert "Gül" not in body["subject"]
    assert body["change"] == ChangeSet.objects.exclude(number=None).latest("number").number


def test_offsets_belong_to_the_text_of_the_answer(small_city: None, client: Client) -> None:
    """What was mis-decoded is put right first, so that the offsets differ from those sent."""
    broken = "ğŸ˜€ " + COMPLAINT.encode().decode("latin-1")
    body = sent(client, text=broken).json()
    span = body["span"]
    assert body["text"][span["start"] : span["end"]] == span["text"]
    assert "Gül Sk no:9" in span["text"]


def test_a_message_without_a_place(small_city: None, client: Client) -> None:
    text = "Su kesintisi ne zaman bitecek? Üç gündür arıyorum, kimse cevap vermiyor. " * 3
    body = sent(client, text=text).json()
    assert (body["features"], body["span"], body["category"]) == ([], None, "")
    assert body["subject"].strip() == text.strip()
    assert isinstance(body["change"], int)


def test_only_its_beginning_is_read(small_city: None, client: Client) -> None:
    body = sent(client, text=COMPLAINT + " çok" * 5000).json()
    assert "too_long" in body["warnings"]
    assert body["features"] and len(body["text"]) <= 8_000


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": "   "}, "text"),
        ({"text": None}, "text"),
        ({"text": ["a"]}, "text"),
        ({"text": "x" * 100_001}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"text": "a\ud800b"}, "text"),
        ({"text": "x", "limit": 0}, "limit"),
        ({"text": "x", "limit": 21}, "limit"),
        ({"text": "x", "lon": 27.0}, "lat"),
        ({"text": "x", "lon": "nan", "lat": 39}, "lon"),
        ({"text": "x", "lon": 27, "lat": 90}, "lat"),
    ],
)
def test_bad_input_names_the_field(client: Client, body: dict[str, Any], field: str) -> None:
    answer = sent(client, **body)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize("raw", ["", "[", "null", '"text"', "[" * 5000, '{"text": NaN}'])
def test_what_is_no_message(client: Client, raw: str) -> None:
    answer = client.post("/geocode/message", raw, content_type="application/json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_never_in_an_address(client: Client) -> None:
    assert client.get("/geocode/message", {"text": COMPLAINT}).status_code == 405
    assert client.post(f"/geocode/message?text={COMPLAINT}").status_code in (400, 415)


def test_nothing_of_it_is_logged(
    small_city: None, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        sent(client, text=COMPLAINT)
        sent(client, text=COMPLAINT + "\0")
        sent(client, text=COMPLAINT, limit=99)
    # The statements themselves are no log of production; everything else is.
    told = [r.getMessage() for r in caplog.records if not r.name.startswith("django.db")]
    assert not any("0532" in words or "Gül" in words for words in told)


HOSTILE = {
    "long": "Gül Sk no:9 " * 8_000,
    "digits": "1 " * 50_000,
    "one word": "a" * 100_000,
    "types": "mah sok cad no " * 6_000,
    "control": "".join(map(chr, range(1, 32))) * 3_000,
    "right to left": "\u202e" + "شارع الورد ٩ " * 5_000,
    "emoji": "🏠🔥👨‍👩‍👧‍👦" * 8_000,
    "combining": "a" + "\u0301" * 90_000,
    "sql": "'; DROP TABLE addresses_address; -- " * 2_500,
    "brackets": "(" * 100_000,
    "times": "10:00 " * 16_000,
    "number words": "bir " * 25_000,
    "names": "Gül Azerbaycan Yeni Bir İki " * 3_500,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_messages_cost_little(small_city: None, client: Client, what: str) -> None:
    sent(client, text="Gül Sk no:9")  # names are read, statements are planned
    took = []
    for _try in range(3):  # the machine may be busy with something else once
        begun = time.perf_counter()
        answer = sent(client, text=HOSTILE[what][:100_000])
        took.append(time.perf_counter() - begun)
        assert answer.status_code in (200, 400)
    assert min(took) < 0.2, f"{min(took) * 1000:.0f} ms"
