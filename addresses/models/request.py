"""What somebody says the register lacks or has wrong: numbering tasks and reports of errors."""

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GistIndex
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiClient
from addresses.models.area import Neighbourhood
from addresses.models.change import ChangeSet
from addresses.models.entity import projected


class ChangeRequest(models.Model):
    """A task for GIS staff. It ends with a published change set, or with a reason why not.

    `values` are what is proposed, in public form; `text` is what was written, such as the address
    that the register lacks. `reference` is the sender's own name for it (a case number, a ticket):
    the sender is told when it ends. `token` lets a sender without an account follow it.
    """

    class Kind(models.TextChoices):
        MISSING_ADDRESS = "MISSING_ADDRESS", _("Address missing")
        WRONG_POSITION = "WRONG_POSITION", _("Wrong position")
        WRONG_DATA = "WRONG_DATA", _("Wrong data")
        OBSOLETE = "OBSOLETE", _("No longer there")
        OTHER = "OTHER", _("Other")

    class Source(models.TextChoices):
        CASE = "CASE", _("Case")
        PARTNER = "PARTNER", _("Partner")
        CREW = "CREW", _("Crew")
        STAFF = "STAFF", _("Staff")

    class State(models.TextChoices):
        PENDING = "PENDING", _("Waiting")
        IN_REVIEW = "IN_REVIEW", _("In review")
        PROCESSED = "PROCESSED", _("Processed")
        REJECTED = "REJECTED", _("Rejected")
        EXPIRED = "EXPIRED", _("Expired")

    uid = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    kind = models.CharField(max_length=15, choices=Kind.choices)
    source = models.CharField(max_length=7, choices=Source.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PENDING)
    text = models.TextField(blank=True, default="")
    values = models.JSONField(default=dict)
    entity = models.CharField(max_length=20, blank=True, default="")
    entity_uid = models.UUIDField(null=True)
    entity_version = models.PositiveIntegerField(null=True)
    neighbourhood = models.ForeignKey(
        Neighbourhood, models.PROTECT, null=True, related_name="change_requests"
    )
    geom = models.PointField(srid=4326, null=True)
    geom_m = projected()
    photo = models.ImageField(upload_to="register/requests/", blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    client = models.ForeignKey(
        ApiClient,
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="The program that sent it.",
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reference = models.CharField(max_length=80, blank=True, default="")
    key = models.CharField(max_length=120, unique=True)
    token = models.CharField(max_length=43, unique=True)
    answer = models.TextField(blank=True, default="")
    change_set = models.ForeignKey(
        ChangeSet, models.PROTECT, null=True, related_name="change_requests"
    )
    address_uid = models.UUIDField(null=True, help_text="The address that it turned out to be.")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            GistIndex(fields=["geom_m"], name="change_request_geom_m"),
            models.Index(fields=["state", "created_at"], name="change_request_by_state"),
            models.Index(fields=["source", "reference"], name="change_request_by_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.text[:40]} {self.state}"


class ChangeRequestEvent(models.Model):
    """One step of a request; never changed."""

    request = models.ForeignKey(ChangeRequest, models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=9, choices=ChangeRequest.State.choices)
    note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.request_id} {self.state}"
