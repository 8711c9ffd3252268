"""Builds a tile of one or several layers, once, and keeps it."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import cache
from isal import isal_zlib

from tiles.conf import CONF
from tiles.layers import Layer, TileRequest
from tiles.queries.bounded import Overloaded, bounded
from tiles.queries.versions import versions_at

_LOCK_SECONDS = 15  # a builder that dies gives way
_GZIP = 31  # zlib's number for this format with its largest window
_cache: Any = cache  # with the pairs of questions that gis_vip/cache.py answers at once


@dataclass(frozen=True)
class Tile:
    """`body` is gzip-compressed MVT; empty when no layer has anything there. `rough` names the layers
    that are generalised, for otherwise the tile would be too large."""

    body: bytes
    rough: tuple[str, ...] = ()


@dataclass(frozen=True)
class Look:
    """What the cache says of a tile. `etag` changes exactly when the tile may have changed; `tile` is
    None where it has to be built. A place in the cache holds one tile: the new one replaces the old."""

    place: str
    etag: str
    tile: Tile | None


def look(layers: Sequence[Layer], request: TileRequest) -> Look:
    """One question to the cache, none to the database."""
    drawn = [layer for layer in layers if layer.covers(request.tile.z)]
    place = f"tile:{_digest('|'.join(layer.cache_key(request) for layer in drawn))}"
    versions, kept = versions_at({n for layer in drawn for n in layer.data}, request.tile, place)
    state = "|".join(".".join(versions[name] for name in layer.data) for layer in drawn)
    etag = _digest(f"{place}|{state}")
    return Look(place, etag, _current(kept, etag))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _current(kept: tuple[str, bytes, tuple[str, ...]] | None, etag: str) -> Tile | None:
    return None if kept is None or kept[0] != etag else Tile(*kept[1:])


def serve(layers: Sequence[Layer], request: TileRequest, seen: Look) -> Tile:
    """The tile that was seen, or one built by the first who asks while others wait for it. Raises
    Overloaded: then nothing is kept, and somebody may ask again."""
    if seen.tile is not None:
        return seen.tile
    lock = f"lock:{seen.etag}"
    deadline = time.monotonic() + CONF.wait_seconds
    while True:
        first, kept = _cache.take(lock, _LOCK_SECONDS, seen.place)
        tile = _current(kept, seen.etag)
        if first or tile is not None:
            break
        if time.monotonic() > deadline:
            raise Overloaded
        time.sleep(0.02)
    if tile is None:
        try:
            tile = build(layers, request)
        except BaseException:
            cache.delete(lock)
            raise
        _cache.keep(seen.place, (seen.etag, tile.body, tile.rough), CONF.keep_seconds, lock)
    elif first:  # another one has built it since it was looked for
        cache.delete(lock)
    return tile


def build(layers: Sequence[Layer], request: TileRequest) -> Tile:
    """The tile without the cache. Raises Overloaded."""
    parts, rough = bounded(lambda: _parts(layers, request))
    raw = b"".join(parts.values())
    # isal: a sixth of zlib's time at its fastest for one per cent more bytes.
    body = isal_zlib.compress(raw, 2, _GZIP) if raw else b""
    return Tile(body, tuple(sorted(rough)))


def _parts(layers: Sequence[Layer], request: TileRequest) -> tuple[dict[str, bytes], list[str]]:
    """The layers' bytes by name, and which are generalised.

    A tile that is larger than its budget has its largest layers drawn anew, roughly, until it is not.
    """
    parts: dict[str, bytes] = {}
    rough: list[str] = []
    # A zoom that no layer has costs nothing.
    drawn = {layer.name: layer for layer in layers if layer.covers(request.tile.z)}
    for layer in drawn.values():
        if layer.crowded is not None and layer.crowded(request):
            rough.append(layer.name)
        asked = replace(request, rough=layer.name in rough)
        parts[layer.name] = layer.build(asked)
    while sum(map(len, parts.values())) > CONF.budget_bytes:
        left = [n for n in parts if drawn[n].roughly and n not in rough]
        if not left:
            break
        largest = max(left, key=lambda n: len(parts[n]))
        rough.append(largest)
        parts[largest] = drawn[largest].build(replace(request, rough=True))
    return parts, rough
