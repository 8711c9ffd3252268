"""The bodies that are responsible, and how they are divided."""

from django.db import models


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
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="departments")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    code = models.SlugField(max_length=60)
    name = models.CharField(max_length=160)
    active = models.BooleanField(default=True)

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

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["department", "name"], name="crew_name_once")
        ]

    def __str__(self) -> str:
        return self.name
