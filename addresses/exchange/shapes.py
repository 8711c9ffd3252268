"""Arrays of geometries: from the database, and with the unusable ones taken out."""

from collections.abc import Sequence

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from numpy.typing import NDArray

Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def keep(shapes: Shapes, flags: Flags | Sequence[bool]) -> Shapes:
    """A copy in which the shapes that are not flagged are None."""
    out: Shapes = np.array(shapes, dtype=object)
    out[~np.asarray(flags, dtype=bool)] = None
    return out


def from_database(geometries: Sequence[GEOSGeometry | None]) -> Shapes:
    """Django's geometries as shapely's; none may be missing."""
    wkb: Shapes = np.empty(len(geometries), dtype=object)
    wkb[:] = [None if geometry is None else bytes(geometry.wkb) for geometry in geometries]
    return np.asarray(shapely.from_wkb(wkb), dtype=object)
