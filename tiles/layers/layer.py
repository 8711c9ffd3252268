"""A layer of vector tiles: what is in it, for whom, how fresh, and who builds a tile of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from accounts.rules.viewer import Viewer
from tiles.rules.grid import TileAddress


@dataclass(frozen=True)
class TileRequest:
    """One tile asked for by one viewer; `parameters` are validated, absent ones are left out."""

    tile: TileAddress
    viewer: Viewer
    parameters: Mapping[str, Any]

    def sql(self, **more: Any) -> dict[str, Any]:
        """Named parameters for a tile's SQL: z, x, y and what the layer adds."""
        return {"z": self.tile.z, "x": self.tile.x, "y": self.tile.y, **self.parameters, **more}


def everybody(viewer: Viewer) -> str:
    return "public"


@dataclass(frozen=True)
class Layer:
    """`name` is the layer's id in TileJSON, in the style and inside the tile.

    `build` gives the bytes of the MVT layer (empty: nothing there). `audience` names all viewers
    who see the same tile; anything but "public" is never cached outside. `data` names the versions
    (see `tiles.queries.versions`) that change when the layer's data change. `parameters` maps the
    query parameters that are accepted to functions that validate them (raising ValueError).
    """

    name: str
    title: Any
    geometry: Literal["point", "line", "polygon"]
    fields: Mapping[str, str]
    min_zoom: int
    max_zoom: int
    build: Callable[[TileRequest], bytes]
    data: tuple[str, ...]
    audience: Callable[[Viewer], str] = everybody
    parameters: Mapping[str, Callable[[str], Any]] = field(default_factory=dict)
    promote_id: str | None = None
    schema: int = 1

    def cache_key(self, request: TileRequest, versions: Mapping[str, str]) -> str:
        """The same for two requests only if the tile is the same for both. `versions` are those of the
        data at this tile."""
        t = request.tile
        filters = "&".join(
            f"{k}={request.parameters[k]}"
            for k in sorted(request.parameters)
            if k in self.parameters
        )
        version = ".".join(versions[name] for name in self.data)
        return f"{self.name}:{self.schema}:{self.audience(request.viewer)}:{version}:{t.z}/{t.x}/{t.y}?{filters}"

    def covers(self, zoom: int) -> bool:
        return self.min_zoom <= zoom <= self.max_zoom
