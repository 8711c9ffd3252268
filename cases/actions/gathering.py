"""One request over many that tell of one thing: a burst pipe, a missed round of the lorries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from cases.actions.move import ChangedMeanwhile
from cases.actions.open_case import open_case
from cases.actions.recording import changing
from cases.actions.relations import (
    children_ended,
    give_back_reporters,
    lock_family,
    take_reporters,
)
from cases.models import Case
from cases.queries.catalogue import form_channels
from cases.queries.visibility import may_open_at, permissions_on, visible_cases
from cases.rules.draft import Draft
from cases.rules.lifecycle import OPEN
from core.api.problems import InvalidInput

FEWEST = 2


@dataclass(frozen=True)
class Gathered:
    """The request over the others, those that are now its parts, and how many could not be."""

    parent: Case
    parts: list[Case]
    left: int


@transaction.atomic
def gather(
    cases: Collection[int], *, description: str, key: str, viewer: Viewer, now: datetime
) -> Gathered:
    """Opens a request and makes open cases its parts; their reporters hear from it from now on. Repeated
    with the same key it gives the same request, and takes what has come since.

    cases  row ids: what has ended, is a part, an original or a duplicate already, or may not be worked on by
           the viewer stays as it is
    Raises PermissionDenied for who may not open a request there, InvalidInput where fewer than two
    cases can be gathered.
    """
    if not viewer.may(Permission.OPEN_CASE):
        raise PermissionDenied
    known = Case.objects.filter(messages__external_id=key).first()
    free = gatherable(cases, viewer)
    if known is None and len(free) < FEWEST:
        raise InvalidInput({"cases": [_("Fewer than two of these requests can be gathered.")]})
    parent = known or _open(free, description, key, viewer, now)
    if parent.state not in OPEN or parent.parent_id or parent.duplicate_of_id:
        raise InvalidInput({"cases": [_("The request over them is no longer open.")]})
    parts = [part for one in free if (part := _take(one.pk, parent, viewer, now)) is not None]
    return Gathered(parent, parts, len(set(cases)) - len(parts))


@transaction.atomic
def release(number: str, *, viewer: Viewer, version: int, now: datetime) -> Case:
    """A part stands for itself again, and its reporters hear from it alone. Raises PermissionDenied,
    ChangedMeanwhile, InvalidInput where it is no part of an open request."""
    seen = visible_cases(viewer).filter(number=number).only("pk").first()
    if seen is None:
        raise PermissionDenied
    case = lock_family(seen.pk)
    if Permission.TRIAGE_CASE not in permissions_on(case, viewer):
        raise PermissionDenied
    if case.version != version:
        raise ChangedMeanwhile(number)
    parent = case.parent
    if case.version != version:
        raise ChangedMeanwhile(number)
    gathered = parent is not None and case.events.filter(kind="gathered").exists()
    if parent is None or not gathered or not OPEN.issuperset((parent.state, case.state)):
        raise InvalidInput(
            {"parent": [_("This is no open part that was gathered under an open request.")]}
        )
    with changing(case, "released", actor=viewer.user_id, now=now) as event:
        case.parent = None
        case.needs_review = True
        event.data["parent"] = parent.number
    give_back_reporters(case)
    children_ended(parent.pk, actor=viewer.user_id, now=now)
    return case


def gatherable(cases: Collection[int], viewer: Viewer) -> list[Case]:
    """Which of these the viewer may make parts of another one."""
    rows = (
        visible_cases(viewer)
        .filter(pk__in=cases, state__in=OPEN, parent=None, duplicate_of=None, geom__isnull=False)
        .filter(children=None, duplicates=None)
        .select_related("request_type").order_by("pk")
    )  # fmt: skip
    return [one for one in rows if Permission.TRIAGE_CASE in permissions_on(one, viewer)]


def _open(free: list[Case], description: str, key: str, viewer: Viewer, now: datetime) -> Case:
    """Where most of them are, of the type that most of them have."""
    points = [one.geom for one in free if one.geom is not None]
    at = min(points, key=lambda point: sum(point.distance(other) for other in points))
    middle = next(one for one in free if one.geom == at)
    if not may_open_at(middle, viewer):
        raise PermissionDenied
    codes = [one.request_type.code for one in free if one.request_type is not None]
    draft = Draft(
        description=description, channel=_channel(), external_id=key,
        lon=at.x, lat=at.y, asked=False,
        request_type=max(sorted(set(codes)), key=codes.count) if codes else "",
    )  # fmt: skip
    return open_case(draft, viewer=viewer, now=now).case


def _channel() -> str:
    """The first by which members of staff open requests."""
    for channel in form_channels():
        return str(channel.code)
    raise InvalidInput({"channel": [_("There is no such channel.")]})


def _take(pk: int, parent: Case, viewer: Viewer, now: datetime) -> Case | None:
    """Makes one a part, unless it has moved on since it was looked at."""
    case = lock_family(pk, parent)
    if not gatherable([pk], viewer):
        return None
    with changing(case, "gathered", actor=viewer.user_id, now=now) as event:
        case.parent = parent
        event.data["parent"] = parent.number
    take_reporters(case, parent)
    return case
