"""Webhooks against a real receiver: signed, told once or more and never less, tried again, given up, told
again, and never inwards.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from accounts.models import ApiClient
from accounts.queries.clients import effective
from accounts.queries.viewers import viewer_of
from accounts.rules.clients import REGISTRY_READ
from addresses.actions.change_sets import publish
from addresses.models import ChangeSet
from cases.actions.feed import number_events
from cases.actions.recording import changing, happened
from core.api.problems import InvalidInput
from notifications.actions import deliveries, webhooks
from notifications.actions.deliveries import forget_old, gather, send_due
from notifications.actions.subscriptions import (
    Made,
    change,
    replay,
    resend,
    rotate_secret,
    subscribe,
)
from notifications.actions.webhooks import AddressRefused, check_address, deliver
from notifications.conf import CONF
from notifications.models import WebhookDelivery, WebhookSubscription
from notifications.queries.followers import Follower, own
from tests.clients import make_client, program
from tests.factories import City, make_case
from tests.receiver import Receiver, receiving

pytestmark = pytest.mark.django_db
ADVANCED = "register.advanced"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_PRIVATE = True
    with receiving() as server:
        yield server


def advance() -> int:
    now = timezone.now()
    return publish(ChangeSet.objects.create(kind="EDIT", title="x"), now=now)


def follow(city: City, url: str, who: str = "crew", now: datetime | None = None) -> Made:
    user = city.people[who]
    follower = Follower(viewer_of(user), user=user.pk)
    return subscribe(follower=follower, url=url, kinds=[ADVANCED], now=now or timezone.now())


def run(now: datetime) -> dict[str, int]:
    """What the worker does every few seconds."""
    gather(now=now)
    return send_due(now=now)


def test_it_is_told_the_number_signed_and_once(city: City, receiver: Receiver) -> None:
    now = timezone.now()
    made = follow(city, receiver.url)
    assert run(now) == {"sent": 0, "failed": 0}
    advance()
    number = advance()
    assert run(now) == {"sent": 1, "failed": 0}
    assert receiver.bodies[0]["type"] == ADVANCED
    assert receiver.bodies[0]["data"] == {"number": number}
    ((headers, body),) = receiver.seen
    Webhook(made.secret).verify(body, headers)
    assert run(now) == {"sent": 0, "failed": 0}
    one = WebhookDelivery.objects.get()
    assert (one.state, one.attempts, one.answer, one.error) == ("SENT", 1, 204, "")


@pytest.mark.parametrize("status", [500, 404, 302])
def test_a_failure_is_tried_again_later(city: City, receiver: Receiver, status: int) -> None:
    now = timezone.now()
    follow(city, receiver.url)
    advance()
    receiver.status = status
    assert run(now) == {"sent": 0, "failed": 1}
    assert run(now) == {"sent": 0, "failed": 0}
    assert WebhookDelivery.objects.get().answer == status
    assert len(receiver.seen) == 1  # a redirection is not followed
    receiver.status = 200
    assert run(now + timedelta(minutes=2)) == {"sent": 1, "failed": 0}
    assert len(set(receiver.ids)) == 1


def test_the_waits_grow_and_the_message_dies_at_last(city: City, receiver: Receiver) -> None:
    now = timezone.now()
    made = follow(city, receiver.url)
    advance()
    receiver.status = 503
    waits = []
    for _ in range(CONF.tries):
        assert run(now)["failed"] == 1
        one = WebhookDelivery.objects.get()
        waits.append(one.next_at - now)
        now = one.next_at
    assert waits[:3] == [timedelta(minutes=m) for m in (1, 2, 4)] and waits[-1] == timedelta(days=1)
    assert one.state == "DEAD" and run(now + timedelta(days=9)) == {"sent": 0, "failed": 0}
    made.row.refresh_from_db()
    assert made.row.active  # it was silent for less than a week
    receiver.status = 200
    resend(delivery=one, now=now)
    assert run(now) == {"sent": 1, "failed": 0}
    assert len(set(receiver.ids)) == 1


def test_who_takes_nothing_for_a_week_is_switched_off(city: City, receiver: Receiver) -> None:
    now = timezone.now()
    made = follow(city, receiver.url, now=now)
    advance()
    receiver.status = 500
    gather(now=now)
    WebhookDelivery.objects.update(attempts=CONF.tries - 1)
    WebhookSubscription.objects.update(last_success=now - CONF.silent - timedelta(seconds=1))
    send_due(now=now)
    made.row.refresh_from_db()
    assert not made.row.active
    follower = Follower(viewer_of(city.people["crew"]), user=city.people["crew"].pk)
    change(subscription=made.row, follower=follower, active=True, now=now)
    receiver.status, number = 200, advance()
    assert run(now) == {"sent": 1, "failed": 0}
    assert receiver.bodies[-1]["data"] == {"number": number}


def test_a_worker_that_dies_anywhere_loses_nothing(
    city: City, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between writing and sending, while sending, and between sending and noting it."""
    now = timezone.now()
    follow(city, receiver.url)
    advance()

    class Died(BaseException):
        pass

    def dies(*_args: Any, **_kwargs: Any) -> Any:
        raise Died

    with monkeypatch.context() as dying:
        dying.setattr(deliveries, "_claim", dies)
        with pytest.raises(Died):
            run(now)
    with monkeypatch.context() as dying:
        dying.setattr(deliveries, "deliver", dies)
        with pytest.raises(Died):
            run(now)
    now += CONF.claimed
    with monkeypatch.context() as dying:
        dying.setattr(deliveries, "_note", dies)
        with pytest.raises(Died):
            run(now)
    now += CONF.claimed
    assert run(now) == {"sent": 1, "failed": 0}
    assert len(receiver.seen) == 2 and len(set(receiver.ids)) == 1


def test_after_a_rotation_both_secrets_sign_for_a_while(city: City, receiver: Receiver) -> None:
    now = timezone.now()
    made = follow(city, receiver.url)
    new = rotate_secret(subscription=made.row, overlap=timedelta(hours=1), now=now)
    advance()
    run(now)
    headers, body = receiver.seen[-1]
    for secret in (made.secret, new):
        Webhook(secret).verify(body, headers)
    advance()
    run(now + timedelta(hours=2))
    headers, body = receiver.seen[-1]
    ours = dict(headers, **{"webhook-timestamp": headers["webhook-timestamp"]})
    with pytest.raises(WebhookVerificationError):
        Webhook(made.secret).verify(body, ours)
    assert len(headers["webhook-signature"].split()) == 1


def test_replay_tells_again_under_the_same_ids(city: City, receiver: Receiver) -> None:
    now = timezone.now()
    made = follow(city, receiver.url)
    first = advance()
    run(now)
    advance()
    run(now)
    replay(subscription=made.row, topic="register", after=first - 1, now=now)
    assert run(now) == {"sent": 2, "failed": 0}
    assert len(receiver.ids) == 4 and len(set(receiver.ids)) == 2
    for topic, after in (("register", 10**6), ("register", -1), ("nothing", 0)):
        with pytest.raises(InvalidInput):
            replay(subscription=made.row, topic=topic, after=after, now=now)


def test_a_topic_that_is_followed_later_begins_then(city: City, receiver: Receiver) -> None:
    now, user = timezone.now(), city.people["agent"]
    follower = Follower(viewer_of(user), user=user.pk)
    row = subscribe(follower=follower, url=receiver.url, kinds=["case.opened"], now=now).row
    advance()
    row = change(subscription=row, follower=follower, kinds=["case.opened", ADVANCED], now=now)
    assert run(now) == {"sent": 0, "failed": 0}
    number = advance()
    row = change(subscription=row, follower=follower, kinds=[ADVANCED], now=now)
    assert run(now) == {"sent": 1, "failed": 0} and set(row.told) == {"register"}
    assert receiver.bodies[0]["data"] == {"number": number}


def test_cases_are_told_by_kind(city: City, receiver: Receiver) -> None:
    """From the case's own transaction to the message: opened, changed, out of sight."""
    now = timezone.now()
    _row, key = make_client(city, scopes=("cases:read",), hidden_fields=("cases.place",))
    made = program(key).post(
        "/api/v1/webhooks",
        {"url": receiver.url, "kinds": ["case.opened", "case.gone"]},
        content_type="application/json",
    )
    assert made.status_code == 201
    case = make_case(city, opened_at=now)
    happened(case, "opened", actor=None, now=now)
    make_case(city, department="b:temizlik", at=(2.5, 0.5))
    other = city.departments["b:temizlik"]
    for values in (
        {"state": "ACCEPTED"},
        {"department": other, "organisation": other.organisation},
    ):
        with changing(case, "note", actor=None, now=now, public=True):
            for name, value in values.items():
                setattr(case, name, value)
        number_events(now=now)
        run(now)
    assert [body["type"] for body in receiver.bodies] == ["case.opened", "case.gone"]
    opened, gone = (body["data"] for body in receiver.bodies)
    assert opened["case"] == gone["case"] == case.number
    assert "place" not in opened["body"] and "body" not in gone
    assert case.description not in str(receiver.bodies)


def test_old_messages_are_forgotten(city: City, receiver: Receiver) -> None:
    now = timezone.now()
    follow(city, receiver.url)
    advance()
    run(now)
    assert forget_old(now=now + timedelta(days=29)) == 0
    assert forget_old(now=now + timedelta(days=31)) == 1


def test_a_client_is_told_while_it_has_the_right(city: City, receiver: Receiver) -> None:
    now = timezone.now()
    row, key = make_client(city, scopes=("registry:read",))
    client = program(key)
    made = client.post(
        "/api/v1/webhooks", {"url": receiver.url, "kinds": [ADVANCED]},
        content_type="application/json",
    )  # fmt: skip
    assert made.status_code == 201 and made.json()["secret"].startswith("whsec_")
    advance()
    assert run(now) == {"sent": 1, "failed": 0}
    one = client.get(f"/api/v1/webhooks/{made.json()['id']}/deliveries").json()["deliveries"][0]
    assert (one["state"], one["answer"]) == ("SENT", 204)
    ApiClient.objects.filter(pk=row.pk).update(scopes=[])
    advance()
    assert run(now) == {"sent": 0, "failed": 0}
    ApiClient.objects.filter(pk=row.pk).update(active=False)
    assert effective(row.pk) is None
    advance()
    assert run(now) == {"sent": 0, "failed": 0}


def test_the_interface(city: City, receiver: Receiver) -> None:
    _row, key = make_client(city)
    _other, other_key = make_client(city, name="Başka")
    client, json = program(key), {"content_type": "application/json"}
    assert client.get("/api/v1/webhooks").json() == {"webhooks": []}
    for wrong, field in (
        ({"url": receiver.url, "kinds": ["x"]}, "kinds"), ({"url": receiver.url}, "kinds"),
        ({"url": "ftp://x", "kinds": [ADVANCED]}, "url"), ({"kinds": [ADVANCED]}, "url"),
        ({"url": "x\0", "kinds": [ADVANCED]}, "url"), ({"url": 7, "kinds": 7}, "kinds"),
        ({"url": receiver.url, "kinds": [ADVANCED] * 60}, "kinds"),
    ):  # fmt: skip
        answer = client.post("/api/v1/webhooks", wrong, **json)
        assert answer.status_code == 400 and field in answer.json()["errors"], wrong
    made = client.post("/api/v1/webhooks", {"url": receiver.url, "kinds": [ADVANCED]}, **json)
    one = f"/api/v1/webhooks/{made.json()['id']}"
    assert "secret" not in client.get(one).json()
    assert client.get(one).json()["last_success"] is None  # nothing was delivered yet
    for method, wrong in (("post", {"url": receiver.url, "kinds": [ADVANCED], "secret": "x"}), ("patch", {"url": "https://x.example"}), ("patch", {"nonsense": 1})):  # fmt: skip
        answer = getattr(client, method)(
            one if method == "patch" else "/api/v1/webhooks", wrong, **json
        )
        assert answer.status_code == 400 and list(answer.json()["errors"]) == list(wrong)[-1:]
    advance()
    run(timezone.now())
    assert client.get(one).json()["last_success"] is not None
    told = client.get(f"{one}/deliveries?state=SENT").json()["deliveries"]
    assert len(told) == 1 and client.get(f"{one}/deliveries?state=DEAD").json()["deliveries"] == []
    for query in ("state=x", "before=x", "before=%00", "before=99999999999999999999"):
        assert client.get(f"{one}/deliveries?{query}").status_code == 400
    assert client.post(f"{one}/deliveries/{told[0]['id']}/resend").status_code == 202
    run(timezone.now())
    assert len(receiver.seen) == 2
    assert client.post(f"{one}/secret", {"overlap_hours": 1}, **json).status_code == 200
    assert client.post(f"{one}/secret", {"overlap_hours": 10**9}, **json).status_code == 400
    assert (
        client.post(f"{one}/replay", {"topic": "register", "after": 0}, **json).status_code == 202
    )
    for wrong in ({"topic": "x", "after": 0}, {"topic": "register", "after": 10**18}, {}):
        assert client.post(f"{one}/replay", wrong, **json).status_code == 400
    assert client.patch(one, {"active": False}, **json).json()["active"] is False
    # To others it does not exist.
    other = program(other_key)
    for answer in (
        other.get(one), other.delete(one), other.patch(one, {"active": True}, **json),
        other.get(f"{one}/deliveries"), other.post(f"{one}/secret", {}, **json),
        other.post(f"{one}/replay", {"topic": "register", "after": 0}, **json),
        other.post(f"{one}/deliveries/{told[0]['id']}/resend"),
    ):  # fmt: skip
        assert answer.status_code == 404
    assert client.delete(one).status_code == 204


def test_an_address_with_letters_of_its_own_is_written_as_http_writes_it(
    city: City, receiver: Receiver
) -> None:
    follow(city, receiver.url.replace("/hook?x=1", "/ü ş/%C3%BC?q=ğ&x=1"))
    advance()
    assert run(timezone.now()) == {"sent": 1, "failed": 0}
    assert receiver.paths == ["/%C3%BC%20%C5%9F/%C3%BC?q=%C4%9F&x=1"]


def test_one_that_breaks_does_not_stop_the_others(
    city: City, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("/bad", "/good"):
        follow(city, receiver.url.replace("/hook", path))
    advance()

    def broken(*, url: str, **sent: Any) -> int:
        if "/bad" in url:
            raise UnicodeEncodeError("ascii", "ü", 0, 1, "?")
        return deliver(url=url, **sent)

    monkeypatch.setattr(deliveries, "deliver", broken)
    assert run(timezone.now()) == {"sent": 1, "failed": 1}
    assert receiver.paths == ["/good?x=1"]
    failed = WebhookDelivery.objects.get(subscription__url__contains="/bad")
    assert "ascii" in failed.error


def test_one_that_drips_is_cut_off_and_holds_up_nobody(
    city: City, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte now and then keeps every time-out of a single read away."""
    monkeypatch.setattr(webhooks, "_DEADLINE", 1.0)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as slow:

        def drip() -> None:
            taken, _from = slow.accept()
            with taken, contextlib.suppress(OSError):
                while not over.wait(0.1):
                    taken.sendall(b"H")

        threading.Thread(target=drip, daemon=True).start()
        for url in (f"http://127.0.0.1:{slow.getsockname()[1]}/", receiver.url):
            follow(city, url)
        advance()
        began = time.monotonic()
        try:
            assert run(timezone.now()) == {"sent": 1, "failed": 1}
        finally:
            over.set()
    assert time.monotonic() - began < 8
    assert WebhookDelivery.objects.get(state="WAITING").error == "too slow"
    assert len(receiver.seen) == 1


def test_a_name_that_moves_inwards_is_not_followed_there(
    city: City, receiver: Receiver, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the name is looked up once for a delivery, and what was looked up is connected to."""
    settings.WEBHOOK_PRIVATE = False
    asked: list[str] = []

    def look_up(host: str, port: int, *_args: Any, **_kwargs: Any) -> Any:
        asked.append(host)
        address = "203.0.113.9" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    connected: list[Any] = []

    def connect(address: Any, **_kwargs: Any) -> Any:
        connected.append(address)
        raise OSError("unreachable")

    monkeypatch.setattr(webhooks, "_is_public", lambda a: a != "127.0.0.1")
    monkeypatch.setattr(webhooks.socket, "getaddrinfo", look_up)
    monkeypatch.setattr(webhooks.socket, "create_connection", connect)
    sent = {"message_id": "x", "body": {}, "secrets": [], "now": timezone.now()}
    with pytest.raises(webhooks.NotDelivered):
        deliver(url="https://example.org/", **sent)
    assert connected == [("203.0.113.9", 443)] and asked == ["example.org"]
    with pytest.raises(AddressRefused):
        deliver(url="https://example.org/", **sent)
    assert len(connected) == 1


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "https://127.0.0.1/", "https://localhost/", "https://10.0.0.1/",
     "https://169.254.169.254/latest", "https://[::1]/", "https://0.0.0.0/", "ftp://example.org",
     "https://user:password@127.0.0.1/", "https://", "https://[", "file:///etc/passwd",
     "https://[::ffff:127.0.0.1]/", "https://2130706433/", "https://[64:ff9b::7f00:1]/",
     "https://[2002:7f00:1::]/", "https://[::127.0.0.1]/", "https://224.0.0.1/",
     "https://[ff02::1]/", "https://8.8.8.8:22/", "https://\ud800.org/", "https://192.0.0.8/",
     "https://192.88.99.1/", "https://[2001:20::1]/", "https://[3fff::1]/", "https://ü..org/"],
)  # fmt: skip
def test_private_hosts_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        check_address(url)


def test_each_sees_and_ends_only_their_own(city: City, receiver: Receiver, as_: Any) -> None:
    base = "/api/v1/register/feed/subscriptions"
    made = as_("crew").post(base, {"url": receiver.url}, content_type="application/json")
    assert made.status_code == 201 and made.json()["secret"].startswith("whsec_")
    assert as_("anonymous").get(base).status_code in (401, 403)
    assert as_("agent").get(base).json() == {"subscriptions": []}
    assert "secret" not in as_("crew").get(base).json()["subscriptions"][0]
    one = f"{base}/{made.json()['id']}"
    assert as_("agent").delete(one).status_code == 404
    assert as_("crew").delete(one).status_code == 204


def test_a_bad_address_names_the_field(city: City, as_: Any) -> None:
    answer = as_("crew").post(
        "/api/v1/register/feed/subscriptions", {"url": "https://127.0.0.1/"},
        content_type="application/json",
    )  # fmt: skip
    assert answer.status_code == 400 and list(answer.json()["errors"]) == ["url"]


def test_a_token_of_fewer_scopes_touches_no_webhook_that_follows_more(
    city: City, receiver: Receiver
):
    row, _key = make_client(city)
    whole = effective(row.pk)
    assert whole is not None
    every = Follower(whole.viewer, client=row.pk, scopes=whole.client.scopes)
    narrow = replace(every, scopes=frozenset({REGISTRY_READ}))
    now = timezone.now()
    cases = subscribe(follower=every, url=receiver.url, kinds=["case.changed"], now=now)
    assert list(own(every)) == [cases.row] and not own(narrow).exists()
    with pytest.raises(InvalidInput):
        subscribe(follower=narrow, url=receiver.url, kinds=[ADVANCED], now=now)
    register = subscribe(follower=narrow, url=f"{receiver.url}2", kinds=[ADVANCED], now=now)
    assert list(own(narrow)) == [register.row] and own(every).count() == 2
