"""`vip manage warm_tiles`: puts the tiles into the cache that most people will look at first."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from accounts.rules.viewer import ANONYMOUS
from addresses.queries.door_tiles import tiles_with_doors
from tiles.actions.serve import look, serve
from tiles.layers import TileRequest, UnknownLayer, all_layers, layer_named
from tiles.queries.bounded import Overloaded
from tiles.rules.grid import TileAddress

_ZOOM = 14  # of the tiles that are counted


class Command(BaseCommand):
    help = (
        "Builds the public's tiles of the places with the most doors, from afar to near. Layers that a"
        " map asks for together are warmed together: by default those of the base map."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        # The base map's layers are those of the register that can be asked for as of a day.
        names = ",".join(name for name, x in all_layers().items() if "as_of" in x.parameters)
        parser.add_argument("--layers", default=names, help="names with commas, as the map asks")
        parser.add_argument("--places", type=int, default=200, help="tiles of zoom 14")
        parser.add_argument("--zooms", default="5-16", help="first-last")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            first, last = map(int, options["zooms"].split("-"))
            layers = [layer_named(name) for name in options["layers"].split(",")]
        except ValueError:
            raise CommandError("--zooms takes the first and the last one: 5-16.") from None
        except UnknownLayer as error:
            raise CommandError(f"There is no layer {str(error)!r}.") from None
        if not 0 <= first <= last <= 18:
            raise CommandError("Zooms lie between 0 and 18.")
        places = [tile for tile, _doors in tiles_with_doors(_ZOOM, options["places"])]
        wanted = list(dict.fromkeys(t for place in places for t in _around(place, first, last)))
        size = refused = 0
        for tile in tqdm(wanted, unit=" tiles", file=sys.stderr, disable=None):
            request = TileRequest(tile, ANONYMOUS, {})
            try:
                size += len(serve(layers, request, look(layers, request)).body)
            except Overloaded:  # whoever looks at it has it built
                refused += 1
        self.stdout.write(
            f"{len(wanted) - refused} tiles of {len(places)} places are in the cache"
            f" ({size / 1e6:.1f} MB); {refused} were left out, for the database was busy."
        )


def _around(place: TileAddress, first: int, last: int) -> Iterator[TileAddress]:
    """The tiles that hold a place, and those within it."""
    for z in range(first, last + 1):
        up, down = max(0, place.z - z), max(0, z - place.z)
        x, y = place.x >> up << down, place.y >> up << down
        for i in range(1 << down):
            for j in range(1 << down):
                yield TileAddress(z, x + i, y + j)
