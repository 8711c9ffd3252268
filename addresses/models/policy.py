"""How this city runs its register: set by administrators, one row each."""

from django.db import models

from accounts.models import Organisation
from addresses.models.area import District, Neighbourhood


class RegisterPolicy(models.Model):
    """One row. Without it the defaults below hold."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    four_eyes = models.BooleanField(
        default=True, help_text="Nobody reviews or publishes their own change."
    )
    feed_days = models.PositiveIntegerField(
        default=400,
        help_text="How long the change feed goes back before it asks for a new extract.",
    )
    accept_new_share = models.FloatField(
        default=0.05, help_text="A scheduled import with a larger share of new rows is reviewed."
    )
    accept_changed_share = models.FloatField(default=0.05)
    accept_vanished_share = models.FloatField(default=0.005)

    class Meta:
        verbose_name_plural = "register policies"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="register_policy_is_one_row")
        ]

    def __str__(self) -> str:
        return "Register policy"


class EditingArea(models.Model):
    """Where the members of a body may edit. A metropolitan body without any edits everywhere."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="editing_areas")
    district = models.ForeignKey(District, models.CASCADE, null=True, blank=True, related_name="+")
    neighbourhood = models.ForeignKey(
        Neighbourhood, models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="editing_area_is_one_area",
                condition=models.Q(district__isnull=False, neighbourhood__isnull=True)
                | models.Q(district__isnull=True, neighbourhood__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["organisation", "district", "neighbourhood"],
                name="editing_area_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.district or self.neighbourhood}"
