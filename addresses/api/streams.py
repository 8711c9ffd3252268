"""How many long answers are given at once: each holds a thread, and pages need some too."""

import secrets
from collections.abc import Iterable, Iterator

from django.core.cache import cache

from addresses.conf import CONF

_HELD = 600  # seconds after which a place is free again, whatever became of its reader


def enter(what: str = "feed-stream") -> str | None:
    """A place, or None where all are taken. Without a cache nobody is held up."""
    ours = secrets.token_hex(8)
    for n in range(CONF.streams_max):
        if cache.add(f"{what}:{n}", ours, _HELD):
            return f"{what}:{n} {ours}"
    return None if cache.get(f"{what}:0") is not None else ""


def leave(place: str) -> None:
    """Gives a place back."""
    key, _, ours = place.partition(" ")
    if ours and cache.get(key) == ours:
        cache.delete(key)


def leave_after(lines: Iterable[str], place: str) -> Iterator[str]:
    """The lines; the place is given back when they end or the reader goes away."""
    try:
        yield from lines
    finally:
        leave(place)
