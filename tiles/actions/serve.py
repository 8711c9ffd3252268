"""Builds a tile of one or several layers, once, and keeps it."""

import gzip
import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.core.cache import cache

from tiles.conf import CONF
from tiles.layers import Layer, TileRequest
from tiles.queries.bounded import Overloaded, bounded
from tiles.queries.versions import versions_at

_LOCK_SECONDS = 15  # a builder that dies gives way


@dataclass(frozen=True)
class Tile:
    """`body` is gzip-compressed MVT; empty when no layer has anything there. `rough` names the layers
    that are generalised, for otherwise the tile would be too large."""

    body: bytes
    rough: tuple[str, ...] = ()


def etag_of(layers: Sequence[Layer], request: TileRequest) -> str:
    """Changes exactly when the tile may have changed; costs no query of the data."""
    drawn = [layer for layer in layers if layer.covers(request.tile.z)]
    versions = versions_at({name for layer in drawn for name in layer.data}, request.tile)
    keys = "|".join(layer.cache_key(request, versions) for layer in drawn)
    return hashlib.sha256(keys.encode()).hexdigest()[:32]


def serve(layers: Sequence[Layer], request: TileRequest, etag: str) -> Tile:
    """The tile from the cache, or built by the first who asks while others wait for it. Raises
    Overloaded: then nothing is kept, and somebody may ask again."""
    key = f"tile:{etag}"
    kept = cache.get(key)
    if kept is None:
        with _only_builder(key):
            kept = cache.get(key)
            if kept is None:
                built = build(layers, request)
                kept = (built.body, built.rough)
                cache.set(key, kept, CONF.keep_seconds)
    return Tile(*kept)


def build(layers: Sequence[Layer], request: TileRequest) -> Tile:
    """The tile without the cache. Raises Overloaded.

    A tile that is larger than its budget has its largest layers drawn anew, roughly, until it is not.
    """
    parts: dict[str, bytes] = {}
    rough: list[str] = []
    # A zoom that no layer has costs nothing.
    drawn = {layer.name: layer for layer in layers if layer.covers(request.tile.z)}
    with bounded():
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
    raw = b"".join(parts.values())
    return Tile(gzip.compress(raw, compresslevel=1, mtime=0) if raw else b"", tuple(sorted(rough)))


@contextmanager
def _only_builder(key: str) -> Iterator[None]:
    """One builder per key over all processes; the others wait a while, then raise Overloaded."""
    lock = f"lock:{key}"
    deadline = time.monotonic() + CONF.wait_seconds
    while not cache.add(lock, 1, timeout=_LOCK_SECONDS):
        if time.monotonic() > deadline:
            raise Overloaded
        time.sleep(0.02)
        if cache.get(key) is not None:  # it is done: the lock is of no interest any more
            yield
            return
    try:
        yield
    finally:
        cache.delete(lock)
