"""Changes of records that are proposed as features: each becomes a request, which somebody decides on."""

import json
from typing import Any
from uuid import UUID

import shapely
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.rules.clients import CHANGES_PROPOSE
from accounts.rules.roles import Permission
from addresses.actions.change_requests import KeyReused as Reused
from addresses.actions.change_requests import submit
from addresses.models import ChangeRequest
from addresses.queries.data_model import EntityType, entity
from addresses.queries.geocoding import reverse as place_at
from addresses.queries.record_values import InvalidValues, cleaned
from addresses.queries.records import record
from core.api.problems import InvalidInput
from tiles.features.writes import AnotherVersion, Filed, KeyReused, NoSuchFeature, Proposal, Writes

Kind = ChangeRequest.Kind
# What the database keeps by itself: told, and taken back without a word.
_KEPT = ("uid", "version", "valid_from", "entity")


def writes(name: str) -> Writes:
    """Proposals for a kind of record: of programs with the scope, and of people who see the register."""
    kind = entity(name)
    return Writes(
        CHANGES_PROPOSE,
        lambda viewer: viewer.may(Permission.SEE_REGISTER),
        lambda proposal: _propose(kind, proposal),
    )


def _propose(kind: EntityType, proposal: Proposal) -> Filed:
    body = _present(kind, proposal) if proposal.feature is not None else None
    values = _values(kind, proposal, body) if proposal.sent is not None else {}
    if proposal.sent is not None and body is not None and not values:
        raise InvalidInput({"": [_("Nothing differs from the record.")]})
    try:
        _check_place(kind, cleaned(kind, values, whole=body is None))
        filed = submit(
            kind=_said(kind, proposal, values),
            source="PARTNER",
            viewer=proposal.viewer,
            text=proposal.text or _("Proposed as a feature."),
            values=values,
            entity=kind.name,
            uid=proposal.feature,
            point=_point(values),
            key=proposal.key,
            now=proposal.now,
        )
    except InvalidValues as error:
        raise InvalidInput({_named(k): v for k, v in error.errors.items()}) from None
    except Reused:
        raise KeyReused from None
    path = reverse("register_request_api", args=[filed.token])
    return Filed(path, {"uid": str(filed.uid), "state": filed.state, "kind": filed.kind})


def _check_place(kind: EntityType, values: dict[str, Any]) -> None:
    """Raises InvalidValues for what lies outside the city; of areas that make up the city nobody knows."""
    if values.get("geometry") is None or kind.name in ("province", "district"):
        return
    shape = shapely.from_geojson(json.dumps(values["geometry"]))
    place = shape.representative_point()
    if place_at(place.x, place.y).district_id is None:
        raise InvalidValues({"geometry": [_("The shape lies outside the city.")]})


def _present(kind: EntityType, proposal: Proposal) -> dict[str, Any]:
    try:
        body = record(kind, UUID(str(proposal.feature)))
    except ValueError:
        body = None
    if body is None or body["status"] == "RETIRED":
        raise NoSuchFeature
    if proposal.versions is not None and body["version"] not in proposal.versions:
        raise AnotherVersion
    return body


def _values(kind: EntityType, proposal: Proposal, body: dict[str, Any] | None) -> dict[str, Any]:
    """What a feature says of a record; of one that is there, what it says otherwise."""
    sent = proposal.sent or {}
    derived = {c.name for c in kind.columns if c.derived}
    found = {
        k: v
        for k, v in (sent.get("properties") or {}).items()
        if k not in _KEPT and k not in derived
    }
    if kind.geometry and sent.get("geometry") is not None:
        found["geometry"] = sent["geometry"]
    if body is None:
        return found
    return {k: v for k, v in found.items() if k not in body or body[k] != v}


def _said(kind: EntityType, proposal: Proposal, values: dict[str, Any]) -> str:
    if proposal.sent is None:
        return Kind.OBSOLETE
    if proposal.feature is None:
        return Kind.MISSING_ADDRESS if kind.name == "address" else Kind.OTHER
    return Kind.WRONG_POSITION if set(values) == {"geometry"} else Kind.WRONG_DATA


def _point(values: dict[str, Any]) -> tuple[float, float] | None:
    """Where it is, for the list of requests: that of a point."""
    geometry = values.get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return None
    try:
        lon, lat = map(float, geometry["coordinates"][:2])
    except (KeyError, TypeError, ValueError):
        return None
    return lon, lat


def _named(field: str) -> str:
    return field if field in ("uid", "geometry") else f"properties.{field}"
