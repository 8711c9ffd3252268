"""The feed of cases for other systems: numbered events, and what each left of its case to be seen."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField

from accounts.models import Department
from cases.models.case import Case
from cases.models.catalogue import RequestType


class FeedPending(models.Model):
    """An event that has no number yet: written by a trigger in the event's own transaction, so that
    it is seen when the event is. `event` is a row id of `CaseEvent`."""

    event = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.event)


class FeedCounter(models.Model):
    """One row: the last number, and the oldest from which the feed still goes on."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)
    oldest = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="case_feed_counter_is_one_row")
        ]

    def __str__(self) -> str:
        return str(self.number)


class FeedEvent(models.Model):
    """A numbered event. The columns say whom the case concerned when it got its number; `body` is the
    case as it stood then, without personal data, None when it was anonymised. A row `known` says only
    how the case stood before its first number: it is told to nobody."""

    number = models.PositiveBigIntegerField(primary_key=True)
    case = models.ForeignKey(Case, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=30)
    at = models.DateTimeField()
    body = models.JSONField(null=True)
    organisations = ArrayField(
        models.BigIntegerField(),
        help_text="Responsible, referred to, or owner of what stands there.",
    )
    organisation = models.BigIntegerField(null=True)
    department = models.ForeignKey(
        Department, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    district = models.BigIntegerField(null=True)
    neighbourhood = models.BigIntegerField(null=True)
    request_type = models.ForeignKey(
        RequestType, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    geom = models.PointField(srid=4326, null=True, spatial_index=False)

    class Meta:
        indexes = [
            models.Index(fields=["case", "-number"], name="case_feed_of_case"),
            models.Index(fields=["at"], name="case_feed_at"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"
