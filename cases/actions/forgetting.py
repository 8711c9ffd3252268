"""Takes the personal data out of an ended case, and leaves what statistics need and a tombstone."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import h3
from django.contrib.gis.db.models.functions import PointOnSurface
from django.core.files.storage import default_storage
from django.db import transaction

from addresses.actions.change_requests import forget_request
from addresses.models import Neighbourhood, Street
from cases.actions.feed import forget_bodies
from cases.actions.recording import changing
from cases.models import (
    Case,
    CaseEvent,
    CaseReporter,
    ContactLook,
    IntakeMessage,
    Received,
    Reporter,
    StreetFollow,
    Tombstone,
)
from core.rules.text import key
from notifications.actions import outbox


def forget_case(
    case: Case, *, cause: str, policy: Mapping[str, Any], actor: int | None, now: datetime
) -> Tombstone:
    """Makes the case one of nobody. The caller holds its row in a transaction and has seen that it
    has ended. Type, states, dates, bodies and the street or neighbourhood stay; words, photos, people
    and links go. A case that has a tombstone is left as it is."""
    known = Tombstone.objects.filter(case=case).first()
    if known is not None:
        return known
    files = [p.file.name for p in case.photos.all()]
    removed = {
        "reporters": _forget_reporters(case),
        "photos": case.photos.all().delete()[0],
        "intake_messages": _forget_intake(case),
        "messages": outbox.forget(f"case:{case.pk}:"),
        "notes": _forget_notes(case),
    }
    forget_request(case.number)
    forget_bodies(case)
    with changing(case, "anonymised", actor=actor, now=now):
        _coarsen(case)
        case.description = case.place_text = ""
        case.answers, case.candidates, case.place_warnings = {}, [], []
        case.text_key = key(f"{case.number} {case.place_label}")
        case.token = secrets.token_urlsafe(16)  # the secret link opens nothing any more
    stone = Tombstone.objects.create(
        case=case, at=now, cause=cause, policy=dict(policy), removed=removed, files=files
    )
    transaction.on_commit(lambda: delete_files(stone.pk))
    return stone


def delete_files(tombstone: int) -> None:
    """Deletes the photos that a tombstone names; again after a crash, without harm."""
    stone = Tombstone.objects.get(pk=tombstone)
    for name in stone.files:
        default_storage.delete(name)
    Tombstone.objects.filter(pk=tombstone).update(files=[])


def drop_reporters(reporters: list[int]) -> int:
    """Deletes people (row ids) who have no case left and follow no street; how many."""
    kept = CaseReporter.objects.filter(reporter__in=reporters).values("reporter")
    follow = StreetFollow.objects.filter(reporter__in=reporters).values("reporter")
    gone = Reporter.objects.filter(pk__in=reporters).exclude(pk__in=kept).exclude(pk__in=follow)
    return gone.delete()[0]


def _forget_reporters(case: Case) -> int:
    links = CaseReporter.objects.filter(case=case)
    people = list(links.values_list("reporter", flat=True))
    # Who came with a duplicate of this case is told of it by this one: that ends too.
    CaseReporter.objects.filter(merged_from=case).delete()
    links.delete()
    drop_reporters(people)
    return len(people)


def _forget_intake(case: Case) -> int:
    """What came in, unless it opened other cases as well that are still whole."""
    own = IntakeMessage.objects.filter(cases=case)
    whole = Case.objects.filter(tombstone=None).exclude(pk=case.pk)
    shared = own.filter(cases__in=whole).values("pk")
    for message in own.exclude(pk__in=shared):
        # The key stays, as a stone under which no second delivery is opened.
        message.raw, message.fingerprint = "", ""
        message.external_id = f"forgotten-{message.pk}"
        message.save(update_fields=["raw", "fingerprint", "external_id"])
    return own.count()


def _forget_notes(case: Case) -> int:
    """Words and doors in the events, of staff and of the reporter, and in everything about its work."""
    count = 0
    for event in CaseEvent.objects.filter(case=case):
        changed = {
            k: v
            for k, v in event.data.get("changed", {}).items()
            if k not in ("place_label", "address_id")
        }
        kept = {k: v for k, v in event.data.items() if k in _KEPT} | {"changed": changed}
        if event.note or kept != event.data:
            CaseEvent.objects.filter(pk=event.pk).update(note="", data=kept)
            count += 1
    ContactLook.objects.filter(case=case).update(reason="")
    case.referrals.update(reason="", answer="")
    case.work_orders.update(task="", note="")
    case.external_links.update(party="")
    case.surveys.update(remark="")
    case.decisions.update(explanation={})
    Received.objects.filter(case=case).update(media_url="", digest="")
    case.transfers.update(remote_notes="")
    return count


_KEPT = ("level", "repeated", "done", "order")  # figures and marks, no words


def _coarsen(case: Case) -> None:
    """The street's own point instead of the door's, else the neighbourhood's, else none."""
    point, case.precision, label = None, "NONE", ""
    if case.street_id is not None:
        row = Street.objects.filter(pk=case.street_id, geom__isnull=False)
        found = row.annotate(point=PointOnSurface("geom")).values("point", "name").first()
        if found:
            point, case.precision, label = found["point"], "STREET", found["name"]
    if case.neighbourhood_id is not None:
        area = Neighbourhood.objects.filter(pk=case.neighbourhood_id)
        spot: Mapping[str, Any] = (
            area.annotate(point=PointOnSurface("geom")).values("point", "name").first() or {}
        )
        label = ", ".join(part for part in (label, spot.get("name", "")) if part)
        if point is None and spot.get("point"):
            point, case.precision = spot["point"], "NEIGHBOURHOOD"
    case.geom, case.place_label = point, label
    case.h3_10 = h3.str_to_int(h3.latlng_to_cell(point.y, point.x, 10)) if point else None
    case.address = case.building = case.parcel = None
    case.category, case.confidence = "", None
