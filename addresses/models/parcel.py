"""Cadastral parcels."""

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex

from addresses.models.area import Neighbourhood
from addresses.models.entity import Entity, Status, identifiers_index, projected


class Parcel(Entity):
    neighbourhood = models.ForeignKey(Neighbourhood, models.PROTECT, related_name="parcels")
    cadastral_block = models.CharField(max_length=20)
    number = models.CharField(max_length=40)
    map_sheet = models.CharField(max_length=60, blank=True, db_default="")
    code = models.CharField(max_length=20, blank=True, db_default="")
    geom = models.MultiPolygonField(srid=4326, null=True)
    geom_m = projected()

    class Meta(Entity.Meta):
        indexes = [
            GistIndex(fields=["geom_m"], name="parcel_geom_m"),
            models.Index(fields=["code"], name="parcel_code", condition=~models.Q(code="")),
            identifiers_index("parcel"),
        ]
        constraints = [
            *Entity.Meta.constraints,
            models.UniqueConstraint(
                fields=["neighbourhood", "cadastral_block", "number"],
                name="parcel_number_once",
                condition=models.Q(status=Status.ACTIVE),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cadastral_block}/{self.number}"
