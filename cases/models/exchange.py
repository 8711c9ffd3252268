"""Cases that go from one system to another: those that others send us, and those that we send."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Organisation
from cases.models.case import Case
from cases.models.catalogue import ResultCode
from cases.models.event import CaseEvent
from cases.models.referral import Referral
from core.models import EncryptedTextField


class Jurisdiction(models.Model):
    """The name under which others ask for the requests of one organisation."""

    code = models.CharField(max_length=100, unique=True, help_text="Such as altieylul.bel.tr.")
    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="jurisdiction")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class ServicesChange(models.Model):
    """When the services or their definitions were found changed: the changeset of Open311."""

    digest = models.CharField(max_length=64, help_text="SHA-256 of what is offered.")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"


class Received(models.Model):
    """A case that another system opened here, and by what it knows it."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="received")
    sender = models.CharField(max_length=80, help_text="Whose key it came with.")
    account_id = models.CharField(max_length=120, blank=True, help_text="The sender's own mark.")
    token = models.UUIDField(default=uuid.uuid4, unique=True, help_text="Until there is an id.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of everything that was sent.")
    media_url = models.CharField(
        max_length=1000, blank=True, help_text="As it was sent; it is never fetched."
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["sender", "digest", "at"], name="received_again"),
            models.Index(fields=["sender", "account_id"], name="received_account"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} of {self.sender}"


class ReceivedUpdate(models.Model):
    """What its sender told of a case later, each once."""

    received = models.ForeignKey(Received, models.CASCADE, related_name="updates")
    update_id = models.CharField(max_length=120, help_text="The sender's own.")
    event = models.ForeignKey(CaseEvent, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["received", "update_id"], name="received_update_once"
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.received_id}: {self.update_id}"


class Partner(models.Model):
    """An organisation with an Open311 server of its own: what is referred to it goes there."""

    class Form(models.TextChoices):
        JSON = "json"
        XML = "xml"

    class Finds(models.TextChoices):
        """How the other side tells whether a request of ours is there already."""

        ACCOUNT = "ACCOUNT"  # it lists requests by account_id
        DESCRIPTION = "DESCRIPTION"  # its list shows descriptions, and our mark in them
        NOTHING = "NOTHING"

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="partner")
    endpoint = models.CharField(max_length=300, help_text="Without a slash at its end.")
    jurisdiction = models.CharField(max_length=100, blank=True)
    api_key = EncryptedTextField(blank=True)
    form = models.CharField(max_length=4, choices=Form.choices, default=Form.JSON)
    services = models.JSONField(
        default=dict,
        help_text="Request type → service code there; * for all others, * → * as here.",
    )
    repeats = models.BooleanField(
        default=False, help_text="It honours Idempotency-Key: sending twice opens one."
    )
    finds = models.CharField(max_length=12, choices=Finds.choices, default=Finds.NOTHING)
    updates = models.BooleanField(default=False, help_text="It speaks servicerequestupdates.")
    contact = models.BooleanField(default=False, help_text="Reporters' contact data go along.")
    sensitive = models.BooleanField(default=False, help_text="Sensitive types go along.")
    photos = models.BooleanField(default=False, help_text="Photos go along.")
    register = models.BooleanField(default=False, help_text="It has our register's address ids.")
    closed_as = models.ForeignKey(
        ResultCode, models.PROTECT, related_name="+", help_text="What closed there means here."
    )
    active = models.BooleanField(default=False)
    updates_seen_at = models.DateTimeField(
        null=True, help_text="Their updates are read until here."
    )
    asked_at = models.DateTimeField(null=True, help_text="Their updates were last asked for then.")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["organisation__name"]

    def __str__(self) -> str:
        return str(self.organisation)


class Transfer(models.Model):
    """A referred case on its way to a partner. Its state is apart from the case's."""

    class State(models.TextChoices):
        WAITING = "WAITING"  # to be sent at next_at
        SENDING = "SENDING"  # a worker is at it, or died at it
        UNSURE = "UNSURE"  # it may be there or not: a person finds out
        SENT = "SENT"  # taken, without a number so far
        FOLLOWING = "FOLLOWING"  # has a number there
        STUCK = "STUCK"  # refused, or failed too often: a person must act
        DONE = "DONE"

    referral = models.OneToOneField(Referral, models.CASCADE, related_name="transfer")
    case = models.ForeignKey(Case, models.CASCADE, related_name="transfers")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="transfers")
    key = models.UUIDField(default=uuid.uuid4, unique=True, help_text="Idempotency-Key.")
    mark = models.CharField(max_length=40, unique=True, help_text="Our account_id there.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    doubtful = models.BooleanField(
        default=False, help_text="Something was sent and no answer kept: ask before sending again."
    )
    remote_id = models.CharField(max_length=120, blank=True)
    remote_token = models.CharField(max_length=120, blank=True)
    remote_status = models.CharField(max_length=20, blank=True)
    remote_notes = models.TextField(blank=True)
    remote_updated = models.CharField(max_length=40, blank=True)
    told_event = models.BigIntegerField(default=0, help_text="Our events are told until this one.")
    attempts = models.PositiveIntegerField(default=0, help_text="Failures in a row.")
    next_at = models.DateTimeField(null=True, default=timezone.now)
    lease = models.UUIDField(null=True, help_text="Who lost it cannot store anything.")
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"], name="transfer_due", condition=models.Q(next_at__isnull=False)
            ),
            models.Index(fields=["state", "-changed_at"], name="transfer_state"),
            models.Index(fields=["partner", "remote_id"], name="transfer_remote"),
        ]

    def __str__(self) -> str:
        return f"{self.mark} {self.state}"


class TransferStep(models.Model):
    """What was tried with a transfer, and what came of it; appended, never changed."""

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="steps")
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=12)
    good = models.BooleanField()
    detail = models.TextField(blank=True, help_text="Without personal data and keys.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.transfer_id} {self.what}"


class RemoteUpdate(models.Model):
    """What the other side told of a case of ours, each once."""

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="updates")
    update_id = models.CharField(max_length=120)
    event = models.ForeignKey(CaseEvent, models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transfer", "update_id"], name="remote_update_once")
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id}: {self.update_id}"
