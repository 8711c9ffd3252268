"""A tiny city without a fault, to put one in.

Two neighbourhoods, `A` and `a`, side by side. In each a street runs from west to east with ten doors:
odd numbers on its left (north), even ones on its right, each with parcel, building and a unit.
Places are metres from the middle of `A`, x to the east and y to the north.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.gis.geos import LineString, MultiLineString, MultiPolygon, Point, Polygon
from django.db.models import Model

from addresses.models import (
    Address,
    Building,
    BuildingParcel,
    Landmark,
    Neighbourhood,
    NeighbourhoodHead,
    Parcel,
    Province,
    QualityFinding,
    Street,
    StreetSide,
    Unit,
)
from core.rules.text import key
from tests.factories import METRE_LAT, METRE_LON, NOW, Areas, area_grid

FRONT = 16
TO_THE_EAST = 1000  # from the middle of `A` to that of `a`


@dataclass
class Small:
    areas: Areas
    streets: dict[str, Street] = field(default_factory=dict)
    sides: dict[str, StreetSide] = field(default_factory=dict)  # "AL", "AR", "aL", "aR"
    doors: dict[str, Address] = field(default_factory=dict)  # "A1", "A2" …
    buildings: dict[str, Building] = field(default_factory=dict)
    parcels: dict[str, Parcel] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)

    def lonlat(self, x: float, y: float) -> tuple[float, float]:
        lon, lat = self.areas.at(0.5, 0.5)
        return lon + x * METRE_LON, lat + y * METRE_LAT

    def point(self, x: float, y: float) -> Point:
        return Point(*self.lonlat(x, y), srid=4326)

    def line(self, *places: tuple[float, float]) -> MultiLineString:
        return MultiLineString(LineString([self.lonlat(*p) for p in places]), srid=4326)

    def box(self, x: float, y: float, wide: float, high: float) -> MultiPolygon:
        corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)]
        return self.shape(*corners)

    def shape(self, *corners: tuple[float, float]) -> MultiPolygon:
        return MultiPolygon(Polygon([self.lonlat(*c) for c in corners]), srid=4326)

    def street(self, name: str, area: str, *, y: float = 300, sides: str = "LR") -> Street:
        """One more street of this neighbourhood."""
        shift = TO_THE_EAST if area == "a" else 0
        road = Street.objects.create(
            district=self.areas.districts["A"],
            name=name,
            name_key=key(name),
            geom=self.line((shift - 100, y), (shift + 100, y)),
        )
        for side in sides:
            parity = {"L": "ODD", "R": "EVEN"}.get(side, "ANY")
            StreetSide.objects.create(
                street=road,
                neighbourhood=self.areas.neighbourhoods[area],
                side=side,
                parity=parity,
                code=str(7000 + StreetSide.objects.count()),
            )
        return road

    def door(self, side: StreetSide, number: int, x: float, y: float, **more: Any) -> Address:
        return Address.objects.create(
            side=side, number=number, point_source="ENTRANCE", geom=self.point(x, y), **more
        )


def settled_city() -> Small:
    """The city. Its register is open for writing until the end of the transaction."""
    city = Small(area_grid("Aa"))
    Province.objects.update(language="tr")
    for i, (letter, area) in enumerate(sorted(city.areas.neighbourhoods.items())):
        Neighbourhood.objects.filter(pk=area.pk).update(code=str(100 + i), postcode="10100")
        NeighbourhoodHead.objects.create(
            neighbourhood=area, full_name="Test Head", since=date(2024, 4, 1)
        )
        Landmark.objects.create(
            neighbourhood=area,
            name=f"Park {letter}",
            name_key=f"park {letter.lower()}",
            kind="PARK",
            geom=city.point(TO_THE_EAST * i + 200, 200),
        )
        _settle(city, letter, TO_THE_EAST * i)
    return city


def _settle(city: Small, letter: str, shift: float) -> None:
    area = city.areas.neighbourhoods[letter]
    name = {"A": "Atatürk Caddesi", "a": "Milli Kuvvetler Caddesi"}[letter]
    road = Street.objects.create(
        district=area.district,
        name=name,
        name_key=key(name),
        kind="AVENUE",
        geom=city.line((shift - 100, 0), (shift + 100, 0)),
    )
    city.streets[letter] = road
    for side, parity, north in (("L", "ODD", 1), ("R", "EVEN", -1)):
        row = StreetSide.objects.create(
            street=road, neighbourhood=area, side=side, parity=parity, code=f"{shift + north + 10}"
        )
        city.sides[letter + side] = row
        for i in range(5):
            _door(
                city, letter, row, 2 * i + (1 if side == "L" else 2), shift - 80 + i * FRONT, north
            )


def _door(city: Small, letter: str, side: StreetSide, number: int, x: float, north: int) -> None:
    area, name = side.neighbourhood, f"{letter}{number}"
    parcel = city.parcels[name] = Parcel.objects.create(
        neighbourhood=area,
        cadastral_block="100" if letter == "A" else "200",
        number=str(number),
        geom=city.box(x, 6 if north > 0 else -30, FRONT, 24),
    )
    building = city.buildings[name] = Building.objects.create(
        neighbourhood=area,
        dwellings=2,
        geom=city.box(x + 3, 8 if north > 0 else -18, 10, 10),
    )
    BuildingParcel.objects.create(building=building, parcel=parcel)
    door = city.doors[name] = city.door(
        side,
        number,
        x + FRONT / 2,
        8 * north,
        building=building,
        parcel=parcel,
        postcode="10100",
        code=str(20_000 + Address.objects.count()),
    )
    city.units[name] = Unit.objects.create(
        address=door, unit_number="1", code=str(3_000_000_000 + Unit.objects.count())
    )


def open_findings(**filters: Any) -> list[QualityFinding]:
    return list(QualityFinding.objects.filter(resolved_at__isnull=True, **filters).order_by("pk"))


def the_one(rule: str) -> QualityFinding:
    return QualityFinding.objects.get(rule=rule)


class Clock:
    """A new moment at each call."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def change(row: Model, **values: object) -> None:
    """Writes columns of one record."""
    type(row)._default_manager.filter(pk=row.pk).update(**values)
