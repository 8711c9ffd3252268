"""Versions of data that tiles are cached by.

A version is a counter in the shared cache that an owner moves after its transaction has committed,
so that the order of commits cannot fool it. When the cache forgets it, it starts at the clock.
"""

import time

from django.core.cache import cache


def key(name: str) -> str:
    return f"data-version:{name}"


def data_version(name: str) -> str:
    """The present version of a named body of data, such as `register` or `cases`."""
    value = cache.get(key(name))
    if value is None:
        # add: of two processes that start it at once, one wins, and both read the same.
        cache.add(key(name), time.time_ns() // 1_000_000, timeout=None)
        value = cache.get(key(name))
    # Without a cache nothing is kept, and no answer may be taken for the one of before.
    return str(time.time_ns() if value is None else value)
