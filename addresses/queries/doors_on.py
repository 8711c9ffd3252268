"""The doors of a day, for a paginator."""

from datetime import date
from typing import Any

from django.contrib.gis.geos import GEOSGeometry

from addresses.models import Address, Neighbourhood, Street, StreetSide
from core.queries import sql

Box = tuple[float, float, float, float]


class DoorsOn:
    """Doors in force on a day, under the names of that day. `box` is west, south, east, north in
    degrees. They are made for reading: nothing of them is stored."""

    def __init__(self, day: date, box: Box | None) -> None:
        names = ("west", "south", "east", "north")
        self._asked = {"as_of": day, **dict(zip(names, box or (None,) * 4, strict=True))}

    def count(self) -> int:
        return int(sql.value("addresses", "doors_on_count", self._asked))

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[Address]:
        page = {"past": part.start, "most": part.stop - part.start}
        return [_door(row) for row in sql.run("addresses", "doors_on", self._asked | page)]


def _door(row: dict[str, Any]) -> Address:
    side = StreetSide(
        street=Street(name=row["street"] or ""),
        neighbourhood=Neighbourhood(name=row["neighbourhood"] or ""),
    )
    names = ("id", "uid", "number", "suffix", "postcode", "code")
    geometry: Any = GEOSGeometry(memoryview(row["geom"]), srid=4326)
    return Address(side=side, geom=geometry, **{name: row[name] for name in names})
