"""Forecasts as they were written, with the measurement that came with them."""

from django.db import models


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
    """Expected cases of one cell in the week: mean, chance of any, 90 % bounds."""

    run = models.ForeignKey(HotspotRun, models.CASCADE, related_name="cells")
    h3 = models.BigIntegerField()
    expected = models.FloatField()
    p_any = models.FloatField()
    lower = models.PositiveIntegerField()
    upper = models.PositiveIntegerField()
    rank_share = models.FloatField(
        help_text="Place among all cells by expected count: 0.05 is the edge of the best 5 %."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "h3"], name="hotspotcell_once")]

    def __str__(self) -> str:
        return f"{self.h3:x}: {self.expected:.2f}"
