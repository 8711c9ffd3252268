"""A street with doors, a parcel and a building, and a draft to change them in."""

from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry

from accounts.queries.viewers import viewer_of
from addresses.actions.drafting import open_draft
from addresses.actions.publication import check, publish_draft, review
from addresses.models import (
    Address,
    Building,
    BuildingParcel,
    ChangeSet,
    Parcel,
    RegisterPolicy,
    Street,
    StreetSide,
)
from tests.factories import METRE_LAT, METRE_LON, NOW, City, close_register, open_register


class Block:
    """A street of 100 m east to west through neighbourhood A, a parcel with a building and doors
    on its north side. Metres are counted from the street's western end."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.west, self.south = city.areas.at(0.3, 0.5)
        open_register()
        area = city.areas.neighbourhoods["A"]
        self.street = Street.objects.create(
            district=city.areas.districts["A"], name="Deneme Sokak", name_key="deneme sokak",
            geom=self.shape("LineString", [(0, 0), (100, 0)]),
        )  # fmt: skip
        self.sides = {
            letter: StreetSide.objects.create(
                street=self.street,
                neighbourhood=area,
                side=letter,
                parity=parity,
                code=f"77{letter}",
            )
            for letter, parity in (("L", "ODD"), ("R", "EVEN"))
        }
        self.parcel = self.plot("101", "4", 10, 70)
        self.building = Building.objects.create(
            neighbourhood=area, name="Çınar Apt.", geom=self.box(20, 10, 60, 30)
        )
        BuildingParcel.objects.create(building=self.building, parcel=self.parcel)
        self.doors = [
            self.door("L", 1, 25, 12, building=self.building, parcel=self.parcel),
            self.door("L", 3, 55, 12, building=self.building, parcel=self.parcel),
            self.door("R", 2, 30, -8),
        ]
        RegisterPolicy.objects.create(four_eyes=False)
        close_register()
        self.viewer = viewer_of(city.people["superuser"])
        self.draft = self.open()

    def open(self) -> ChangeSet:
        return open_draft(viewer=self.viewer, kind="EDIT", title="T", reason="r", now=NOW)

    def at(self, x: float, y: float) -> list[float]:
        return [self.west + x * METRE_LON, self.south + y * METRE_LAT]

    def shape(self, kind: str, corners: Any) -> GEOSGeometry:
        shape = getattr(shapely, kind)([self.at(*c) for c in corners])
        multi = {"LineString": shapely.MultiLineString, "Polygon": shapely.MultiPolygon}[kind]
        return GEOSGeometry(multi([shape]).wkb_hex, srid=4326)

    def box(self, x: float, y: float, x2: float, y2: float) -> GEOSGeometry:
        return self.shape("Polygon", [(x, y), (x2, y), (x2, y2), (x, y2)])

    def plot(self, block: str, number: str, x: float, x2: float) -> Parcel:
        return Parcel.objects.create(
            neighbourhood=self.city.areas.neighbourhoods["A"], cadastral_block=block, number=number,
            geom=self.box(x, 5, x2, 40),
        )  # fmt: skip

    def door(self, side: str, number: int, x: float, y: float, **more: Any) -> Address:
        point = GEOSGeometry(shapely.Point(self.at(x, y)).wkb_hex, srid=4326)
        return Address.objects.create(side=self.sides[side], number=number, geom=point, **more)

    def line(self, *corners: tuple[float, float]) -> dict[str, Any]:
        return {"type": "LineString", "coordinates": [self.at(*c) for c in corners]}

    def publish(self) -> None:
        report = check(self.draft, viewer=self.viewer, now=NOW)
        assert report["problems"] == []
        review(self.draft, viewer=self.viewer, now=NOW)
        publish_draft(self.draft, viewer=self.viewer, now=NOW)


def more(block: Block, make: Any) -> Any:
    """Writes more rows to the register, behind the draft's back."""
    open_register()
    made = make()
    close_register()
    return made
