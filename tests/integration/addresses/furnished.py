"""One record of every kind that the geocoder answers, in the imported small city."""

from dataclasses import dataclass

from django.contrib.gis.geos import LineString, MultiLineString, MultiPolygon, Point, Polygon

from addresses.models import Address, Building, Landmark, Neighbourhood, Parcel, Street, Unit
from core.rules.text import key
from tests.factories import open_register


@dataclass
class Furnished:
    door: Address
    unit: Unit
    building: Building
    parcel: Parcel
    landmark: Landmark
    gul: Street
    azerbaycan: Street

    @property
    def area(self) -> Neighbourhood:
        return self.door.neighbourhood


def square(x: float, y: float, size: float = 0.0002) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((x, y, x + size, y + size)))


def furnish() -> Furnished:
    """Writes the records beside the imported city's door 9 of Gül Sokak. Opens a change set."""
    door = Address.objects.get(number=9, side__neighbourhood__code="1", status="ACTIVE")
    gul = door.side.street
    azerbaycan = Street.objects.get(name="Azerbaycan Caddesi")
    open_register()
    for street, line in (
        (gul, ((27.001, 39.005), (27.009, 39.005))),
        (azerbaycan, ((27.003, 39.001), (27.003, 39.009))),
    ):
        Street.objects.filter(pk=street.pk).update(geom=MultiLineString(LineString(*line)))
    building = Building.objects.create(
        neighbourhood=door.neighbourhood, name="Yıldız Sitesi", block="B",
        geom=square(27.0049, 39.0049),
    )  # fmt: skip
    parcel = Parcel.objects.create(
        neighbourhood=door.neighbourhood, cadastral_block="131", number="7",
        geom=square(27.0049, 39.0049, 0.0004),
    )  # fmt: skip
    Address.objects.filter(pk=door.pk).update(building=building, parcel=parcel)
    return Furnished(
        door=door,
        unit=Unit.objects.create(address=door, unit_number="3"),
        building=building,
        parcel=parcel,
        landmark=Landmark.objects.create(
            neighbourhood=door.neighbourhood, name="Zağnos Paşa Camii",
            name_key=key("Zağnos Paşa Camii"), kind="MOSQUE", geom=Point(27.004, 39.0055),
        ),
        gul=gul,
        azerbaycan=azerbaycan,
    )  # fmt: skip
