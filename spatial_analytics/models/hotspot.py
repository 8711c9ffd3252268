"""Forecasts as they were written, with the measurement that came with them."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField


class HotspotRun(models.Model):
    """One forecast of one week: what it was learned from, how, and how good the method measured."""

    created_at = models.DateTimeField()
    data_from = models.DateField(help_text="First day learned from.")
    data_to = models.DateField(help_text="Last day learned from.")
    horizon_start = models.DateField(help_text="First of the seven days forecast.")
    resolution = models.PositiveSmallIntegerField()
    type_group_id = models.BigIntegerField(null=True, help_text="Empty: all types.")
    method = models.CharField(max_length=40)
    code_version = models.CharField(max_length=20)
    scores = models.JSONField(default=dict)
    notices = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["type_group_id", "-created_at"], name="hotspotrun_latest")]

    def __str__(self) -> str:
        return f"{self.horizon_start} ({self.method})"


class HotspotCell(models.Model):
    """Expected cases of one cell in the next one, two or four weeks: mean, chances, 90 % bounds."""

    run = models.ForeignKey(HotspotRun, models.CASCADE, related_name="cells")
    weeks = models.PositiveSmallIntegerField(db_default=1, help_text="Length of the time forecast.")
    h3 = models.BigIntegerField()
    expected = models.FloatField()
    usual = models.FloatField(db_default=0.0, help_text="What its long mean would expect.")
    p_any = models.FloatField()
    p_unusual = models.FloatField(
        db_default=0.0, help_text="Chance to reach what the usual level reaches once in forty."
    )
    lower = models.PositiveIntegerField()
    upper = models.PositiveIntegerField()
    rank_share = models.FloatField(
        help_text="Place among all cells by expected count: 0.05 is the edge of the best 5 %."
    )

    distinct = models.FloatField(
        db_default=0.0, help_text="Expected, counting what is reported again within a week once."
    )
    dwellings = models.FloatField(null=True, help_text="Of the register, in the cell.")
    happened = models.PositiveIntegerField(
        null=True, help_text="Cases that came, once that time is over."
    )

    emerging = models.CharField(
        max_length=14, blank=True, db_default="", help_text="Class of emerging hot spot, if any."
    )
    because = models.JSONField(null=True, help_text="Factors that make up the expected count.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "weeks", "h3"], name="hotspotcell_once")
        ]

    def __str__(self) -> str:
        return f"{self.h3:x}: {self.expected:.2f}"


class HotspotArea(models.Model):
    """Neighbouring cells with many expected cases, as a place with a name."""

    run = models.ForeignKey(HotspotRun, models.CASCADE, related_name="areas")
    rank = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    geom = models.MultiPolygonField(srid=4326)
    cells = ArrayField(models.BigIntegerField())
    expected = models.FloatField()
    usual = models.FloatField()
    trend = models.FloatField(help_text="Last 4 weeks against the 13 before, as a factor.")
    types = models.JSONField(default=list, help_text="Most frequent types of a year: id and share.")
    streets = ArrayField(models.CharField(max_length=200), default=list)
    buildings = models.PositiveIntegerField(default=0)
    neighbourhood = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "rank"], name="hotspotarea_once")]

    def __str__(self) -> str:
        return f"{self.rank}. {self.name}"
