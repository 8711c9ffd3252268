"""Webhooks of the feed against a real receiver: signed, told once, tried again, never inwards."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.utils import timezone
from standardwebhooks import Webhook

from accounts.queries.viewers import viewer_of
from addresses.actions import subscriptions
from addresses.actions.change_sets import publish
from addresses.actions.subscriptions import subscribe, tell_subscribers
from addresses.models import ChangeSet, FeedSubscription
from notifications.actions import webhooks
from notifications.actions.webhooks import AddressRefused, check_address, deliver
from tests.factories import City

pytestmark = pytest.mark.django_db


class Receiver(HTTPServer):
    """Keeps what it is sent; answers with `status`."""

    def __init__(self) -> None:
        self.status = 204
        self.seen: list[tuple[dict[str, str], bytes]] = []
        self.paths: list[str] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?x=1"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((dict(self.headers), body))
        self.server.paths.append(self.path)
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", self.server.url)
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_PRIVATE = True
    server = Receiver()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def advance() -> int:
    now = timezone.now()
    return publish(ChangeSet.objects.create(kind="EDIT", title="x"), now=now)


def test_it_is_told_the_number_signed_and_once(city: City, receiver: Receiver):
    now = timezone.now()
    one = subscribe(viewer=viewer_of(city.people["crew"]), url=receiver.url, now=now)
    assert tell_subscribers(now=now) == {"told": 0, "failed": 0}
    number = advance()
    assert tell_subscribers(now=now) == {"told": 1, "failed": 0}
    ((headers, body),) = receiver.seen
    assert json.loads(body)["data"] == {"number": number}
    lower = {k.lower(): v for k, v in headers.items()}
    Webhook(one.secret).verify(body, lower)
    assert tell_subscribers(now=now) == {"told": 0, "failed": 0}


@pytest.mark.parametrize("status", [500, 404, 302])
def test_a_failure_is_tried_again_later(city: City, receiver: Receiver, status: int):
    now = timezone.now()
    subscribe(viewer=viewer_of(city.people["crew"]), url=receiver.url, now=now)
    advance()
    receiver.status = status
    assert tell_subscribers(now=now) == {"told": 0, "failed": 1}
    assert tell_subscribers(now=now) == {"told": 0, "failed": 0}
    assert len(receiver.seen) == 1
    receiver.status = 200
    assert tell_subscribers(now=now + timedelta(minutes=2)) == {"told": 1, "failed": 0}
    assert FeedSubscription.objects.get().failures == 0


def test_it_is_switched_off_after_many_failures(city: City, receiver: Receiver):
    now = timezone.now()
    one = subscribe(viewer=viewer_of(city.people["crew"]), url=receiver.url, now=now)
    FeedSubscription.objects.filter(pk=one.pk).update(failures=FeedSubscription.FAILURES_MAX - 1)
    advance()
    receiver.status = 500
    tell_subscribers(now=now)
    assert not FeedSubscription.objects.get().active


def test_an_address_with_letters_of_its_own_is_written_as_http_writes_it(
    city: City, receiver: Receiver
):
    now = timezone.now()
    url = receiver.url.replace("/hook?x=1", "/ü ş/%C3%BC?q=ğ&x=1")
    subscribe(viewer=viewer_of(city.people["crew"]), url=url, now=now)
    advance()
    assert tell_subscribers(now=now) == {"told": 1, "failed": 0}
    assert receiver.paths == ["/%C3%BC%20%C5%9F/%C3%BC?q=%C4%9F&x=1"]


def test_one_that_breaks_does_not_stop_the_others(
    city: City, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    now = timezone.now()
    for path in ("/bad", "/good"):
        url = receiver.url.replace("/hook", path)
        subscribe(viewer=viewer_of(city.people["crew"]), url=url, now=now)
    advance()

    def broken(*, url: str, **sent: Any) -> None:
        if "/bad" in url:
            raise UnicodeEncodeError("ascii", "ü", 0, 1, "?")
        deliver(url=url, **sent)

    monkeypatch.setattr(subscriptions, "deliver", broken)
    assert tell_subscribers(now=now) == {"told": 1, "failed": 1}
    assert receiver.paths == ["/good?x=1"]
    assert "ascii" in FeedSubscription.objects.get(url__contains="/bad").last_error


def test_one_that_drips_is_cut_off_and_holds_up_nobody(
    city: City, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    """A byte now and then keeps every time-out of a single read away."""
    monkeypatch.setattr(webhooks, "_DEADLINE", 1.0)
    now, over = timezone.now(), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as slow:

        def drip() -> None:
            taken, _from = slow.accept()
            with taken, contextlib.suppress(OSError):
                while not over.wait(0.1):
                    taken.sendall(b"H")

        threading.Thread(target=drip, daemon=True).start()
        for url in (f"http://127.0.0.1:{slow.getsockname()[1]}/", receiver.url):
            subscribe(viewer=viewer_of(city.people["crew"]), url=url, now=now)
        advance()
        began = time.monotonic()
        try:
            assert tell_subscribers(now=now) == {"told": 1, "failed": 1}
        finally:
            over.set()
    assert time.monotonic() - began < 8
    assert FeedSubscription.objects.get(failures=1).last_error == "too slow"
    assert len(receiver.seen) == 1


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
def test_private_hosts_are_refused(url: str):
    with pytest.raises(AddressRefused):
        check_address(url)


def test_each_sees_and_ends_only_their_own(city: City, receiver: Receiver, as_: Any):
    base = "/api/v1/register/feed/subscriptions"
    made = as_("crew").post(base, {"url": receiver.url}, content_type="application/json")
    assert made.status_code == 201 and made.json()["secret"].startswith("whsec_")
    assert as_("anonymous").get(base).status_code in (401, 403)
    assert as_("agent").get(base).json() == {"subscriptions": []}
    assert "secret" not in as_("crew").get(base).json()["subscriptions"][0]
    one = f"{base}/{made.json()['id']}"
    assert as_("agent").delete(one).status_code == 404
    assert as_("crew").delete(one).status_code == 204


def test_a_bad_address_names_the_field(city: City, as_: Any):
    answer = as_("crew").post(
        "/api/v1/register/feed/subscriptions", {"url": "https://127.0.0.1/"},
        content_type="application/json",
    )  # fmt: skip
    assert answer.status_code == 400 and list(answer.json()["errors"]) == ["url"]
