"""Places that people report by: mosque, school, park, bus stop."""

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex

from addresses.models.area import Neighbourhood
from addresses.models.entity import Entity, projected


class Landmark(Entity):
    neighbourhood = models.ForeignKey(Neighbourhood, models.PROTECT, related_name="landmarks")
    name = models.CharField(max_length=160)
    name_key = models.CharField(max_length=160, db_index=True)
    kind = models.CharField(max_length=40)
    geom = models.PointField(srid=4326)
    geom_m = projected()

    class Meta(Entity.Meta):
        indexes = [*Entity.Meta.indexes, GistIndex(fields=["geom_m"], name="landmark_geom_m")]

    def __str__(self) -> str:
        return self.name
