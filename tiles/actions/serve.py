"""Builds a tile of one or several layers, once, and keeps it."""

import gzip
import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.cache import cache

from tiles.layers import Layer, TileRequest
from tiles.queries.versions import versions_at

_KEEP_SECONDS = 24 * 3600
_LOCK_SECONDS = 10


@dataclass(frozen=True)
class Tile:
    """`body` is gzip-compressed MVT; empty when no layer has anything there."""

    body: bytes
    etag: str
    public: bool


def etag_of(layers: Sequence[Layer], request: TileRequest) -> str:
    """Changes exactly when the tile may have changed; costs no query of the data."""
    versions = versions_at({name for layer in layers for name in layer.data}, request.tile)
    keys = "|".join(layer.cache_key(request, versions) for layer in layers)
    return hashlib.sha256(keys.encode()).hexdigest()[:32]


def serve(layers: Sequence[Layer], request: TileRequest, etag: str) -> Tile:
    """The tile from the cache, or built by the first who asks while others wait for it."""
    public = all(layer.audience(request.viewer) == "public" for layer in layers)
    key = f"tile:{etag}"
    body = cache.get(key)
    if body is None:
        with _only_builder(key):
            body = cache.get(key)
            if body is None:
                body = _build(layers, request)
                cache.set(key, body, _KEEP_SECONDS)
    return Tile(body, etag, public)


def _build(layers: Sequence[Layer], request: TileRequest) -> bytes:
    parts = [layer.build(request) for layer in layers if layer.covers(request.tile.z)]
    raw = b"".join(parts)
    return gzip.compress(raw, compresslevel=1, mtime=0) if raw else b""


@contextmanager
def _only_builder(key: str) -> Iterator[None]:
    """One builder per key over all processes. A builder that dies gives way after ten seconds."""
    lock = f"lock:{key}"
    deadline = time.monotonic() + _LOCK_SECONDS
    mine = cache.add(lock, 1, timeout=_LOCK_SECONDS)
    while not mine and time.monotonic() < deadline:
        time.sleep(0.02)
        mine = cache.add(lock, 1, timeout=_LOCK_SECONDS)
    try:
        yield
    finally:
        if mine:
            cache.delete(lock)
