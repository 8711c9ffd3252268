"""Shapes that somebody has drawn, as they are sent."""

import shapely
from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import (
    GEOSException,
    GEOSGeometry,
    LineString,
    MultiLineString,
    MultiPolygon,
    Polygon,
)
from django.utils.translation import gettext as _

from addresses.rules.shape_faults import in_words

_MANY: dict[type[GEOSGeometry], type[GEOSGeometry]] = {
    LineString: MultiLineString,
    Polygon: MultiPolygon,
}


def drawn_shape(
    geojson: str, *kinds: type[GEOSGeometry], most: int, otherwise: str
) -> GEOSGeometry:
    """A shape of one of the multiple `kinds` in degrees; one of a single part becomes one of several. Raises
    ValueError with a reason for people: `otherwise`, where it is no such shape, or it has more than `most` points."""
    try:
        shape = GEOSGeometry(geojson, srid=4326)
    except (ValueError, TypeError, GDALException, GEOSException, RuntimeError) as error:
        raise ValueError(otherwise) from error
    if (many := _MANY.get(type(shape))) in kinds and many is not None:
        shape = many(shape, srid=4326)
    if not isinstance(shape, kinds) or shape.empty:
        raise ValueError(otherwise)
    west, south, east, north = shape.extent
    if not (-180 <= west <= east <= 180 and -85 <= south <= north <= 85):
        raise ValueError(_("Its coordinates are not degrees of longitude and latitude."))
    if shape.num_coords > most:
        raise ValueError(_("It has more than %s points.") % most)
    if not shape.valid:
        raise ValueError(in_words(shapely.from_wkb(bytes(shape.wkb))))
    return shape
