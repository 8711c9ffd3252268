"""Buildings and the parcels they stand on."""

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex

from addresses.models.area import Neighbourhood
from addresses.models.entity import LIVING, Entity, identifiers_index, projected
from addresses.models.parcel import Parcel


class Building(Entity):
    neighbourhood = models.ForeignKey(Neighbourhood, models.PROTECT, related_name="buildings")
    name = models.CharField(max_length=120, blank=True, db_default="")
    block = models.CharField(max_length=40, blank=True, db_default="")
    use = models.CharField(max_length=40, blank=True, db_default="")
    floors = models.PositiveSmallIntegerField(null=True)
    dwellings = models.PositiveIntegerField(null=True)
    code = models.CharField(max_length=20, blank=True, db_default="")
    geom = models.MultiPolygonField(srid=4326, null=True)
    geom_m = projected()
    parcels = models.ManyToManyField(Parcel, through="BuildingParcel", related_name="buildings")

    class Meta(Entity.Meta):
        indexes = [
            GistIndex(fields=["geom_m"], name="building_geom_m"),
            models.Index(fields=["code"], name="building_code", condition=~models.Q(code="")),
            identifiers_index("building"),
        ]

    def __str__(self) -> str:
        return self.name or self.code or str(self.uid)


class BuildingParcel(Entity):
    """A building stands on this parcel."""

    building = models.ForeignKey(Building, models.PROTECT)
    parcel = models.ForeignKey(Parcel, models.PROTECT)

    class Meta(Entity.Meta):
        constraints = [
            *Entity.Meta.constraints,
            models.UniqueConstraint(
                fields=["building", "parcel"],
                name="building_parcel_once",
                condition=models.Q(status__in=LIVING),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.building_id} on {self.parcel_id}"
