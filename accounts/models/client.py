"""Programs of organisations: what each may do, its keys, its tokens, and what it used."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.utils import timezone

from accounts.conf import CONF
from accounts.models.organisation import Organisation


def _texts(length: int, words: str) -> Any:
    return ArrayField(
        models.CharField(max_length=length), default=list, db_default=models.Value("{}"),
        blank=True, help_text=words,
    )  # fmt: skip


def _ids(words: str) -> Any:
    return ArrayField(
        models.BigIntegerField(), default=list, db_default=models.Value("{}"), blank=True,
        help_text=words,
    )  # fmt: skip


class ClientCeiling(models.Model):
    """What the city gave an organisation: none of its clients goes beyond it. Without a row the
    figures of `accounts.conf` and the scopes that need no consent hold."""

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, primary_key=True, related_name="client_ceiling"
    )
    scopes = _texts(20, "Codes of accounts.rules.clients.")
    rate_per_minute = models.PositiveIntegerField(default=CONF.rate_per_minute)
    burst = models.PositiveIntegerField(default=CONF.burst)
    daily_quota = models.PositiveIntegerField(default=CONF.daily_quota)

    def __str__(self) -> str:
        return f"{self.organisation_id}: {', '.join(self.scopes)}"


class ApiClient(models.Model):
    """A program of an organisation. It acts for nobody: what it sees follows from its organisation,
    its scopes and its reach.

    `districts`, `neighbourhoods` (row ids of a room above this one) and `area` (EPSG:4326) narrow it
    as they narrow a membership. `hidden_fields` are `collection.field`, either of them `*`.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="api_clients")
    name = models.CharField(max_length=80)
    contact = models.EmailField(help_text="Is told before a key expires.")
    scopes = _texts(20, "Codes of accounts.rules.clients.")
    districts = _ids("Only in these districts.")
    neighbourhoods = _ids("Only in these neighbourhoods, besides the districts.")
    area = models.MultiPolygonField(srid=4326, null=True, blank=True)
    hidden_fields = _texts(80, "`collection.field`; `*` is every one.")
    networks = _texts(43, "CIDR; empty: from everywhere.")
    rate_per_minute = models.PositiveIntegerField(default=CONF.rate_per_minute)
    burst = models.PositiveIntegerField(default=CONF.burst)
    daily_quota = models.PositiveIntegerField(default=CONF.daily_quota)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="api_client_name_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.name}"


class ClientKey(models.Model):
    """One key of a client. A digest is kept, and the last four letters to tell keys apart."""

    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="keys")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    last_four = models.CharField(max_length=4, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_on = models.DateField(null=True, editable=False, help_text="The day of its last use.")

    class Meta:
        indexes = [
            models.Index(
                fields=["expires_at"], name="client_key_living",
                condition=models.Q(revoked_at=None),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.client_id} …{self.last_four}"


class ClientToken(models.Model):
    """An access token of OAuth 2.0: it falls with the key that it was got with."""

    key = models.ForeignKey(ClientKey, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = _texts(20, "At most those of the client.")
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key_id} until {self.expires_at}"


class ClientEvent(models.Model):
    """Who did what to a client. Appended, never changed; holds no key."""

    class Kind(models.TextChoices):
        CREATED = "CREATED"
        CHANGED = "CHANGED"
        KEY_ISSUED = "KEY_ISSUED"
        KEY_ROTATED = "KEY_ROTATED"
        KEY_REVOKED = "KEY_REVOKED"
        CEILING = "CEILING"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    client = models.ForeignKey(ApiClient, models.CASCADE, null=True, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    data = models.JSONField(default=dict, help_text="What changed: name → [before, after].")

    class Meta:
        indexes = [models.Index(fields=["organisation", "-at"], name="client_event_recent")]

    def __str__(self) -> str:
        return f"{self.kind} {self.client_id}"


class ClientUsage(models.Model):
    """What a client used on a day (of the city), by group of addresses."""

    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="usage")
    day = models.DateField()
    group = models.CharField(max_length=12)
    requests = models.PositiveBigIntegerField(default=0)
    errors = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    sent_bytes = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "day", "group"], name="client_usage_once")
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.day} {self.group}"


class UsageBatch(models.Model):
    """A batch of counts that has been added: a second time it adds nothing."""

    id = models.UUIDField(primary_key=True)
    added_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.id)
