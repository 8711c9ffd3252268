"""Programs of an organisation: made, changed, their keys issued, rotated and revoked; all is logged.

Who manages the organisation's members manages its clients. Nobody but the city goes beyond what the
city gave the organisation (`ClientCeiling`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.geos import MultiPolygon
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.actions.memberships import may_manage
from accounts.conf import CONF
from accounts.models import ApiClient, ClientCeiling, ClientEvent, ClientKey, Organisation
from accounts.queries.clients import ceiling_of, forget_known
from accounts.rules.api_keys import digest, new_key
from accounts.rules.clients import HIDEABLE, SCOPES, WITHOUT_CONSENT, Networks
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from core.api.problems import InvalidInput

_MOST_HIDDEN = 100


@dataclass(frozen=True)
class ClientTerms:
    """What is said of a client. Areas are row ids and a drawing in EPSG:4326; `networks` are CIDRs."""

    name: str
    contact: str
    scopes: tuple[str, ...] = ()
    districts: tuple[int, ...] = ()
    neighbourhoods: tuple[int, ...] = ()
    area: MultiPolygon | None = None
    hidden_fields: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    rate_per_minute: int = CONF.rate_per_minute
    burst: int = CONF.burst
    daily_quota: int = CONF.daily_quota
    active: bool = True


@dataclass(frozen=True)
class CeilingTerms:
    """What the city gives an organisation."""

    scopes: tuple[str, ...] = field(default_factory=tuple)
    rate_per_minute: int = CONF.rate_per_minute
    burst: int = CONF.burst
    daily_quota: int = CONF.daily_quota


@dataclass(frozen=True)
class Issued:
    """A key that is shown this once, and its row."""

    key: str
    row: ClientKey


@transaction.atomic
def create_client(
    *, organisation: int, terms: ClientTerms, viewer: Viewer, now: datetime
) -> ApiClient:
    """Raises PermissionDenied, and InvalidInput with the fields that are wrong."""
    _check(viewer, organisation)
    # One after the other: the number of clients is counted.
    Organisation.objects.select_for_update().get(pk=organisation)
    if ApiClient.objects.filter(organisation=organisation).count() >= CONF.clients_most:
        raise InvalidInput({"name": [_("The organisation has as many clients as it may have.")]})
    _check_terms(organisation, terms, viewer)
    row = ApiClient(organisation_id=organisation, created_at=now, **_columns(terms))
    _save(row)
    _note(row, ClientEvent.Kind.CREATED, viewer, now, _differences({}, facts_of(row)))
    return row


@transaction.atomic
def change_client(*, client: int, terms: ClientTerms, viewer: Viewer, now: datetime) -> ApiClient:
    """Other terms for a client (its row id). Raises DoesNotExist, and as `create_client`."""
    row = ApiClient.objects.select_for_update(of=("self",)).get(pk=client)
    _check(viewer, row.organisation_id)
    before = facts_of(row)
    _check_terms(row.organisation_id, terms, viewer)
    for name, value in _columns(terms).items():
        setattr(row, name, value)
    _save(row)
    if changed := _differences(before, facts_of(row)):
        _note(row, ClientEvent.Kind.CHANGED, viewer, now, changed)
    transaction.on_commit(forget_known)
    return row


@transaction.atomic
def issue_client_key(*, client: int, days: int, viewer: Viewer, now: datetime) -> Issued:
    """A new key, returned once and kept nowhere. Raises as `create_client`."""
    row = ApiClient.objects.select_for_update(of=("self",)).get(pk=client)
    _check(viewer, row.organisation_id)
    issued = _issue(row, days, now)
    _note(row, ClientEvent.Kind.KEY_ISSUED, viewer, now, {"key": issued.row.last_four})
    return issued


@transaction.atomic
def rotate_key(
    *, client: int, key: int, overlap_days: int, days: int, viewer: Viewer, now: datetime
) -> Issued:
    """A new key; the old one (a row id) lives on for the overlap, or until its own end if that is
    sooner. Without an overlap it ends now. Raises as `create_client`; DoesNotExist for a dead key."""
    row = ApiClient.objects.select_for_update(of=("self",)).get(pk=client)
    _check(viewer, row.organisation_id)
    if not 0 <= overlap_days <= CONF.overlap_days_most:
        words = _("Days from 0 to %s.") % CONF.overlap_days_most
        raise InvalidInput({"overlap_days": [words]})
    old = row.keys.get(pk=key, revoked_at=None, expires_at__gt=now)
    until = min(old.expires_at, now + timedelta(days=overlap_days))
    old.expires_at = until
    old.save(update_fields=["expires_at"])
    issued = _issue(row, days, now)
    facts = {"key": issued.row.last_four, "instead_of": old.last_four, "until": until.isoformat()}
    _note(row, ClientEvent.Kind.KEY_ROTATED, viewer, now, facts)
    transaction.on_commit(forget_known)
    return issued


@transaction.atomic
def revoke_client_key(*, client: int, key: int, viewer: Viewer, now: datetime) -> None:
    """Ends a key (a row id) and its tokens. A second time nothing changes. Raises DoesNotExist."""
    row = ApiClient.objects.select_for_update(of=("self",)).get(pk=client)
    _check(viewer, row.organisation_id)
    one = row.keys.get(pk=key)
    if one.revoked_at is None:
        one.revoked_at = now
        one.save(update_fields=["revoked_at"])
        one.tokens.all().delete()
        _note(row, ClientEvent.Kind.KEY_REVOKED, viewer, now, {"key": one.last_four})
    transaction.on_commit(forget_known)


@transaction.atomic
def set_ceiling(*, organisation: int, terms: CeilingTerms, viewer: Viewer, now: datetime) -> None:
    """What the city gives an organisation; its clients are held to it at once."""
    if not viewer.may(Permission.ADMINISTER):
        raise PermissionDenied
    wrong = _wrong_limits(terms, None)
    if set(terms.scopes) - set(SCOPES):
        wrong["scopes"] = [_("There is no such right.")]
    if wrong:
        raise InvalidInput(wrong)
    values = {f.name: getattr(terms, f.name) for f in fields(terms)}
    values["scopes"] = sorted(set(terms.scopes) | WITHOUT_CONSENT)
    row = ClientCeiling.objects.filter(pk=organisation).first()
    before = {n: getattr(row, n) for n in values} if row else {}
    ClientCeiling.objects.update_or_create(pk=organisation, defaults=values)
    if changed := _differences(before, values):
        ClientEvent.objects.create(
            organisation_id=organisation, kind=ClientEvent.Kind.CEILING, at=now,
            by_id=viewer.user_id, data=changed,
        )  # fmt: skip
    transaction.on_commit(forget_known)


def facts_of(row: ApiClient) -> dict[str, Any]:
    """A client as the log holds it."""
    names = [f.name for f in fields(ClientTerms) if f.name != "area"]
    return {n: getattr(row, n) for n in names} | {"area": row.area.ewkt if row.area else None}


def _check(viewer: Viewer, organisation: int) -> None:
    if viewer.user_id is None or not may_manage(viewer, organisation):
        raise PermissionDenied


def _check_terms(organisation: int, terms: ClientTerms, viewer: Viewer) -> None:
    city = viewer.may(Permission.ADMINISTER)
    most = ceiling_of(organisation)
    wrong = _wrong_limits(terms, None if city else most.limits)
    if not terms.name.strip() or len(terms.name) > 80 or not terms.name.isprintable():
        wrong["name"] = [_("A name of at most 80 characters.")]
    try:
        validate_email(terms.contact)
        if len(terms.contact) > 254:
            raise ValidationError("")
    except ValidationError:
        wrong["contact"] = [_("This is not an e-mail address.")]
    if set(terms.scopes) - set(SCOPES):
        wrong["scopes"] = [_("There is no such right.")]
    elif set(terms.scopes) - most.scopes:
        wrong["scopes"] = [_("The city has not given this right to the organisation.")]
    try:
        if len(terms.networks) > 50:
            raise ValueError
        Networks.of(list(terms.networks))
    except ValueError:
        wrong["networks"] = [_("Networks as 192.0.2.0/24 or 2001:db8::/32, 50 at most.")]
    if any(not _is_field(text) for text in terms.hidden_fields) or (
        len(terms.hidden_fields) > _MOST_HIDDEN
    ):
        wrong["hidden_fields"] = [
            _("Fields as collection.field; of cases: %s.") % ", ".join(sorted(HIDEABLE))
        ]
    if wrong:
        raise InvalidInput(wrong)


def _wrong_limits(terms: ClientTerms | CeilingTerms, most: Any) -> dict[str, list[str]]:
    ends = {
        "rate_per_minute": most.per_minute if most else CONF.rate_most,
        "burst": most.burst if most else CONF.rate_most,
        "daily_quota": most.per_day if most else CONF.quota_most,
    }
    return {
        name: [_("A whole number from 1 to %s.") % end]
        for name, end in ends.items()
        if not 1 <= getattr(terms, name) <= end
    }


def _is_field(text: str) -> bool:
    """Whether a text can name a field of a collection, or all; of cases it must be one that there is."""
    collection, _dot, name = text.rpartition(".")
    if collection == "cases":
        return name == "*" or name in HIDEABLE
    parts = [name, *([collection] if collection else [])]
    return len(text) <= 80 and all(
        part == "*" or (part.isascii() and part.isidentifier()) for part in parts
    )


def _columns(terms: ClientTerms) -> dict[str, Any]:
    values = {f.name: getattr(terms, f.name) for f in fields(terms)}
    lists = ("scopes", "districts", "neighbourhoods", "hidden_fields", "networks")
    return values | {n: sorted(set(values[n])) for n in lists} | {"name": terms.name.strip()}


def _save(row: ApiClient) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        again = _("The organisation has a client of this name already.")
        raise InvalidInput({"name": [again]}) from None


def _issue(row: ApiClient, days: int, now: datetime) -> Issued:
    if not 1 <= days <= CONF.key_days_most:
        raise InvalidInput({"days": [_("A whole number from 1 to %s.") % CONF.key_days_most]})
    if row.keys.filter(revoked_at=None, expires_at__gt=now).count() >= CONF.keys_most:
        raise InvalidInput({"days": [_("Revoke a key first: there are too many.")]})
    key = new_key()
    made = ClientKey.objects.create(
        client=row, digest=digest(key), last_four=key[-4:], created_at=now,
        expires_at=now + timedelta(days=days),
    )  # fmt: skip
    return Issued(key, made)


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    return {n: [before.get(n), v] for n, v in after.items() if before.get(n) != v}


def _note(
    row: ApiClient, kind: str, viewer: Viewer, now: datetime, data: Mapping[str, Any]
) -> None:
    ClientEvent.objects.create(
        organisation_id=row.organisation_id, client=row, kind=kind, at=now,
        by_id=viewer.user_id, data=dict(data),
    )  # fmt: skip
