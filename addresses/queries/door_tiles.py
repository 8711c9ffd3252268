"""Where people live, by the tiles of the map."""

from core.queries import sql
from tiles.rules.grid import TileAddress


def tiles_with_doors(zoom: int, most: int) -> list[tuple[TileAddress, int]]:
    """Tiles of a zoom with their number of doors, those with the most first."""
    rows = sql.run("addresses", "door_tiles", {"zoom": zoom, "most": most})
    return [(TileAddress(zoom, r["x"], r["y"]), r["doors"]) for r in rows]
