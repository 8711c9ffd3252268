"""Streets, their names in time, and their two sides: the side owns neighbourhood and code."""

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GistIndex

from addresses.models.area import District, Neighbourhood
from addresses.models.entity import LIVING, Entity, period, projected


class Street(Entity):
    class Kind(models.TextChoices):
        SQUARE = "SQUARE"  # meydan
        BOULEVARD = "BOULEVARD"  # bulvar
        AVENUE = "AVENUE"  # cadde
        STREET = "STREET"  # sokak
        CLUSTER = "CLUSTER"  # küme evler
        VILLAGE_STREET = "VILLAGE_STREET"  # köy sokağı
        OTHER = "OTHER"

    district = models.ForeignKey(District, models.PROTECT, related_name="streets")
    name = models.CharField(max_length=160, help_text="With its type word: `10028 Sokak`.")
    name_key = models.CharField(max_length=160, db_index=True)
    kind = models.CharField(max_length=14, choices=Kind.choices, db_default=Kind.STREET)
    geom = models.MultiLineStringField(srid=4326, null=True)
    geom_m = projected()

    class Meta(Entity.Meta):
        indexes = [*Entity.Meta.indexes, GistIndex(fields=["geom_m"], name="street_geom_m")]

    def __str__(self) -> str:
        return self.name


class StreetName(Entity):
    """Other names of a street: all are searched, only the official one is printed.

    When a street is renamed, publishing keeps the old name here, with the day on which it ended.
    The periods of a street's former names never overlap.
    """

    class Kind(models.TextChoices):
        FORMER = "FORMER"
        POPULAR = "POPULAR"

    street = models.ForeignKey(Street, models.PROTECT, related_name="other_names")
    name = models.CharField(max_length=160)
    name_key = models.CharField(max_length=160, db_index=True)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    used_from = models.DateField(null=True, blank=True)
    used_until = models.DateField(null=True, blank=True)

    class Meta(Entity.Meta):
        constraints = [
            *Entity.Meta.constraints,
            ExclusionConstraint(
                name="street_name_one_at_a_time",
                expressions=[
                    ("street", RangeOperators.EQUAL),
                    (period("used_from", "used_until"), RangeOperators.OVERLAPS),
                ],
                # Former names of unknown time would all overlap.
                condition=models.Q(
                    kind="FORMER",
                    status__in=LIVING,
                    used_from__isnull=False,
                    used_until__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StreetSide(Entity):
    class Side(models.TextChoices):
        LEFT = "L"
        RIGHT = "R"
        BOTH = "B"  # the source does not tell the sides apart

    class Parity(models.TextChoices):
        ODD = "ODD"
        EVEN = "EVEN"
        ANY = "ANY"

    street = models.ForeignKey(Street, models.PROTECT, related_name="sides")
    neighbourhood = models.ForeignKey(Neighbourhood, models.PROTECT, related_name="street_sides")
    side = models.CharField(max_length=1, choices=Side.choices, db_default=Side.BOTH)
    parity = models.CharField(max_length=4, choices=Parity.choices, db_default=Parity.ANY)
    code = models.CharField(
        max_length=20, blank=True, db_default="", help_text="National street code."
    )

    class Meta(Entity.Meta):
        indexes = [*Entity.Meta.indexes, models.Index(fields=["code"], name="side_code")]
        constraints = [
            *Entity.Meta.constraints,
            models.UniqueConstraint(
                fields=["street", "neighbourhood", "side"],
                name="side_once",
                condition=models.Q(status__in=LIVING),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street} ({self.side})"
