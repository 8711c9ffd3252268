"""Dashboards that people have arranged."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation


class Dashboard(models.Model):
    """`layout` is what `rules.dashboards.read_layout` reads; `version` grows with every change and
    refuses whoever read an older one. Shared or not, its figures are counted for whoever looks."""

    class Shared(models.TextChoices):
        NOBODY = "NOBODY", _("nobody")
        ORGANISATION = "ORGANISATION", _("an organisation")  # who has a role in `organisation`
        EVERYBODY = "EVERYBODY", _("everybody who sees figures")  # who sees dashboards at all

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="dashboards")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True)
    shared = models.CharField(max_length=12, choices=Shared.choices, default=Shared.NOBODY)
    layout = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(shared="ORGANISATION") | models.Q(organisation__isnull=False),
                name="dashboard_shared_with_whom",
            )
        ]

    def __str__(self) -> str:
        return self.title
