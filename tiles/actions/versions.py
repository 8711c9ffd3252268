"""Moves the version of a body of data when a change of it has been committed."""

import time

from django.core.cache import cache
from django.db import transaction

from tiles.queries.versions import key


def data_changed(name: str) -> None:
    """Call inside the transaction that changes the data; tiles are rebuilt from then on."""
    transaction.on_commit(lambda: _move(name))


def _move(name: str) -> None:
    try:
        cache.incr(key(name))
    except ValueError:  # the cache has forgotten it
        cache.set(key(name), time.time_ns() // 1_000_000, timeout=None)
