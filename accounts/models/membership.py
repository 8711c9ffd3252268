"""Who belongs where, in which role."""

from typing import Any

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.utils import timezone

from accounts.models.organisation import Department, Organisation


def _ids(words: str) -> Any:
    return ArrayField(
        models.BigIntegerField(), default=list, db_default=models.Value("{}"), blank=True,
        help_text=words,
    )  # fmt: skip


class Membership(models.Model):
    """A role in a body, or in one of its departments; it may be narrowed to areas and to types.

    Areas and types are row ids of rooms above this one; whoever grants checks them. Without areas it
    holds everywhere, without types for all of them.
    """

    class Role(models.TextChoices):
        AGENT = "AGENT"
        COORDINATOR = "COORDINATOR"
        CREW = "CREW"
        GIS_VIEWER = "GIS_VIEWER"
        GIS_EDITOR = "GIS_EDITOR"
        GIS_REVIEWER = "GIS_REVIEWER"
        GIS_PUBLISHER = "GIS_PUBLISHER"
        MANAGER = "MANAGER"
        NEIGHBOURHOOD_HEAD = "NEIGHBOURHOOD_HEAD"
        ORGANISATION_ADMIN = "ORGANISATION_ADMIN"
        WORKS_PLANNER = "WORKS_PLANNER"
        WORKS_OFFICE = "WORKS_OFFICE"
        DATA_PROTECTION = "DATA_PROTECTION"
        ADMINISTRATOR = "ADMINISTRATOR"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    department = models.ForeignKey(
        Department,
        models.CASCADE,
        null=True,
        blank=True,
        help_text="Empty: the whole organisation.",
    )
    role = models.CharField(max_length=20, choices=Role.choices)
    districts = _ids("Only in these districts.")
    neighbourhoods = _ids("Only in these neighbourhoods, besides the districts.")
    area = models.MultiPolygonField(
        srid=4326, null=True, blank=True, help_text="Only in this drawn area, besides the others."
    )
    type_groups = _ids("Only for these groups of types.")
    types = _ids("Only for these types, besides the groups.")
    sensitive = models.BooleanField(
        default=False, db_default=False, help_text="Cleared for sensitive types."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "department", "role"],
                name="membership_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} @ {self.department or self.organisation}"


class MembershipEvent(models.Model):
    """What was granted to whom, by whom. Appended, never changed."""

    class Kind(models.TextChoices):
        GRANTED = "GRANTED"
        CHANGED = "CHANGED"
        REVOKED = "REVOKED"

    kind = models.CharField(max_length=7, choices=Kind.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    before = models.JSONField(default=dict, help_text="The grant as it was; {} when it is new.")
    after = models.JSONField(default=dict, help_text="As it is; {} when it ended.")

    class Meta:
        indexes = [models.Index(fields=["organisation", "-at"], name="membership_event_recent")]

    def __str__(self) -> str:
        return f"{self.kind} {self.user_id} @ {self.organisation_id}"
