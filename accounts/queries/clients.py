"""Which program or person a key or a token belongs to.

What is found is kept by the process for a few seconds (`CONF.known_seconds`): a key that is revoked,
or a right that is taken, is over within that time, in this process at once.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.conf import CONF
from accounts.models import ApiClient, ApiKey, ClientCeiling, ClientKey, ClientToken
from accounts.queries.viewers import drawing_of
from accounts.rules.clients import (
    WITHOUT_CONSENT,
    ClientIdentity,
    ClientPrincipal,
    Limits,
    Networks,
    hidden_of,
    viewer_for,
)
from accounts.rules.viewer import Reach

_PERSON = Limits(CONF.person_per_minute, CONF.person_burst)
_EVERYWHERE = Networks()


@dataclass(frozen=True)
class Known:
    """A living key or token: a program's `principal`, or the `user` that it acts for (a row id)."""

    expires_at: datetime
    key: int
    principal: ClientPrincipal | None = None
    user: int | None = None
    limits: Limits = _PERSON
    networks: Networks = _EVERYWHERE
    token: bool = False  # an access token, not a key

    @property
    def counted_as(self) -> str:
        return f"c{self.principal.client.id}" if self.principal else f"u{self.user}"


_KEPT: dict[str, tuple[float, Known]] = {}


def forget_known() -> None:
    """This process asks the database again."""
    _KEPT.clear()


def known(digest: str, *, now: datetime) -> Known | None:
    """Whose key or token has this digest; None where there is none, or it is over."""
    clock = time.monotonic()
    kept = _KEPT.get(digest)
    if kept is None or kept[0] < clock:
        found = _found(digest, now)
        if found is None:
            _KEPT.pop(digest, None)
            return None
        if len(_KEPT) >= CONF.known_most:
            _KEPT.clear()
        kept = _KEPT[digest] = (clock + CONF.known_seconds, found)
    return kept[1] if kept[1].expires_at > now else None


def living_keys(now: datetime) -> Any:
    """Keys that are neither revoked nor over, of clients and organisations that are active."""
    return ClientKey.objects.filter(
        revoked_at=None, expires_at__gt=now, client__active=True, client__organisation__active=True
    )


@dataclass(frozen=True)
class Ceiling:
    """What an organisation's clients may have at most."""

    scopes: frozenset[str]
    limits: Limits


def ceiling_of(organisation: int) -> Ceiling:
    row = ClientCeiling.objects.filter(pk=organisation).first()
    if row is None:
        return Ceiling(WITHOUT_CONSENT, Limits(CONF.rate_per_minute, CONF.burst, CONF.daily_quota))
    scopes = WITHOUT_CONSENT | frozenset(row.scopes)
    return Ceiling(scopes, Limits(row.rate_per_minute, row.burst, row.daily_quota))


def identity_of(client: ApiClient, scopes: Iterable[str]) -> ClientIdentity:
    """A client with these of its scopes."""
    return ClientIdentity(
        id=client.pk,
        uid=str(client.uid),
        name=client.name,
        organisation=client.organisation_id,
        organisation_code=client.organisation.code,
        scopes=frozenset(scopes),
        reach=Reach(
            districts=frozenset(client.districts),
            neighbourhoods=frozenset(client.neighbourhoods),
            drawn=client.pk if client.area else None,
            of_client=client.area is not None,
            drawing=drawing_of(client.area),
        ),
        hidden=hidden_of(client.hidden_fields),
    )


def effective(client: int) -> ClientPrincipal | None:
    """A client (its row id) with today's rights, without a key; None for one that is switched off."""
    row = (
        ApiClient.objects.filter(pk=client, active=True, organisation__active=True)
        .select_related("organisation")
        .first()
    )
    if row is None:
        return None
    scopes = frozenset(row.scopes) & ceiling_of(row.organisation_id).scopes
    identity = identity_of(row, scopes)
    return ClientPrincipal(identity, viewer_for(identity))


def _found(digest: str, now: datetime) -> Known | None:
    """Three look-ups at most; the same work for what is over as for what never was."""
    key = living_keys(now).filter(digest=digest).select_related("client__organisation").first()
    if key is not None:
        return _of_client(key, key.client.scopes, key.expires_at)
    person = ApiKey.objects.filter(
        Q(digest=digest, revoked_at=None, expires_at__gt=now, user__is_active=True)
    ).first()
    if person is not None:
        return Known(person.expires_at, person.pk, user=person.user_id)
    token = (
        ClientToken.objects.filter(digest=digest, expires_at__gt=now, key__in=living_keys(now))
        .select_related("key__client__organisation")
        .first()
    )
    if token is None:
        return None
    scopes = set(token.scopes) & set(token.key.client.scopes)
    until = min(token.expires_at, token.key.expires_at)
    return _of_client(token.key, scopes, until, token=True)


def _of_client(
    key: ClientKey, scopes: Iterable[str], until: datetime, *, token: bool = False
) -> Known:
    client = key.client
    most = ceiling_of(client.organisation_id)
    identity = identity_of(client, frozenset(scopes) & most.scopes)
    return Known(
        until,
        key.pk,
        principal=ClientPrincipal(identity, viewer_for(identity)),
        limits=Limits(
            min(client.rate_per_minute, most.limits.per_minute),
            min(client.burst, most.limits.burst),
            min(client.daily_quota, most.limits.per_day),
        ),
        networks=Networks.of(client.networks),
        token=token,
    )
