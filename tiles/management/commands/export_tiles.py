"""`vip manage export_tiles --layers … --zooms 5-14 FILE.pmtiles`: tiles in one file, for any web server."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from tqdm import tqdm

from accounts.models import User
from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import ANONYMOUS
from tiles.actions.export import export_tiles
from tiles.api.tilejson import attribution, vector_layers
from tiles.layers import UnknownLayer, all_layers, everybody, layer_named
from tiles.rules.grid import MAX_ZOOM


class Command(BaseCommand):
    help = "Writes tiles as one PMTiles file. Without --as it holds what the public may see."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--layers", help="names with commas; else all that are the same for all"
        )
        parser.add_argument("--zooms", default="5-14", help="first-last")
        parser.add_argument("--as", dest="user", help="name of the user whose sight it is")
        parser.add_argument("--language", default="tr", choices=["tr", "en"])

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            first, last = map(int, options["zooms"].split("-"))
            names = options["layers"]
            layers = (
                [layer_named(name) for name in dict.fromkeys(names.split(","))]
                if names
                else [layer for layer in all_layers().values() if layer.audience is everybody]
            )
        except ValueError:
            raise CommandError("--zooms takes the first and the last one: 5-14.") from None
        except UnknownLayer as error:
            raise CommandError(f"There is no layer {str(error)!r}.") from None
        if not 0 <= first <= last <= MAX_ZOOM:
            raise CommandError(f"Zooms lie between 0 and {MAX_ZOOM}.")
        if not file.parent.is_dir():
            raise CommandError(f"There is no folder {file.parent}.")
        viewer = ANONYMOUS
        if options["user"]:
            user = User.objects.filter(username=options["user"], is_active=True).first()
            if user is None:
                raise CommandError(f"There is no user {options['user']!r}.")
            viewer = viewer_of(user)
        layers = [x for x in layers if x.min_zoom <= last and x.max_zoom >= first]
        with (
            translation.override(options["language"]),
            tqdm(unit=" tiles", file=sys.stderr, disable=None) as bar,
        ):

            def tell(n: int, of: int) -> None:
                bar.total = of
                bar.update(n - bar.n)

            done = export_tiles(
                file,
                layers,
                first=first,
                last=last,
                name=", ".join(str(layer.title) for layer in layers),
                attribution=attribution(),
                metadata={"vector_layers": vector_layers(layers)},
                viewer=viewer,
                progress=tell,
            )
        size = file.stat().st_size / 1e6
        self.stdout.write(
            f"Written: {file} ({size:.1f} MB): {done.tiles} tiles, {done.rough} of them generalised;"
            f" {done.empty} are empty."
        )
