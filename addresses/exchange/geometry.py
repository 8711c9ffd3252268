"""The geometry of a batch as the register stores it: points of things, valid outlines."""

import numpy as np
import shapely
from django.utils.translation import gettext as _

from addresses.exchange.errors import ImportRefused
from addresses.exchange.fields import Reader
from addresses.exchange.mapping import Section
from addresses.exchange.notes import REPAIRED
from addresses.exchange.session import Session
from addresses.exchange.shapes import Flags, Floats, Shapes, keep


def points(
    session: Session, section: Section, reader: Reader, kept: list[bool]
) -> tuple[Floats, Floats, Flags]:
    """Longitudes and latitudes in degrees; of an outline, a point inside it. NaN where unusable."""
    projector = session.projector(section)
    if section.lon:
        lon, lat, good = projector.lonlat(*reader.points())
    else:
        raw = reader.shapes()
        if raw is None:
            raise ImportRefused("geometry", _("the mapping names no coordinates."))
        shapes, good = projector.geometries(keep(raw, kept))
        lon, lat = inner_points(shapes)
        good &= np.isfinite(lon)
    return np.where(good, lon, np.nan), np.where(good, lat, np.nan), good


def inner_points(shapes: Shapes) -> tuple[Floats, Floats]:
    """A point inside each shape, NaN without one. A broken outline still has a place."""
    inner = shapely.point_on_surface(shapely.make_valid(shapes))
    return shapely.get_x(inner), shapely.get_y(inner)


def polygons(session: Session, section: Section, reader: Reader, *, entity: str) -> Shapes | None:
    """Valid multipolygons in degrees, None where a row has no usable area; None without geometry.

    A repaired outline gets a note that says what was wrong with it. Lines, points and what lies
    outside the coordinate system become None: the caller rejects the row.
    """
    raw = reader.shapes() if section.has_geometry else None
    if raw is None:
        return None
    shapes, good = session.projector(section).geometries(keep(raw, reader.kept()))
    shapes = keep(shapes, good)
    broken = good & ~shapely.is_valid(shapes)
    reasons = {int(i): str(shapely.is_valid_reason(shapes[i])) for i in np.flatnonzero(broken)}
    shapes[broken] = shapely.make_valid(shapes[broken])
    usable = np.array([_areas_only(shape) for shape in shapes], dtype=object)
    for i, reason in reasons.items():
        if usable[i] is not None:
            session.notes.add(
                reader.batch.first + i, REPAIRED, "invalid_polygon", field="geometry",
                detail=reason, entity=entity,
            )  # fmt: skip
    return usable


def _areas_only(shape: shapely.Geometry | None) -> shapely.MultiPolygon | None:
    """The polygons of a geometry; lines and points that a repair left behind are dropped."""
    if shape is None:
        return None
    parts = shapely.get_parts(shapely.get_parts(shape))
    polygons = [p for p in parts if p.geom_type == "Polygon" and p.area > 0]
    return shapely.MultiPolygon(polygons) if polygons else None
