"""What the rules of quality found, what was accepted, and how it goes from day to day."""

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex

from addresses.models.area import District, Neighbourhood
from addresses.models.entity import projected


class QualityFinding(models.Model):
    """One rule's finding about one record, or about a pair of them. It is kept when it is resolved.

    `other_id` is the partner of a pair, of the same kind; the larger id is `entity_id` where the two
    are alike. The finding belongs to the first one's neighbourhood, and is looked at again when
    either's changes. `accepted_at` marks an exception: it stays as long as the finding does.
    """

    class Severity(models.TextChoices):
        ERROR = "ERROR"
        WARNING = "WARNING"
        INFO = "INFO"

    rule = models.CharField(max_length=40)
    severity = models.CharField(max_length=7, choices=Severity.choices)
    entity = models.CharField(max_length=20)
    entity_id = models.BigIntegerField()
    entity_uid = models.UUIDField()
    other_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=250, blank=True, default="")
    district = models.ForeignKey(District, models.PROTECT, null=True, related_name="+")
    neighbourhood = models.ForeignKey(Neighbourhood, models.PROTECT, null=True, related_name="+")
    other_neighbourhood = models.ForeignKey(
        Neighbourhood, models.PROTECT, null=True, related_name="+"
    )
    detail = models.JSONField(default=dict)
    geom = models.GeometryField(srid=4326, null=True, spatial_index=False)
    geom_m = projected()
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    accepted_reason = models.CharField(max_length=500, blank=True, default="")
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "entity_id", "other_id"],
                name="quality_finding_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="quality_exception_has_a_reason",
                condition=models.Q(accepted_at__isnull=True) | ~models.Q(accepted_reason=""),
            ),
        ]
        indexes = [
            GistIndex(
                fields=["geom_m"],
                name="quality_finding_geom_m",
                condition=models.Q(resolved_at__isnull=True),
            ),
            models.Index(
                fields=["neighbourhood", "rule"],
                name="quality_open_by_area",
                condition=models.Q(resolved_at__isnull=True),
            ),
            models.Index(fields=["entity_uid"], name="quality_by_record"),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.label}"

    @property
    def state(self) -> str:
        """`open`, `accepted` or `resolved`."""
        if self.resolved_at is not None:
            return "resolved"
        return "accepted" if self.accepted_at is not None else "open"


class QualityNote(models.Model):
    """What people did about a finding: accepted it, took that back, proposed a fix."""

    class Kind(models.TextChoices):
        ACCEPTED = "ACCEPTED"
        WITHDRAWN = "WITHDRAWN"
        FIX_PROPOSED = "FIX_PROPOSED"

    finding = models.ForeignKey(QualityFinding, models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.CharField(max_length=500, blank=True, default="")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.finding_id}"


class QualityCount(models.Model):
    """Open and accepted findings of a rule in a neighbourhood on a day: the trend.

    What is not stored is zero; each rule has a row without a neighbourhood on every counted day.
    """

    day = models.DateField()
    rule = models.CharField(max_length=40)
    neighbourhood = models.ForeignKey(Neighbourhood, models.CASCADE, null=True, related_name="+")
    open = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "rule", "neighbourhood"],
                name="quality_count_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.rule} {self.open}"


class QualityRun(models.Model):
    """One inspection: of some neighbourhoods, or (`whole`) of the register."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    whole = models.BooleanField()
    neighbourhoods = models.JSONField(default=list, help_text="Ids; empty for the whole register.")
    rules = models.JSONField(
        default=dict, help_text="By rule: open, new, resolved, accepted, seconds."
    )

    class Meta:
        indexes = [models.Index(fields=["-started_at"], name="quality_run_by_time")]

    def __str__(self) -> str:
        return f"{self.started_at} {'whole' if self.whole else len(self.neighbourhoods)}"
