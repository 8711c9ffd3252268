"""Administrative areas and the office of the neighbourhood head."""

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GistIndex

from addresses.models.entity import LIVING, Entity, period, projected


class Province(Entity):
    name = models.CharField(max_length=80)
    name_key = models.CharField(max_length=80, db_index=True)
    code = models.CharField(max_length=20, blank=True)
    language = models.CharField(
        max_length=5, db_default="tr", help_text="The geocoder's language pack for addresses here."
    )
    geom = models.MultiPolygonField(srid=4326, null=True)
    geom_m = projected()

    class Meta(Entity.Meta):
        indexes = [*Entity.Meta.indexes, GistIndex(fields=["geom_m"], name="province_geom_m")]

    def __str__(self) -> str:
        return self.name


class District(Entity):
    province = models.ForeignKey(Province, models.PROTECT, related_name="districts")
    name = models.CharField(max_length=80)
    name_key = models.CharField(max_length=80, db_index=True)
    code = models.CharField(max_length=20, blank=True)
    population = models.PositiveIntegerField(null=True)
    geom = models.MultiPolygonField(srid=4326, null=True)
    geom_m = projected()

    class Meta(Entity.Meta):
        indexes = [*Entity.Meta.indexes, GistIndex(fields=["geom_m"], name="district_geom_m")]

    def __str__(self) -> str:
        return self.name


class Neighbourhood(Entity):
    class Kind(models.TextChoices):
        URBAN = "URBAN"
        VILLAGE = "VILLAGE"

    district = models.ForeignKey(District, models.PROTECT, related_name="neighbourhoods")
    name = models.CharField(max_length=120)
    name_key = models.CharField(max_length=120, db_index=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, db_default=Kind.URBAN)
    code = models.CharField(max_length=20, blank=True, db_default="")
    postcode = models.CharField(max_length=10, blank=True, db_default="")
    population = models.PositiveIntegerField(null=True)
    geom = models.MultiPolygonField(srid=4326, null=True)
    geom_m = projected()

    class Meta(Entity.Meta):
        indexes = [*Entity.Meta.indexes, GistIndex(fields=["geom_m"], name="neighbourhood_geom_m")]
        constraints = [
            *Entity.Meta.constraints,
            models.UniqueConstraint(
                fields=["code"],
                name="neighbourhood_code_once",
                condition=models.Q(status__in=LIVING) & ~models.Q(code=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class NeighbourhoodHead(Entity):
    """The office held for a period; two periods of one neighbourhood never overlap."""

    neighbourhood = models.ForeignKey(Neighbourhood, models.PROTECT, related_name="heads")
    full_name = models.CharField(max_length=120)
    phone = models.CharField(max_length=20, blank=True, db_default="")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta(Entity.Meta):
        constraints = [
            *Entity.Meta.constraints,
            ExclusionConstraint(
                name="neighbourhood_head_one_at_a_time",
                expressions=[
                    ("neighbourhood", RangeOperators.EQUAL),
                    (period("since", "until"), RangeOperators.OVERLAPS),
                ],
                condition=models.Q(status__in=LIVING),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.neighbourhood})"


class BoundaryShape(models.Model):
    """Areas of one level generalised together for a band of zooms, so that they do not tear."""

    class Level(models.TextChoices):
        PROVINCE = "PROVINCE"
        DISTRICT = "DISTRICT"
        NEIGHBOURHOOD = "NEIGHBOURHOOD"

    level = models.CharField(max_length=13, choices=Level.choices)
    area_id = models.BigIntegerField()
    max_zoom = models.PositiveSmallIntegerField(help_text="Good up to this zoom.")
    geom_m = models.GeometryField(srid=3857, spatial_index=False)
    label_m = models.PointField(srid=3857, spatial_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["level", "area_id", "max_zoom"], name="boundary_shape_once"
            )
        ]
        indexes = [GistIndex(fields=["geom_m"], name="boundary_shape_geom_m")]

    def __str__(self) -> str:
        return f"{self.level} {self.area_id} ≤ z{self.max_zoom}"
