"""The bodies that are responsible, and how they are divided."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Organisation(models.Model):
    class Kind(models.TextChoices):
        METROPOLITAN = "METROPOLITAN"
        DISTRICT = "DISTRICT"
        UTILITY = "UTILITY"
        COMPANY = "COMPANY"

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    class Sharing(models.TextChoices):
        BY_HAND = "BY_HAND"
        ROUND_ROBIN = "ROUND_ROBIN"
        LEAST_LOAD = "LEAST_LOAD"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="departments")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    code = models.SlugField(max_length=60)
    name = models.CharField(max_length=160)
    active = models.BooleanField(default=True)
    sharing = models.CharField(
        max_length=12,
        choices=Sharing.choices,
        default=Sharing.BY_HAND,
        db_default=Sharing.BY_HAND,
        help_text="How what the department accepts is shared among its crews.",
    )

    class Meta:
        ordering = ["organisation__name", "name"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="department_code_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.name}"


class Crew(models.Model):
    department = models.ForeignKey(Department, models.PROTECT, related_name="crews")
    name = models.CharField(max_length=120)
    active = models.BooleanField(default=True)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="crews",
        help_text="Who works what is planned for it; their role comes from a membership.",
    )
    last_given_at = models.DateTimeField(
        null=True, editable=False, help_text="When it last got its turn."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["department", "name"], name="crew_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class CrewEvent(models.Model):
    """What became of a crew, and who was in it, by whom. Appended, never changed."""

    class Kind(models.TextChoices):
        MADE = "MADE"
        CHANGED = "CHANGED"
        ENDED = "ENDED"
        RESUMED = "RESUMED"

    kind = models.CharField(max_length=7, choices=Kind.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    crew = models.ForeignKey(Crew, models.PROTECT, related_name="events")
    before = models.JSONField(default=dict, help_text="Name and members; {} when it is new.")
    after = models.JSONField(default=dict, help_text="Name and members, as row ids.")

    class Meta:
        indexes = [models.Index(fields=["crew", "-at"], name="crew_event_recent")]

    def __str__(self) -> str:
        return f"{self.kind} {self.crew_id}"
