"""Checksums of the register, summed up once for each change set.

To sum the whole register reads all of it, so what was summed is kept until the register moves on:
by kind, so that every choice of kinds is answered from the same sums.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.core.cache import cache

from addresses.queries.data_model import EntityType
from addresses.queries.feed import Area, checksums, latest

_KEPT = 24 * 3600  # seconds
_TRIES = 3
Sums = list[dict[str, Any]]


def proof(
    kinds: Sequence[EntityType],
    *,
    area: Area | None = None,
    as_of: date | None = None,
    may_sum: Callable[[], bool] = lambda: True,
) -> tuple[int, Sums] | None:
    """The number of the last change set, and the sums of the register as it was then (see
    `feed.checksums`). None where something has to be summed and `may_sum`, asked once, says no; or
    where the register moves on faster than it is summed."""
    allowed: bool | None = None
    for _try in range(_TRIES):
        number = latest()
        keys = {kind.name: _key(kind, area, as_of, number) for kind in kinds}
        kept: dict[str, Sums] = cache.get_many(keys.values())
        found: dict[str, Sums] = {}
        for kind in kinds:
            if (key := keys[kind.name]) not in kept:
                allowed = may_sum() if allowed is None else allowed
                if not allowed:
                    return None
                found[key] = checksums([kind], area=area, as_of=as_of)
        if not found or latest() == number:  # nothing was published while they were summed
            cache.set_many(found, _KEPT)
            sums = kept | found
            return number, [row for kind in kinds for row in sums[keys[kind.name]]]
    return None


def _key(kind: EntityType, area: Area | None, as_of: date | None, number: int) -> str:
    cut = hashlib.sha256(repr((kind.name, area, as_of)).encode()).hexdigest()[:24]
    return f"register-checksums:{number}:{cut}"
