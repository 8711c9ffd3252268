"""Which tile holds a point; the layers of a tile, decoded."""

import gzip
import math
from typing import Any

import mapbox_vector_tile
from django.test import Client


def tile_of(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    n = 1 << z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n
    return z, int((lon + 180) / 360 * n), int(y)


def url(names: str, zxy: tuple[int, int, int], query: str = "") -> str:
    z, x, y = zxy
    return f"/tiles/{names}/{z}/{x}/{y}.mvt{query}"


def decoded(response: Any) -> dict[str, list[dict[str, Any]]]:
    """Layer name → its features; an empty answer has none."""
    if response.status_code == 204:
        return {}
    body = response.content
    if response.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    layers = mapbox_vector_tile.decode(body)
    return {name: layer["features"] for name, layer in layers.items()}


def ids(client: Client, names: str, zxy: tuple[int, int, int], query: str = "") -> set[int]:
    response = client.get(url(names, zxy, query))
    assert response.status_code in (200, 204), response.content
    return {f["id"] for features in decoded(response).values() for f in features}
