"""Questions to servers of others, at addresses that are somebody else's word: the guard of `webhooks`.

Whoever calls must know whether the other side may have taken what was sent: `NotSent` is raised
only where nothing left this house.
"""

import http.client
import threading
from collections.abc import Mapping
from typing import NamedTuple

from notifications.actions.webhooks import NotDelivered, check_address, connect, cut


class NotSent(NotDelivered):
    """The receiver could not be reached: it has taken nothing."""


class Answer(NamedTuple):
    status: int
    kind: str  # its Content-Type
    body: bytes


def call(
    *, url: str, query: str = "", method: str = "GET", body: bytes | None = None,
    headers: Mapping[str, str] | None = None, seconds: float = 60.0, most: int = 4_000_000,
) -> Answer:  # fmt: skip
    """One request; redirects are not followed. `query` is encoded already, `most` bytes are read.

    Raises AddressRefused, NotSent, and NotDelivered where nobody knows what became of it.
    """
    target = check_address(url)
    path = f"{target.path}?{query}" if query else target.path
    connection = http.client.HTTPConnection(target.host, target.port, timeout=seconds)
    late = threading.Event()
    timer = threading.Timer(seconds, cut, [connection, late])
    timer.start()
    try:
        try:
            connect(connection, target)
            connection.sock.settimeout(seconds)  # an answer takes longer than a handshake
        except (OSError, ValueError) as error:
            raise NotSent("too slow" if late.is_set() else type(error).__name__) from error
        connection.request(method, path, body, {"User-Agent": "GIS-VIP", **(headers or {})})
        answer = connection.getresponse()
        content = answer.read(most + 1)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NotDelivered("too slow" if late.is_set() else type(error).__name__) from error
    finally:
        timer.cancel()
        connection.close()
    if late.is_set() or len(content) > most:
        raise NotDelivered("too slow" if late.is_set() else "the answer is too long")
    return Answer(answer.status, answer.headers.get("Content-Type", ""), content)
