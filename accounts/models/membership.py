"""Who belongs where, in which role."""

from django.conf import settings
from django.db import models

from accounts.models.organisation import Department, Organisation


class Membership(models.Model):
    class Role(models.TextChoices):
        AGENT = "AGENT"
        COORDINATOR = "COORDINATOR"
        CREW = "CREW"
        GIS_VIEWER = "GIS_VIEWER"
        GIS_EDITOR = "GIS_EDITOR"
        GIS_REVIEWER = "GIS_REVIEWER"
        GIS_PUBLISHER = "GIS_PUBLISHER"
        MANAGER = "MANAGER"
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
    role = models.CharField(max_length=14, choices=Role.choices)

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
