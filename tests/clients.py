"""A program of one of the small city's organisations, with a key, for tests."""

from datetime import datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.actions.clients import (
    CeilingTerms,
    ClientTerms,
    create_client,
    issue_client_key,
    set_ceiling,
)
from accounts.models import ApiClient
from accounts.queries.clients import forget_known
from accounts.queries.viewers import viewer_of
from accounts.rules.clients import SCOPES
from tests.factories import City


def make_client(
    city: City, body: str = "a", *, name: str = "Harita", now: datetime | None = None,
    **terms: Any,
) -> tuple[ApiClient, str]:  # fmt: skip
    """A client of a body with every scope unless `terms` say otherwise, and its key."""
    now = now or timezone.now()
    admin = viewer_of(city.people["administrator"])
    forget_known()
    organisation = city.bodies[body].pk
    most = CeilingTerms(scopes=SCOPES, rate_per_minute=6000, burst=1000, daily_quota=1_000_000)
    set_ceiling(organisation=organisation, terms=most, viewer=admin, now=now)
    said = {"contact": "bt@example.org", "scopes": SCOPES, "burst": 500, "rate_per_minute": 6000}
    row = create_client(
        organisation=organisation, terms=ClientTerms(name=name, **(said | terms)), viewer=admin,
        now=now,
    )  # fmt: skip
    return row, issue_client_key(client=row.pk, days=30, viewer=admin, now=now).key


def program(key: str, **headers: str) -> Client:
    """A client that sends the key, and enforces what a browser's does."""
    return Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {key}"} | headers)
