"""Writes the tiles of some layers into one file, which any web server can serve by ranges."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pmtiles.tile import Compression, TileType, tileid_to_zxy, zxy_to_tileid
from pmtiles.writer import Writer

from accounts.rules.viewer import ANONYMOUS, Viewer
from tiles.actions.serve import Tile, build
from tiles.conf import CONF
from tiles.layers import Layer, TileRequest, bounds_of
from tiles.queries.bounded import Overloaded
from tiles.rules.grid import TileAddress
from tiles.rules.matrices import limits

_WORLD = (-180.0, -85.0511, 180.0, 85.0511)


@dataclass
class Exported:
    """`rough` counts tiles with a layer that is generalised to keep the budget."""

    tiles: int = 0
    empty: int = 0
    rough: int = 0


def export_tiles(
    file: Path,
    layers: Sequence[Layer],
    *,
    first: int,
    last: int,
    name: str,
    attribution: str,
    metadata: dict[str, object],
    viewer: Viewer = ANONYMOUS,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Exported:
    """A PMTiles 3 archive of what `viewer` sees, from zoom `first` to `last`; `metadata` stands in it.

    The file is there when it is whole, or not at all. `progress` is told tiles done and all of them.
    Cost: every tile within the layers' bounds is built, past the cache.
    """
    bounds = bounds_of(layers) or _WORLD
    ids = list(_ids(bounds, first, last))
    done = Exported()
    part = file.with_name(file.name + ".part")
    try:
        with part.open("wb") as out:
            writer = Writer(out)
            for n, tile_id in enumerate(ids):
                z, x, y = tileid_to_zxy(tile_id)
                tile = _built(layers, TileRequest(TileAddress(z, x, y), viewer, {}))
                if tile.body:
                    writer.write_tile(tile_id, tile.body)
                    done.tiles += 1
                else:
                    done.empty += 1
                done.rough += bool(tile.rough)
                progress(n + 1, len(ids))
            west, south, east, north = (round(degrees * 10_000_000) for degrees in bounds)
            header = {
                "tile_type": TileType.MVT,
                "tile_compression": Compression.GZIP,
                "min_zoom": first,
                "max_zoom": last,
                "min_lon_e7": west,
                "min_lat_e7": south,
                "max_lon_e7": east,
                "max_lat_e7": north,
                "center_zoom": min(first + 5, last),
                "center_lon_e7": (west + east) // 2,
                "center_lat_e7": (south + north) // 2,
            }
            writer.finalize(header, {"name": name, "attribution": attribution, **metadata})
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return done


def _ids(bounds: tuple[float, float, float, float], first: int, last: int) -> Iterator[int]:
    """In the order of the archive."""
    for limit in limits(bounds, first, last):
        columns = range(limit["minTileCol"], limit["maxTileCol"] + 1)
        rows = range(limit["minTileRow"], limit["maxTileRow"] + 1)
        z = int(limit["tileMatrix"])
        yield from sorted(zxy_to_tileid(z, x, y) for x in columns for y in rows)


def _built(layers: Sequence[Layer], request: TileRequest) -> Tile:
    """What others ask for goes before: it waits for its turn."""
    while True:
        try:
            return build(layers, request)
        except Overloaded:
            time.sleep(CONF.retry_seconds)
