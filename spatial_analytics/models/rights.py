"""Who may be told which figure, and who looked at figures about persons."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation


class FigureRight(models.Model):
    """What a role may be told instead of what holds by default. Ended, never deleted: it says what was
    told to whom until when."""

    class Finest(models.TextChoices):
        CITY = "", _("the whole city only")
        DISTRICT = "district", _("Districts")
        NEIGHBOURHOOD = "neighbourhood", _("Neighbourhoods")
        STREET = "street", _("Streets")
        CELL = "cell", _("Hexagons")

    class Persons(models.TextChoices):
        NONE = "NONE", _("of nobody")
        OWN = "OWN", _("of the own unit")
        ALL = "ALL", _("of everybody")

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, help_text="Empty: every organisation."
    )
    role = models.CharField(
        max_length=20, choices=Membership.Role.choices, blank=True, help_text="Empty: every role."
    )
    indicators = ArrayField(
        models.CharField(max_length=40), default=list, help_text="Codes; empty: all."
    )
    finest = models.CharField(
        max_length=13, choices=Finest.choices, default=Finest.CELL, blank=True
    )
    persons = models.CharField(max_length=4, choices=Persons.choices, default=Persons.NONE)
    least = models.PositiveSmallIntegerField(
        default=0, help_text="Figures about the acts of fewer people are hidden."
    )
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    granted_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "role"], name="figure_right_once",
                condition=models.Q(ended_at=None), nulls_distinct=False,
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.organisation or '*'} {self.role or '*'}"


class PeopleLook(models.Model):
    """Each look at figures about single members of staff."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    question = models.CharField(max_length=500, help_text="As in the address.")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="peoplelook_newest")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.question}"
