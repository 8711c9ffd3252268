"""Moves the version of a body of data when a change of it has been committed."""

import time

from django.core.cache import cache
from django.db import connection, transaction

from tiles.queries.versions import key


def data_changed(name: str) -> None:
    """Call inside the transaction that changes the data; tiles are rebuilt from then on. A
    transaction moves a version once, however often this is called."""
    waiting = (entry[1] for entry in connection.run_on_commit)
    if not any(isinstance(w, _Move) and w.name == name and not w.done for w in waiting):
        transaction.on_commit(_Move(name))


class _Move:
    """One version on its way."""

    def __init__(self, name: str) -> None:
        self.name, self.done = name, False

    def __call__(self) -> None:
        self.done = True
        try:
            cache.incr(key(self.name))
        except ValueError:  # the cache has forgotten it
            cache.set(key(self.name), time.time_ns() // 1_000_000, timeout=None)
