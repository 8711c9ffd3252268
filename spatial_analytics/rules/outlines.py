"""Cells as the shape that they cover."""

import h3.api.basic_int as h3
import shapely
import shapely.geometry


def outline(cells: list[int]) -> shapely.MultiPolygon:
    """The shape of cells of one resolution, degrees in EPSG:4326."""
    shape = shapely.geometry.shape(h3.cells_to_h3shape(cells).__geo_interface__)
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon)]
    return shapely.MultiPolygon(parts)
