"""A layer of vector tiles: what is in it, for whom, how fresh, and who builds a tile of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils import timezone

from accounts.rules.viewer import Viewer
from tiles.rules.grid import TileAddress


@dataclass(frozen=True)
class TileRequest:
    """One tile asked for by one viewer; `parameters` are validated, absent ones are left out. `rough`
    asks for what is small enough where there is too much to show one by one."""

    tile: TileAddress
    viewer: Viewer
    parameters: Mapping[str, Any]
    rough: bool = False

    def sql(self, **more: Any) -> dict[str, Any]:
        """Named parameters for a tile's SQL: z, x, y, rough and what the layer adds."""
        t = self.tile
        return {"z": t.z, "x": t.x, "y": t.y, "rough": self.rough, **self.parameters, **more}


def everybody(viewer: Viewer) -> str:
    return "public"


@dataclass(frozen=True)
class Layer:
    """`name` is the layer's id in TileJSON, in the style and inside the tile.

    `build` gives the bytes of the MVT layer (empty: nothing there). `audience` names all viewers
    who see the same tile; anything but "public" is never cached outside. `data` names the versions
    (see `tiles.queries.versions`) that change when the layer's data change. `parameters` maps the
    query parameters that are accepted to functions that validate them (raising ValueError).

    `roughly`: whether `build` knows how to obey `rough`; `crowded` says before it whether it must.
    `daily`: what is shown changes with the day. `stale_seconds`: how long a browser may show a public
    tile of before while it asks for a new one. `bounds`: west, south, east, north in degrees.
    """

    name: str
    title: Any
    geometry: Literal["point", "line", "polygon", "mixed"]
    fields: Mapping[str, str]
    min_zoom: int
    max_zoom: int
    build: Callable[[TileRequest], bytes]
    data: tuple[str, ...]
    audience: Callable[[Viewer], str] = everybody
    parameters: Mapping[str, Callable[[str], Any]] = field(default_factory=dict)
    promote_id: str | None = None
    schema: int = 1
    description: Any = ""
    roughly: bool = False
    crowded: Callable[[TileRequest], bool] | None = None
    daily: bool = False
    stale_seconds: int = 600
    bounds: Callable[[], tuple[float, float, float, float] | None] | None = None

    def cache_key(self, request: TileRequest) -> str:
        """The same for two requests only if the tile is the same for both, as long as the data are."""
        t = request.tile
        filters = "&".join(
            f"{k}={request.parameters[k]}"
            for k in sorted(request.parameters)
            if k in self.parameters
        )
        day = timezone.localdate() if self.daily else ""
        who = self.audience(request.viewer)
        return f"{self.name}:{self.schema}:{who}:{day}:{t.z}/{t.x}/{t.y}?{filters}"

    def covers(self, zoom: int) -> bool:
        return self.min_zoom <= zoom <= self.max_zoom


def bounds_of(layers: Sequence[Layer]) -> tuple[float, float, float, float] | None:
    """Where there is something of these layers (degrees, west, south, east, north), if they know."""
    known = [box for layer in layers if layer.bounds is not None and (box := layer.bounds())]
    if not known:
        return None
    west, south, east, north = zip(*known, strict=True)
    return min(west), min(south), max(east), max(north)
