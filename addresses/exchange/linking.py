"""Finds the neighbourhood of every row of a batch, by the ways that the mapping allows."""

from functools import cached_property

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from addresses.exchange.cleaning import Cleaner, code
from addresses.exchange.errors import ImportRefused
from addresses.exchange.fields import Reader
from addresses.exchange.mapping import Section
from addresses.exchange.notes import CONFLICT, LINKED
from addresses.exchange.places import Directory
from addresses.exchange.session import Session
from addresses.exchange.shapes import from_database
from addresses.models import District, Neighbourhood
from addresses.models.entity import LIVING

Floats = NDArray[np.float64]
# Fewer points than this prove nothing about a whole file.
_ENOUGH = 20


class PlaceFinder:
    """Neighbourhood ids by code, by name within the district, by polygon, or the constant one.

    A row linked by name although the mapping prefers codes, or by point although it prefers
    either, gets a note; the ordinary way is only counted.
    """

    def __init__(self, session: Session, section: Section, *, entity: str) -> None:
        self.session = session
        self.section = section
        self.entity = entity
        self._clean = Cleaner(session.pack)
        self._districts = Directory(District, session.mapping.source)
        self._neighbourhoods = Directory(Neighbourhood, session.mapping.source)
        self._found: dict[tuple[str | None, ...], tuple[int | None, str]] = {}

    def find(self, reader: Reader, lon: Floats, lat: Floats) -> list[int | None]:
        """One id per row of the batch; points in degrees, NaN where there is none."""
        if "constant" in self.section.link:
            return [self.session.neighbourhood_id] * len(reader.batch)
        codes = reader.values("neighbourhood_code")
        names = reader.values("neighbourhood")
        districts = reader.values("district")
        by_point = self._by_point(lon, lat) if "point" in self.section.link else None
        places: list[int | None] = []
        for i, given in enumerate(zip(codes, names, districts, strict=True)):
            if given not in self._found:
                self._found[given] = self._by_words(*given)
            place, how = self._found[given]
            if place is None and by_point is not None and by_point[i] >= 0:
                place, how = int(by_point[i]), "point"
            if place is not None:
                self.session.summary.linked[f"{self.entity} by {how}"] += 1
                if how != self.section.link[0]:
                    self.session.notes.add(
                        reader.batch.first + i, LINKED, f"by_{how}", field="neighbourhood",
                        detail=names[i] or "", entity=self.entity,
                    )  # fmt: skip
            places.append(place)
        return places

    def _by_words(
        self, number: str | None, name: str | None, district: str | None
    ) -> tuple[int | None, str]:
        for way in self.section.link:
            if way == "code" and number:
                found = self._neighbourhoods.find(code=code(number)[0])
            elif way == "name" and name:
                parent = None
                if district:
                    parent = self._districts.find(name=self._clean.area(district).text).id
                    if parent is None:
                        continue
                found = self._neighbourhoods.find(name=self._clean.area(name).text, parent=parent)
            else:
                continue
            if found.id is not None:
                return found.id, way
        return None, ""

    def _by_point(self, lon: Floats, lat: Floats) -> NDArray[np.int64]:
        """The neighbourhood whose polygon holds the point, -1 where none does."""
        tree, ids = self._areas.tree, self._areas.ids
        places = np.full(len(lon), -1, dtype=np.int64)
        there = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        hits = tree.query(shapely.points(lon[there], lat[there]), predicate="intersects")
        # Of two polygons that share the point the first one imported wins: it is written last.
        places[there[hits[0][::-1]]] = ids[hits[1][::-1]]
        return places

    def contradictions(self, places: list[int | None], lon: Floats, lat: Floats) -> dict[int, str]:
        """Rows of the batch whose point lies outside the polygon of their neighbourhood, with the
        name of the one that it lies in ("" for none).

        Refuses the file when most points lie outside every polygon: another city, or lon and lat
        the wrong way round.
        """
        areas = self._areas
        if not len(areas.ids):
            return {}
        real = self._by_point(lon, lat)
        known = np.array([p in areas.position for p in places], dtype=bool) & np.isfinite(lon)
        nowhere = known & (real < 0)
        if known.sum() >= _ENOUGH and nowhere.sum() > known.sum() / 2:
            at = int(np.flatnonzero(nowhere)[0])
            raise ImportRefused(
                "geometry",
                _(
                    "most points lie outside every neighbourhood, such as (%(lon).6f, %(lat).6f):"
                    " are longitude and latitude the wrong way round?"
                )
                % {"lon": lon[at], "lat": lat[at]},
            )
        given = np.array([-1 if p is None else p for p in places], dtype=np.int64)
        found = {}
        for i in np.flatnonzero(known & (real != given)):
            shape = areas.shapes[areas.position[int(given[i])]]
            if not shapely.intersects_xy(shape, lon[i], lat[i]):
                found[int(i)] = areas.names.get(int(real[i]), "")
        return found

    def note_contradictions(
        self, reader: Reader, places: list[int | None], lon: Floats, lat: Floats
    ) -> None:
        """A conflict for each row whose inner point lies in another neighbourhood than it says."""
        for i, name in self.contradictions(places, lon, lat).items():
            self.session.notes.add(
                reader.batch.first + i, CONFLICT, "outside_polygon", field="geometry", detail=name,
                entity=self.entity,
            )  # fmt: skip

    @cached_property
    def _areas(self) -> "_Areas":
        return _Areas()


class _Areas:
    """Polygons of the living neighbourhoods, prepared for many points."""

    def __init__(self) -> None:
        rows = list(
            Neighbourhood.objects.filter(geom__isnull=False, status__in=LIVING)
            .order_by("id")
            .values_list("id", "geom", "name")
        )
        self.ids = np.array([area_id for area_id, _geom, _name in rows], dtype=np.int64)
        self.names = {area_id: name for area_id, _geom, name in rows}
        self.position = {area_id: i for i, (area_id, _geom, _name) in enumerate(rows)}
        self.shapes = from_database([geom for _id, geom, _name in rows])
        shapely.prepare(self.shapes)
        self.tree = shapely.STRtree(self.shapes)
