"""Addresses (doors) and the units behind them."""

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex

from addresses.models.area import Neighbourhood
from addresses.models.building import Building
from addresses.models.entity import LIVING, Entity, identifiers_index, projected
from addresses.models.parcel import Parcel
from addresses.models.street import StreetSide
from addresses.rules import house_number


class Address(Entity):
    """A door on a street's side. Number and suffix apart, so that 2 < 10 and 14 < 14/A.

    `neighbourhood` is its side's, kept by the database, so that rights, quality and feed know a
    door's area without a join.
    """

    class PointSource(models.TextChoices):
        ENTRANCE = "ENTRANCE"
        BUILDING = "BUILDING"
        PARCEL = "PARCEL"
        INTERPOLATED = "INTERPOLATED"
        UNKNOWN = "UNKNOWN"

    side = models.ForeignKey(StreetSide, models.PROTECT, related_name="addresses")
    neighbourhood = models.ForeignKey(
        Neighbourhood, models.PROTECT, related_name="addresses", editable=False
    )
    building = models.ForeignKey(Building, models.PROTECT, null=True, related_name="addresses")
    parcel = models.ForeignKey(Parcel, models.PROTECT, null=True, related_name="addresses")
    number = models.PositiveIntegerField(help_text="0: the source gives no number.")
    suffix = models.CharField(
        max_length=20, blank=True, db_default="", help_text="`A`, or `1` for 4/1."
    )
    postcode = models.CharField(max_length=10, blank=True, db_default="")
    code = models.CharField(max_length=20, blank=True, db_default="", db_index=True)
    point_source = models.CharField(
        max_length=12, choices=PointSource.choices, db_default=PointSource.UNKNOWN
    )
    geom = models.PointField(srid=4326)
    geom_m = projected()

    class Meta(Entity.Meta):
        indexes = [
            GistIndex(fields=["geom_m"], name="address_geom_m"),
            identifiers_index("address"),
        ]
        constraints = [
            *Entity.Meta.constraints,
            models.UniqueConstraint(
                fields=["side", "number", "suffix"],
                name="address_number_once",
                condition=models.Q(status__in=LIVING),
            ),
        ]

    @property
    def house_number(self) -> str:
        return house_number.written(self.number, self.suffix)

    def __str__(self) -> str:
        return self.house_number


class Unit(Entity):
    """A flat, shop or office: bearer of the ten-digit national address number."""

    address = models.ForeignKey(Address, models.PROTECT, related_name="units")
    neighbourhood = models.ForeignKey(
        Neighbourhood, models.PROTECT, related_name="units", editable=False
    )
    unit_number = models.CharField(max_length=20)
    floor = models.SmallIntegerField(null=True)
    use = models.CharField(max_length=20, blank=True, db_default="")
    code = models.CharField(max_length=20, blank=True, db_default="", db_index=True)

    class Meta(Entity.Meta):
        indexes = [identifiers_index("unit")]

    def __str__(self) -> str:
        return self.unit_number
