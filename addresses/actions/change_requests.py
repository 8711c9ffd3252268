"""Requests to change the register: filed, taken, answered."""

import secrets
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.core.files.base import File
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.rules.viewer import ANONYMOUS, Viewer
from addresses.actions.drafting import NotAllowed, NotNow
from addresses.models import Address, ChangeRequest, ChangeRequestEvent, ChangeSet
from addresses.queries.data_model import entity as entity_type
from addresses.queries.geocoding import reverse
from addresses.queries.record_values import InvalidValues, cleaned
from addresses.queries.records import record
from addresses.queries.rights import rights_of
from addresses.queries.where import areas_of_record
from addresses.rules.outcomes import Outcome, ended

State = ChangeRequest.State
OPEN = (State.PENDING, State.IN_REVIEW)
_TEXT_MAX = 2000


class KeyReused(Exception):
    """The key belongs to another request already."""


@transaction.atomic
def submit(
    *,
    kind: str,
    source: str,
    now: datetime,
    viewer: Viewer = ANONYMOUS,
    text: str = "",
    point: tuple[float, float] | None = None,
    values: Mapping[str, Any] | None = None,
    entity: str = "",
    uid: uuid.UUID | str | None = None,
    photo: "File[bytes] | None" = None,
    reference: str = "",
    neighbourhood_id: int | None = None,
    key: str = "",
) -> ChangeRequest:
    """Files a request, or gives the one that was filed under this key already.

    `point` is (lon, lat) in degrees. The photo must be cleaned of its metadata by the caller.
    Raises InvalidValues by field, LookupError for an unknown entity, KeyReused.
    """
    full_key = f"{source}:{viewer.user_id or '-'}:{key or secrets.token_urlsafe(12)}"[:120]
    _wait_for_others(full_key)
    body = None
    known = ChangeRequest.objects.filter(key=full_key).first()
    if known is None:  # a repeated one is answered even if its record is gone since
        body = _present(entity, uid)
    proposed = cleaned(entity_type(entity), values or {}, whole=False) if entity and values else {}
    proposed.pop("name_key", None)
    if known is not None:
        if _content(known) != (kind, text[:_TEXT_MAX], entity, str(uid or ""), proposed, point):
            raise KeyReused
        return known
    request = ChangeRequest(
        kind=ChangeRequest.Kind(kind),
        source=ChangeRequest.Source(source),
        text=text[:_TEXT_MAX],
        values=proposed,
        entity=entity,
        entity_uid=uid,
        entity_version=body["version"] if body else None,
        geom=Point(*point, srid=4326) if point else None,
        author_id=viewer.user_id,
        client_id=viewer.client.id if viewer.client else None,
        reference=reference[:80],
        neighbourhood_id=neighbourhood_id or _area(entity, uid, point),
        key=full_key,
        token=secrets.token_urlsafe(24),
        created_at=now,
        changed_at=now,
    )
    if photo is not None:
        request.photo.save(f"{secrets.token_hex(8)}.jpg", photo, save=False)
    request.save()
    _note(request, viewer, now=now)
    return request


@transaction.atomic
def take(request: ChangeRequest, *, viewer: Viewer, now: datetime) -> ChangeRequest:
    """Somebody of the GIS staff works on it from now on."""
    locked = locked_request(request, viewer)
    locked.state, locked.assignee_id = State.IN_REVIEW, viewer.user_id
    return moved(locked, viewer, now=now)


@transaction.atomic
def process(
    request: ChangeRequest,
    *,
    viewer: Viewer,
    now: datetime,
    answer: str = "",
    change_set: ChangeSet | None = None,
    address_uid: uuid.UUID | str | None = None,
) -> ChangeRequest:
    """Ends it with a published change set, with an address that was there already, or both.

    Whoever filed it is told in the same transaction. Raises NotNow if the set is not published,
    InvalidValues if there is no such address.
    """
    locked = locked_request(request, viewer)
    if change_set is not None and change_set.number is None:
        raise NotNow
    address = None
    if address_uid is not None:
        address = Address.objects.filter(uid=address_uid).first()
        if address is None:
            raise InvalidValues({"address": [_("There is no such record.")]})
    locked.change_set = change_set
    finish(locked, viewer, address=address, answer=answer, now=now)
    return locked


def finish(
    locked: ChangeRequest,
    viewer: Viewer,
    *,
    now: datetime,
    address: Address | None = None,
    answer: str = "",
) -> None:
    """Ends a locked request in the caller's transaction, and tells whoever filed it."""
    locked.state, locked.answer = State.PROCESSED, answer[:_TEXT_MAX]
    locked.address_uid = address.uid if address else None
    moved(locked, viewer, now=now)
    _tell(locked, viewer, address_id=address.pk if address else None, now=now)


@transaction.atomic
def decline(request: ChangeRequest, *, viewer: Viewer, reason: str, now: datetime) -> ChangeRequest:
    """Ends it without a change; the reason goes to whoever filed it."""
    locked = locked_request(request, viewer)
    locked.state, locked.answer = State.REJECTED, reason[:_TEXT_MAX]
    locked.change_set = None  # the draft that it stood in goes its own way
    moved(locked, viewer, now=now)
    _tell(locked, viewer, address_id=None, now=now)
    return locked


def _wait_for_others(key: str) -> None:
    """Of two equal deliveries at once, the second waits and finds the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [key])


def _content(known: ChangeRequest) -> tuple[Any, ...]:
    """What a repetition must agree with."""
    point = known.geom.coords if known.geom else None
    return (
        known.kind, known.text, known.entity, str(known.entity_uid or ""), known.values, point,
    )  # fmt: skip


def _present(entity: str, uid: uuid.UUID | str | None) -> dict[str, Any] | None:
    if not entity:
        return None
    kind = entity_type(entity)
    if not kind.public:
        raise LookupError(entity)
    if uid is None:
        return None
    body = record(kind, uuid.UUID(str(uid)))
    if body is None:
        raise InvalidValues({"uid": [_("There is no such record.")]})
    return body


def _area(entity: str, uid: Any, point: tuple[float, float] | None) -> int | None:
    if entity and uid is not None:
        areas = areas_of_record(entity_type(entity), str(uid))
        if len(areas) == 1:
            return areas.pop()
    return reverse(*point).neighbourhood_id if point else None


def locked_request(request: ChangeRequest, viewer: Viewer) -> ChangeRequest:
    """Open, and in the area of whoever wants to work on it."""
    locked = ChangeRequest.objects.select_for_update().get(pk=request.pk)
    rights = rights_of(viewer)
    if not rights.may_edit(locked.neighbourhood_id):
        raise NotAllowed
    if locked.state not in OPEN:
        raise NotNow
    return locked


def moved(locked: ChangeRequest, viewer: Viewer, *, now: datetime) -> ChangeRequest:
    """Stores a step of a locked request, and notes it in its history."""
    locked.changed_at, locked.version = now, locked.version + 1
    locked.save()
    _note(locked, viewer, now=now)
    return locked


def _note(request: ChangeRequest, viewer: Viewer, *, now: datetime) -> None:
    ChangeRequestEvent.objects.create(
        request=request, at=now, actor_id=viewer.user_id, state=request.state, note=request.answer
    )


def _tell(request: ChangeRequest, viewer: Viewer, *, address_id: int | None, now: datetime) -> None:
    outcome = Outcome(
        reference=request.reference,
        processed=request.state == State.PROCESSED,
        answer=request.answer,
        address_id=address_id,
        actor_id=viewer.user_id,
        now=now,
    )
    ended(request.source, outcome)


@transaction.atomic
def forget_request(reference: str) -> int:
    """Takes the written place out of what was filed under a reference, when the sender forgets it:
    an ended request stays as a row without place and words. How many there were."""
    ended = (
        ChangeRequest.State.PROCESSED,
        ChangeRequest.State.REJECTED,
        ChangeRequest.State.EXPIRED,
    )
    rows = ChangeRequest.objects.filter(source=ChangeRequest.Source.CASE, reference=reference)
    done = 0
    for request in rows.filter(state__in=ended):
        request.text, request.values, request.geom = "", {}, None
        request.reference, request.answer = "", ""
        request.key = f"forgotten-{request.pk}"
        request.save()
        request.events.update(note="")
        done += 1
    return done
