"""A GML file as a table like any other: one layer for each kind of feature."""

from collections.abc import Iterator
from itertools import chain

import numpy as np
import shapely
from django.utils.translation import gettext as _
from lxml import etree

from addresses.conf import CONF
from addresses.exchange.errors import ImportRefused
from addresses.exchange.files import SourceFile
from addresses.exchange.inspire import features as kinds
from addresses.exchange.inspire import geometry
from addresses.exchange.inspire.features import COLUMNS, COMPONENTS, Component, Row
from addresses.exchange.inspire.names import GML, tag
from addresses.exchange.inspire.reader import child, children, features, text
from addresses.exchange.tabular import BATCH, Batch, Table

_Read = tuple[Row, shapely.Geometry | None, str]


def open_gml(source: SourceFile, layer: str) -> Table:
    """Opens the features called `layer` (`Address`, `ThoroughfareName`, `Building`,
    `CadastralParcel`). Refuses a layer that the file does not have, and a second coordinate system.
    """
    if layer not in COLUMNS:
        raise ImportRefused(
            "layer",
            _("there is no layer %(name)s; the file has %(names)s.")
            % {"name": layer, "names": ", ".join(COLUMNS)},
        )
    batches = _batches(_rows(source, layer), COLUMNS[layer])
    # The coordinate system stands with the geometries: the first batch tells it.
    first = next(batches, None)
    if first is None:
        return Table(COLUMNS[layer], "EPSG:4326", 0, iter(()))
    crs, batch = first
    if layer == "ThoroughfareName":  # names have no place
        crs = "EPSG:4326"
    return Table(COLUMNS[layer], crs, None, chain([batch], (b for _crs, b in batches)))


def _batches(rows: Iterator[_Read], names: tuple[str, ...]) -> Iterator[tuple[str, Batch]]:
    number, crs = 1, ""
    held: list[Row] = []
    shapes: list[shapely.Geometry | None] = []
    for row, shape, used in rows:
        if crs and used and used != crs:
            raise ImportRefused("crs", _("the file has several: %s.") % f"{crs}, {used}")
        crs = crs or used
        held.append(row)
        shapes.append(shape)
        if len(held) == BATCH:
            yield crs, _batch(number, held, shapes, names)
            number, held, shapes = number + BATCH, [], []
    if held:
        yield crs, _batch(number, held, shapes, names)


def _batch(
    number: int, rows: list[Row], shapes: list[shapely.Geometry | None], names: tuple[str, ...]
) -> Batch:
    columns = {name: [row.get(name) for row in rows] for name in names}
    if names is COLUMNS["ThoroughfareName"]:
        return Batch(number, columns)
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    return Batch(number, columns, geometry)


def _rows(source: SourceFile, layer: str) -> Iterator[_Read]:
    """Rows in the order of the file. Addresses need a pass before, for what they refer to."""
    components: dict[str, Component] = {}
    if layer in ("Address", "ThoroughfareName"):
        components = _components(source)
    for feature, declared in features(source, frozenset({layer})):
        if layer == "Address":
            place = child(_position(feature), "GeographicPosition", "geometry")
            yield kinds.address(feature, components), *geometry.read(place, declared)
        elif layer == "ThoroughfareName":
            yield kinds.thoroughfare(feature, components), None, ""
        elif layer == "Building":
            outline = child(feature, "geometry2D", "BuildingGeometry2D", "geometry")
            yield kinds.building(feature), *geometry.read(outline, declared)
        else:
            place = child(feature, "geometry")
            yield kinds.parcel(feature), *geometry.read(place, declared)


def _components(source: SourceFile) -> dict[str, Component]:
    """Every address component by its gml:id."""
    found: dict[str, Component] = {}
    for feature, _declared in features(source, COMPONENTS):
        if len(found) >= CONF.gml_components:
            raise ImportRefused(
                "file", _("it has more than %s address components.") % f"{CONF.gml_components:,}"
            )
        found[feature.get(tag(GML, "id")) or ""] = kinds.component(feature)
    return found


def _position(feature: etree._Element) -> etree._Element | None:
    """The position that the file calls the default one, else the first."""
    positions = list(children(feature, "position"))
    for position in positions:
        if text(position, "GeographicPosition", "default") == "true":
            return position
    return positions[0] if positions else None
