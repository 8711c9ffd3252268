"""Files that GDAL reads: GeoPackage, GeoJSON, shapefile, OpenStreetMap."""

from collections.abc import Iterator

import numpy as np
import pyogrio
import shapely
from django.utils.translation import gettext as _
from pyogrio.errors import DataLayerError, DataSourceError

from addresses.exchange.errors import ImportRefused
from addresses.exchange.files import SourceFile
from addresses.exchange.tabular import BATCH, Batch, Table, as_text, first_line


def open_vector(source: SourceFile, layer: str) -> Table:
    """One layer of a file that GDAL reads ("*" for the first). Refuses what cannot be read."""
    path = str(source.path)
    try:
        layers = [str(name) for name, _kind in pyogrio.list_layers(path)]
        chosen = layers[0] if layer in ("", "*") and layers else layer
        if chosen not in layers:
            raise ImportRefused(
                "layer",
                _("there is no layer %(name)s; the file has %(names)s.")
                % {"name": layer, "names": ", ".join(layers)},
            )
        info = pyogrio.read_info(path, layer=chosen)
    except (DataSourceError, DataLayerError) as error:
        raise ImportRefused("file", first_line(error)) from error
    if info.get("driver", source.format) != source.format:
        raise ImportRefused("file", _("it is a %s file.") % info["driver"])
    rows = int(info["features"])
    return Table(
        names=tuple(str(name) for name in info["fields"]),
        crs=str(info["crs"] or ""),
        rows=rows if rows >= 0 else None,
        batches=_batches(path, chosen),
    )


def _batches(path: str, layer: str) -> Iterator[Batch]:
    first = 1
    try:
        with pyogrio.open_arrow(path, layer=layer, batch_size=BATCH, use_pyarrow=True) as opened:
            meta, reader = opened
            geometry_name = meta["geometry_name"] or "wkb_geometry"
            for record in reader:
                columns = {
                    name: as_text(record.column(i).to_pylist())
                    for i, name in enumerate(record.schema.names)
                    if name != geometry_name
                }
                wkb = record.column(record.schema.names.index(geometry_name)).to_pylist()
                geometry = shapely.from_wkb(np.array(wkb, dtype=object), on_invalid="ignore")
                yield Batch(first, columns, geometry)
                first += record.num_rows
    except (DataSourceError, DataLayerError, RuntimeError) as error:
        raise ImportRefused("file", first_line(error)) from error
