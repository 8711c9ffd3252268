"""Brings coordinates to EPSG:4326 and notices when they are not what is declared."""

from collections.abc import Callable
from functools import cached_property

import numpy as np
import pyproj
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from pyproj.exceptions import CRSError

from addresses.exchange.errors import ImportRefused

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
# A file is refused when more than this share of a batch lies outside its coordinate system.
_TOO_MANY = 0.5
# Degrees around the area in which a coordinate system is meant to be used.
_MARGIN = 6.0


class Projector:
    """From one declared coordinate system (axis order x, y) to degrees."""

    def __init__(self, declared: str, *, when_missing: str = "", name: str = "") -> None:
        """Refuses a missing or unknown coordinate system. `name` is the file's, for the reason."""
        text = declared or when_missing
        if not text:
            raise ImportRefused(
                "crs",
                _("%s does not say its coordinate system (a shapefile needs its .prj file).")
                % name,
            )
        try:
            self.crs = pyproj.CRS.from_user_input(text)
        except CRSError as error:
            raise ImportRefused("crs", _("unknown coordinate system %s.") % text) from error

    @property
    def label(self) -> str:
        return ":".join(self.crs.to_authority() or (self.crs.name,))

    @cached_property
    def _is_wgs84(self) -> bool:
        return self.crs.to_epsg() == 4326 or self.label == "OGC:CRS84"

    @cached_property
    def _transform(self) -> Callable[..., tuple[Floats, Floats]]:
        return pyproj.Transformer.from_crs(self.crs, "EPSG:4326", always_xy=True).transform

    def lonlat(self, x: Floats, y: Floats) -> tuple[Floats, Floats, Flags]:
        """Longitude, latitude, and which of the points can be in this coordinate system at all.

        Refuses the file when most of them cannot: metres under a declaration of degrees, degrees
        under one of metres, another zone.
        """
        lon, lat = (x, y) if self._is_wgs84 else self._transform(x, y)
        good = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
        area = self.crs.area_of_use
        if area is not None and area.west < area.east:
            good &= (lon >= area.west - _MARGIN) & (lon <= area.east + _MARGIN)
            good &= (lat >= area.south - _MARGIN) & (lat <= area.north + _MARGIN)
        given = np.isfinite(x) & np.isfinite(y)
        wrong = given & ~good
        if given.any() and wrong.sum() > _TOO_MANY * given.sum():
            at = int(np.flatnonzero(wrong)[0])
            raise ImportRefused(
                "crs",
                _("coordinates such as (%(x).6g, %(y).6g) cannot be in the declared %(crs)s.")
                % {"x": x[at], "y": y[at], "crs": self.label},
            )
        return lon, lat, good

    def geometries(self, shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], Flags]:
        """Geometries in degrees, two-dimensional, and which of them are usable."""
        present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        good = present.copy()
        if present.any():
            bounds = shapely.bounds(shapes[present])
            _lon, _lat, low = self.lonlat(bounds[:, 0], bounds[:, 1])
            _lon, _lat, high = self.lonlat(bounds[:, 2], bounds[:, 3])
            good[present] = low & high
        flat = shapely.force_2d(shapes)
        if not self._is_wgs84 and good.any():
            flat[good] = self._moved(flat[good])
        return flat, good

    def _moved(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        def move(xy: Floats) -> Floats:
            return np.column_stack(self._transform(xy[:, 0], xy[:, 1]))

        return np.asarray(shapely.transform(shapes, move), dtype=object)
