"""How many answers may flow at once: slow readers hold a thread each, and pages need some too."""

import secrets
from collections.abc import Iterable, Iterator

from django.core.cache import cache

from addresses.conf import CONF

_HELD = 600  # seconds after which a place is free again, whatever became of its reader


def enter() -> str | None:
    """A place to flow in, or None where all are taken. Without a cache nobody is held up."""
    ours = secrets.token_hex(8)
    for n in range(CONF.streams_max):
        if cache.add(f"feed-stream:{n}", ours, _HELD):
            return f"{n}:{ours}"
    return None if cache.get("feed-stream:0") is not None else ""


def leave_after(lines: Iterable[str], place: str) -> Iterator[str]:
    """The lines; the place is given back when they end or the reader goes away."""
    try:
        yield from lines
    finally:
        n, _, ours = place.partition(":")
        if ours and cache.get(f"feed-stream:{n}") == ours:
            cache.delete(f"feed-stream:{n}")
