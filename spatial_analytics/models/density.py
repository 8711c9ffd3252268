"""What the density map counts from, beside the two tables of counts (migration `0002_density_counts`):
`spatial_analytics_densityday` and `spatial_analytics_densityrollup` are read and written by SQL alone.
"""

from django.contrib.gis.db.models import PolygonField
from django.db import models


class DensityChange(models.Model):
    """A case that is counted from now on, or no longer, in the tables of counts.

    Written by triggers on the cases, in the transaction of the change itself; deleted when it is folded
    into the counts. Rows are only appended, so that two who open cases never wait for each other.
    """

    opened_at = models.DateTimeField()
    cell = models.BigIntegerField(help_text="H3 cell of resolution 10.")
    request_type_id = models.IntegerField(help_text="0: not known.")
    organisation_id = models.IntegerField(help_text="0: none.")
    channel_id = models.IntegerField()
    district_id = models.IntegerField(help_text="0: not known.")
    neighbourhood_id = models.IntegerField(help_text="0: not known.")
    public = models.BooleanField()
    n = models.SmallIntegerField(help_text="1: counted from now on; -1: no longer.")

    class Meta:
        # A reader looks up what lies on a tile; without it he would read what a fold has left behind.
        indexes = [models.Index(fields=["cell"], name="densitychange_cell")]

    def __str__(self) -> str:
        return f"{self.cell:x} {self.n:+d}"


class Hexagon(models.Model):
    """The outline of a cell, for those that have a count."""

    cell = models.BigIntegerField(primary_key=True)
    geom_m = PolygonField(srid=3857, spatial_index=False)

    def __str__(self) -> str:
        return f"{self.cell:x}"


class CellHomes(models.Model):
    """Residents and dwellings of a part of a cell: that which lies in one neighbourhood. The residents
    of the neighbourhood are spread evenly over its dwellings."""

    resolution = models.PositiveSmallIntegerField()
    cell = models.BigIntegerField()
    district_id = models.BigIntegerField()
    neighbourhood_id = models.BigIntegerField()
    residents = models.FloatField()
    dwellings = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["resolution", "cell"], name="cellhomes_cell")]

    def __str__(self) -> str:
        return f"{self.cell:x}: {self.residents:.0f}"


class AreaMeasure(models.Model):
    """What counts of an area are divided by: dwellings, the residents in them (those of a neighbourhood spread
    evenly over its dwellings), and kilometres of streets within (of a street: its own)."""

    class Level(models.TextChoices):
        DISTRICT = "district"
        NEIGHBOURHOOD = "neighbourhood"
        STREET = "street"

    level = models.CharField(max_length=13, choices=Level.choices)
    area_id = models.BigIntegerField()
    residents = models.FloatField(default=0)
    dwellings = models.FloatField(default=0)
    km = models.FloatField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "area_id"], name="area_measure_once")
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.area_id}"
