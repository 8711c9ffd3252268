"""What the law gives a person: everything that is held about them, and its erasure."""

import io
import json
import zipfile
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from cases.actions.forgetting import drop_reporters, forget_case
from cases.models import (
    Case,
    CaseReporter,
    PersonRequest,
    Reporter,
    SignInCode,
    StreetFollow,
    Tombstone,
)
from cases.queries.person import (
    Hold,
    Sought,
    cases_of,
    held_about,
    holds_on,
    reporters_of,
)
from core.api.problems import InvalidInput
from notifications.actions import outbox


@dataclass
class Erased:
    """What was forgotten, and what must wait."""

    cases: int = 0
    left: int = 0  # cases of others that the person no longer follows
    people: int = 0
    holds: list[Hold] = field(default_factory=list)


@transaction.atomic
def find_person(who: Sought, *, reason: str, viewer: Viewer, now: datetime) -> dict[str, Any]:
    """How much is held about a person, and what stands against erasing it. Raises as `export_person`."""
    _allowed(Permission.EXPORT_PERSON, viewer, reason)
    reporters = reporters_of(who)
    cases = cases_of(reporters)
    counts = {"people": len(reporters), "own": len(cases["own"]), "joined": len(cases["joined"])}
    _note(PersonRequest.Kind.FIND, who, reason, viewer, now, counts)
    return counts | {"holds": holds_on(cases["own"], now)}


@transaction.atomic
def export_person(who: Sought, *, reason: str, viewer: Viewer, now: datetime) -> bytes:
    """A ZIP of `person.json` and photos. Raises PermissionDenied, and InvalidInput without a reason."""
    _allowed(Permission.EXPORT_PERSON, viewer, reason)
    reporters = reporters_of(who)
    cases = cases_of(reporters)
    body = {
        "made_at": now,
        "contact": [
            {
                "full_name": r.full_name,
                "phone": r.phone,
                "email": r.email,
                "language": r.language,
                "since": r.created_at,
            }
            for r in reporters
        ],
        "requests": [held_about(c, own=True) for c in cases["own"]],
        "followed": [held_about(c, own=False) for c in cases["joined"]],
        "followed_streets": [
            {"street": f.street.name, "since": f.created_at, "confirmed_at": f.confirmed_at}
            for f in StreetFollow.objects.filter(reporter__in=reporters).select_related("street")
        ],
        "messages": _messages(cases["own"] + cases["joined"], reporters),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        text = json.dumps(body, ensure_ascii=False, indent=1, default=str)
        archive.writestr("person.json", text)
        for case in cases["own"]:
            for photo in case.photos.order_by("pk"):
                with photo.file.open("rb") as file:
                    archive.writestr(f"photos/{case.number}-{photo.pk}.jpg", file.read())
    result = {"requests": len(cases["own"]), "followed": len(cases["joined"])}
    _note(PersonRequest.Kind.EXPORT, who, reason, viewer, now, result)
    return out.getvalue()


@transaction.atomic
def erase_person(who: Sought, *, reason: str, viewer: Viewer, now: datetime) -> Erased:
    """Forgets every case of the person that may be forgotten, and the person when none is left.

    Cases on which there is a hold stay whole, with the contact data that they need; they are told,
    and a later request finishes the work. Raises as `export_person`.
    """
    _allowed(Permission.ERASE_PERSON, viewer, reason)
    reporters = reporters_of(who)
    ids = [r.pk for r in reporters]
    found = cases_of(reporters)
    locked = Case.objects.select_for_update(of=("self",)).filter(
        pk__in=[c.pk for c in found["own"]]
    )
    own = list(locked.order_by("pk"))
    erased = Erased(holds=holds_on(own, now))
    held = {hold.number for hold in erased.holds}
    for case in own:
        if case.number in held:
            continue
        forget_case(
            case, cause=Tombstone.Cause.ERASURE, policy={"asked": now.date().isoformat()},
            actor=viewer.user_id, now=now,
        )  # fmt: skip
        erased.cases += 1
    # Of others' cases they only followed, they are taken off; unless a case of theirs is held.
    waiting = [c for c in own if c.number in held]
    links = CaseReporter.objects.filter(reporter__in=ids).exclude(case__in=waiting)
    for link in links.exclude(merged_from__in=waiting):
        outbox.forget(f"case:{link.case_id}:", f":{link.reporter_id}")
        link.delete()
        erased.left += 1
    for follow in StreetFollow.objects.filter(reporter__in=ids):
        outbox.forget(f"street:{follow.pk}:")
        follow.delete()
    for pk in ids:
        outbox.forget("work:", f":r{pk}")
    SignInCode.objects.filter(index__in={who.phone_index, who.email_index}).delete()
    drop_reporters(ids)
    erased.people = len(ids) - Reporter.objects.filter(pk__in=ids).count()
    result = asdict(erased) | {"holds": [asdict(h) for h in erased.holds]}
    _note(PersonRequest.Kind.ERASE, who, reason, viewer, now, result)
    return erased


def _allowed(permission: Permission, viewer: Viewer, reason: str) -> None:
    if not viewer.may(permission):
        raise PermissionDenied
    if not reason.strip():
        raise InvalidInput({"reason": [_("Write on what request this is done.")]})


def _messages(cases: list[Case], reporters: list[Reporter]) -> list[dict[str, Any]]:
    """What was sent to the person about these cases, and to nobody else."""
    addresses = {r.email for r in reporters} | {r.phone for r in reporters}
    return [
        {"at": m.created_at, "subject": m.subject, "body": m.body, "state": m.state}
        for case in cases
        for m in outbox.kept(f"case:{case.pk}:")
        if m.recipient in addresses
    ]


def _note(
    kind: str, who: Sought, reason: str, viewer: Viewer, now: datetime, result: dict[str, Any]
) -> None:
    PersonRequest.objects.create(
        kind=kind, at=now, by_id=viewer.user_id, reason=reason.strip()[:200],
        phone_index=who.phone_index, email_index=who.email_index, result=result,
    )  # fmt: skip
