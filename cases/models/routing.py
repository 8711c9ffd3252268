"""Who is responsible: ordered rules as data, and each decision with its reasons."""

from django.db import models
from django.utils import timezone

from accounts.models import Department
from addresses.models import District, Neighbourhood
from cases.models.case import Case
from cases.models.catalogue import Channel, RequestType, RequestTypeGroup


class RoutingRule(models.Model):
    """First match wins, by `position`. An empty condition matches everything."""

    position = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=160)
    request_type = models.ForeignKey(RequestType, models.CASCADE, null=True, blank=True)
    group = models.ForeignKey(RequestTypeGroup, models.CASCADE, null=True, blank=True)
    district = models.ForeignKey(District, models.CASCADE, null=True, blank=True)
    neighbourhood = models.ForeignKey(Neighbourhood, models.CASCADE, null=True, blank=True)
    channel = models.ForeignKey(Channel, models.CASCADE, null=True, blank=True)
    department = models.ForeignKey(Department, models.CASCADE)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.position} {self.name}"


class RoutingDecision(models.Model):
    case = models.ForeignKey(Case, models.CASCADE, related_name="decisions")
    rule = models.ForeignKey(RoutingRule, models.SET_NULL, null=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True)
    explanation = models.JSONField(help_text="Rule, facts, distance to the boundary, alternatives.")
    ambiguous = models.BooleanField(default=False)
    decided_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.case_id} → {self.department_id}"
