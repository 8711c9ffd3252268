"""Versions of data that tiles are cached by.

Each named body of data has three kinds, all in the shared cache, moved after the transaction that
changes it has committed, so that the order of commits cannot fool them:

- `data_version(name)`: a counter that every change moves,
- one that moves with changes that may touch everything,
- one for each region of the map (see `rules.regions`), which moves with changes there.

What the cache has forgotten begins anew at a value that never was before.
"""

import secrets
from collections.abc import Mapping, Set
from typing import Any

from django.core.cache import cache

from tiles.conf import CONF
from tiles.rules.grid import TileAddress
from tiles.rules.regions import region_of


def key(name: str) -> str:
    return f"data-version:{name}"


def everywhere_key(name: str) -> str:
    return f"everywhere:{name}"


def region_key(name: str, region: str) -> str:
    return f"region:{name}:{region}"


def moved_key(pk: int) -> str:
    """Says that the versions of a `Touched` row have been moved."""
    return f"moved:{pk}"


def fresh() -> int:
    """A version that never was before: nobody needs to know the one that it follows."""
    return secrets.randbits(62)


def data_version(name: str) -> str:
    """The present version of a named body of data, such as `register` or `cases`."""
    value = cache.get(key(name))
    if value is None:
        # add: of two processes that start it at once, one wins, and both read the same.
        cache.add(key(name), fresh(), timeout=None)
        value = cache.get(key(name))
    # Without a cache nothing is kept, and no answer may be taken for the one of before.
    return str(fresh() if value is None else value)


def versions_at(names: Set[str], tile: TileAddress, beside: str) -> tuple[Mapping[str, str], Any]:
    """The version of each body of data as far as this tile shows it, and what the cache holds under
    the key `beside`: one question to the cache.

    From afar a tile shows very much, and changes with every case: it keeps its version for a second, so
    that it is not built anew more often.
    """
    if tile.z >= CONF.held_below:
        return _present(names, tile, beside)
    region = region_of(tile)
    keys = {name: f"held:{name}:{region}" for name in names}
    found = cache.get_many([*keys.values(), beside])
    held = {name: found[k] for name, k in keys.items() if k in found}
    if held.keys() == names:
        return held, found.get(beside)
    present, _ = _present(names - held.keys(), tile, beside)
    for name, version in present.items():
        cache.add(keys[name], version, timeout=CONF.held_seconds)
    return {**held, **present}, found.get(beside)


def _present(names: Set[str], tile: TileAddress, beside: str) -> tuple[Mapping[str, str], Any]:
    region = region_of(tile)
    keys = {
        name: (key(name),) if region is None else (everywhere_key(name), region_key(name, region))
        for name in names
    }
    wanted = [k for mine in keys.values() for k in mine]
    found = cache.get_many([*wanted, beside])
    if missing := [k for k in wanted if k not in found]:
        for k in missing:
            kept = CONF.region_seconds if k.startswith("region:") else None
            cache.add(k, fresh(), timeout=kept)
        found |= cache.get_many(missing)
    versions = {
        name: ".".join(str(found.get(k, f"-{fresh()}")) for k in mine)
        for name, mine in keys.items()
    }
    return versions, found.get(beside)
