"""Signed messages to addresses that others gave us (Standard Webhooks).

The address is somebody else's word: it is looked up once, refused where it leads into a private
network, and connected to exactly where it was looked up, so that a name cannot mean another host
a moment later. Redirects are not followed. Inside closed networks `VIP_WEBHOOK_PRIVATE=1` allows
private hosts and plain HTTP.
"""

import contextlib
import http.client
import ipaddress
import json
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from secrets import token_bytes
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from standardwebhooks import Webhook

_TIMEOUT = 10.0  # seconds of silence
_DEADLINE = 15.0  # seconds for the whole of a delivery, however steadily the receiver drips
_READ = 4096
_KEPT = "/%:@!$&'()*+,;=~"  # what a path or a query may hold as it is
# IPv4 inside IPv6: translated, tunnelled, "compatible".
_CARRIERS = [
    ipaddress.ip_network(n)
    for n in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
]
# Not for hosts, by the special-purpose registries of IANA; Python takes parts of them for global.
_SPECIAL = [
    ipaddress.ip_network(n)
    for n in ("192.0.0.0/24", "192.88.99.0/24", "240.0.0.0/4", "2001::/23", "2001:db8::/32",
              "3fff::/20", "5f00::/16", "fec0::/10", "100::/64")
]  # fmt: skip


class AddressRefused(Exception):
    """This address is not one that messages are sent to; the text says why."""


class NotDelivered(Exception):
    """The receiver did not take the message; it may be sent again. `status` is its answer, if any."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


def new_secret() -> str:
    """A secret in the form of Standard Webhooks."""
    return "whsec_" + b64encode(token_bytes(32)).decode()


class Target(NamedTuple):
    """Where a message goes: `host` as DNS has it, `address` the IP address to connect to, `path`
    with its query as HTTP has it."""

    scheme: str
    host: str
    address: str
    port: int
    path: str


def check_address(url: str) -> Target:
    """Looks the address up; letters beyond ASCII are written as DNS and HTTP write them. Raises
    AddressRefused."""
    private = settings.WEBHOOK_PRIVATE
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise AddressRefused(_("no address")) from None
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise AddressRefused(_("only https"))
    if not parts.hostname or parts.username or parts.password or len(url) > 500:
        raise AddressRefused(_("no host, or a password in the address"))
    try:
        host = parts.hostname.encode("idna").decode()
        path = quote(parts.path or "/", safe=_KEPT)
        query = quote(parts.query, safe=_KEPT + "?")
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise AddressRefused(_("the host is not known")) from None
    addresses = [str(info[4][0]) for info in found]
    if not private and (port not in (443, 8443) or not all(map(_is_public, addresses))):
        raise AddressRefused(
            _("the host lies in a private network, or the port is not one for HTTPS")
        )
    return Target(parts.scheme, host, addresses[0], port, path + (f"?{query}" if query else ""))


def _is_public(text: str) -> bool:
    """Whether an address leads to one host in the open; none that carries a second one inside."""
    address = ipaddress.ip_address(text.split("%")[0])
    if address.is_multicast or not address.is_global:
        return False
    return not any(
        address in network
        for network in (*_CARRIERS, *_SPECIAL)
        if network.version == address.version
    )


def deliver(
    *, url: str, secrets: Sequence[str], message_id: str, body: dict[str, Any], now: datetime
) -> int:
    """Posts the message, signed with each of the secrets; the status of the answer. Raises
    AddressRefused, or NotDelivered for anything but 2xx."""
    target = check_address(url)
    payload = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "GIS-VIP",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(
            Webhook(secret).sign(message_id, now, payload) for secret in secrets
        ),
    }
    connection = http.client.HTTPConnection(target.host, target.port, timeout=_TIMEOUT)
    late = threading.Event()
    timer = threading.Timer(_DEADLINE, cut, [connection, late])
    timer.start()
    try:
        connect(connection, target)
        connection.request("POST", target.path, payload.encode(), headers)
        answer = connection.getresponse()
        answer.read(_READ)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NotDelivered("too slow" if late.is_set() else type(error).__name__) from error
    finally:
        timer.cancel()
        connection.close()
    if not 200 <= answer.status < 300:
        raise NotDelivered(f"HTTP {answer.status}", answer.status)
    return answer.status


def connect(connection: http.client.HTTPConnection, target: Target) -> None:
    """To the address that was looked up, under the name that was given."""
    connection.sock = socket.create_connection((target.address, target.port), timeout=_TIMEOUT)
    if target.scheme == "https":
        secure = ssl.create_default_context().wrap_socket(
            connection.sock, server_hostname=target.host, do_handshake_on_connect=False
        )
        connection.sock = secure
        secure.do_handshake()


def cut(connection: http.client.HTTPConnection, late: threading.Event) -> None:
    """Ends whatever the other thread waits for, and says first that this is why."""
    late.set()
    sock = connection.sock
    if sock is not None:
        with contextlib.suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
