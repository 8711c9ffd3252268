"""Planned works are filed, changed, permitted, begun and finished; streets with a new surface are kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, MultiLineString, MultiPolygon
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.rules.clients import ClientIdentity
from accounts.rules.viewer import Viewer
from addresses.models import Street
from cases.actions.move import ChangedMeanwhile
from cases.actions.work_notices import tell
from cases.conf import CONF
from cases.models import Moratorium, PlannedWork, PlannedWorkEvent
from cases.queries.planned_works import (
    Places,
    may_permit,
    may_publish,
    places_of,
    stands_against,
    visible_works,
)
from cases.rules.drawn import drawn_shape
from cases.rules.planned_works import (
    ENDED,
    HARD_CONFLICT,
    MOVES,
    OWNER,
    PERMITS,
    PUBLIC,
    Kind,
    Proposal,
    WorkState,
    read_proposal,
)
from core.api.problems import InvalidInput
from core.rules.text import fold
from tiles.actions.versions import data_changed
from workflows.rules.transitions import MoveRefused

_FIELDS = (
    "kind", "title", "description", "contact", "contractor", "permit", "begin", "end", "depth_m",
    "width_m", "traffic",
)  # fmt: skip
#: What was permitted: another one of these asks for the permit anew.
_PERMITTED = frozenset({"kind", "begin", "end", "depth_m", "width_m", "traffic", "geom"})
_SMALLEST_M = 0.5


@dataclass(frozen=True)
class Filed:
    """A work as it is now. `new`: it was not there before; `changed`: what this made other."""

    work: PlannedWork
    new: bool
    changed: tuple[str, ...] = ()


def shape_of(sent: Any) -> GEOSGeometry:
    """Lines or areas, EPSG:4326, from GeoJSON (a text or an object). Raises InvalidInput."""
    words = _("This is no GeoJSON of a line or an area.")
    most = CONF.works_points_max
    text = sent if isinstance(sent, str) else json.dumps(sent)
    try:
        if len(text) > 64 * most:
            raise ValueError(_("It has more than %s points.") % most)
        shape = drawn_shape(
            _geometry_alone(text, words), MultiLineString, MultiPolygon, most=most, otherwise=words
        )
        if shape.hasz:
            raise ValueError(words)
    except ValueError as error:
        raise InvalidInput({"shape": [str(error)]}) from error
    return shape


def _geometry_alone(text: str, words: str) -> str:
    """GeoJSON without what else may stand beside type and coordinates. Raises ValueError with these words."""
    try:
        known = json.loads(text)
        return json.dumps({name: known[name] for name in ("type", "coordinates")})
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ValueError(words) from error


def file_work(
    sent: Mapping[str, Any], *, organisation: str, viewer: Viewer, now: datetime,
    client: ClientIdentity | None = None, submit: bool = True, version: int | None = None,
) -> Filed:  # fmt: skip
    """Files a work for an organisation (its code), or gives the one that is there under its `external_id`: with the
    same content nothing happens, with another one it is changed (from `version`, where that is said). Raises
    PermissionDenied, InvalidInput, ChangedMeanwhile."""
    code = organisation.replace("\0", "")[:40]
    body = Organisation.objects.filter(code=code, active=True).first()
    if body is None or not may_publish(viewer, body.pk):
        raise PermissionDenied
    wish, shape, places = read_work(sent, now)
    _within(client, places)
    with transaction.atomic():
        # One lock for one owner's number: two at once are one work.
        Organisation.objects.select_for_update(no_key=True).get(pk=body.pk)
        known = None
        if wish.external_id:
            known = PlannedWork.objects.filter(
                organisation=body, external_id=wish.external_id
            ).first()
        if known is not None:
            return _change(known, wish, shape, places, viewer, now, version=version)
        state = WorkState.SUBMITTED if submit else WorkState.DRAFT
        work = PlannedWork(
            organisation=body, external_id=wish.external_id, state=state, geom=shape,
            created_at=now, changed_at=now, **{name: getattr(wish, name) for name in _FIELDS},
        )  # fmt: skip
        _store(work, places)
        _happened(work, "filed", viewer, now)
    return Filed(work, new=True)


def change_work(
    uid: str, sent: Mapping[str, Any], *, viewer: Viewer, version: int, now: datetime,
    client: ClientIdentity | None = None,
) -> Filed:  # fmt: skip
    """Replaces what a work says. Raises DoesNotExist, PermissionDenied, ChangedMeanwhile, InvalidInput."""
    wish, shape, places = read_work(sent, now)
    _within(client, places)
    with transaction.atomic():
        work = _locked(uid, viewer)
        _within(client, work)
        if not may_publish(viewer, work.organisation_id):
            raise PermissionDenied
        if work.version != version:
            raise ChangedMeanwhile(str(work.uid))
        if wish.external_id and wish.external_id != work.external_id:
            raise InvalidInput({"external_id": [_("The number of a work does not change.")]})
        return _change(work, wish, shape, places, viewer, now)


def move_work(
    uid: str, move: str, *, viewer: Viewer, version: int, now: datetime, note: str = "",
    client: ClientIdentity | None = None,
) -> PlannedWork:  # fmt: skip
    """Submits, permits, refuses, begins, finishes or withdraws a work. Raises DoesNotExist, ChangedMeanwhile,
    MoveRefused."""
    with transaction.atomic():
        work = _locked(uid, viewer)
        _within(client, work)
        if work.version != version:
            raise ChangedMeanwhile(str(work.uid))
        may = {OWNER} if may_publish(viewer, work.organisation_id) else set()
        may |= {PERMITS} if may_permit(viewer) else set()
        step = MOVES.moves.get(move)
        against = {HARD_CONFLICT} if step and step.guards and stands_against(work, viewer) else ()
        step = MOVES.check(
            move, state=work.state, given=["note"] if note.strip() else [], permissions=may,
            obstacles=against,
        )  # fmt: skip
        today = timezone.localdate(now)
        if move == "start" and today < work.begin:
            raise MoveRefused(move, ["too_early"])
        work.state = step.target
        if move == "finish":
            work.end = today
        _next_version(work, now)
        work.save()
        data_changed("works")
        _happened(work, move, viewer, now, note=note)
        if move == "finish" and work.kind == Kind.SURFACING:
            _keep_surface(work, viewer, now)
        tell(work, move, now=now)
    return work


def keep_surface(
    sent: Any, *, reason: str, begin: date, end: date, viewer: Viewer, now: datetime
) -> Moratorium:
    """Says by hand that nobody digs somewhere until a day. Raises PermissionDenied, InvalidInput."""
    if not may_permit(viewer):
        raise PermissionDenied
    shape = shape_of(sent)
    wrong = {}
    if not reason.strip() or len(reason) > 200:
        wrong["reason"] = [_("Say why, in at most 200 letters.")]
    if end < begin:
        wrong["end"] = [_("It would end before it begins.")]
    if wrong:
        raise InvalidInput(wrong)
    return Moratorium.objects.create(
        reason=reason.strip(), begin=begin, end=end, geom=shape, by_id=viewer.user_id
    )


def lift(uid: str, *, viewer: Viewer, now: datetime) -> None:
    """Ends a moratorium; a second time nothing changes. Raises PermissionDenied, DoesNotExist."""
    if not may_permit(viewer):
        raise PermissionDenied
    found = Moratorium.objects.filter(uid=uid)
    if not found.filter(lifted_at=None).update(lifted_at=now):
        found.get()


def read_work(sent: Mapping[str, Any], now: datetime) -> tuple[Proposal, GEOSGeometry, Places]:
    """What is sent of a work, as it would be filed, and where that is. Raises InvalidInput."""
    wish = read_proposal(sent, today=timezone.localdate(now))
    shape = shape_of(wish.shape)
    places = places_of(shape)
    if places.metres < _SMALLEST_M:
        raise InvalidInput({"shape": [_("The shape has no length.")]})
    if places.metres > CONF.works_metres_max:
        words = _("It is longer than %s km: file it in parts.") % (CONF.works_metres_max // 1000)
        raise InvalidInput({"shape": [words]})
    if not places.districts:
        raise InvalidInput({"shape": [_("The shape lies outside the city.")]})
    return wish, shape, places


def _within(client: ClientIdentity | None, places: Places | PlannedWork) -> None:
    """A program that is kept to areas does nothing beyond them. Raises PermissionDenied."""
    if client is None or client.reach.everywhere:
        return
    inside = set(places.districts) <= client.reach.districts
    if not inside and not set(places.neighbourhoods) <= client.reach.neighbourhoods:
        raise PermissionDenied


def _change(
    work: PlannedWork, wish: Proposal, shape: GEOSGeometry, places: Places, viewer: Viewer,
    now: datetime, version: int | None = None,
) -> Filed:  # fmt: skip
    changed = {
        name: [_plain(getattr(work, name)), _plain(getattr(wish, name))]
        for name in _FIELDS
        if getattr(work, name) != getattr(wish, name)
    }
    if not work.geom.equals_exact(shape, 1e-9):
        changed["geom"] = []
    if not changed:
        return Filed(work, new=False)
    if work.state in ENDED:
        raise InvalidInput({"state": [_("A work that has ended is not changed any more.")]})
    if version is not None and work.version != version:
        raise ChangedMeanwhile(str(work.uid))
    if work.state == WorkState.UNDER_WAY and (beyond := _PERMITTED & set(changed)):
        # The trench is open: it must not vanish from the public's map until somebody permits it anew.
        words = _(
            "The work is under way: finish it, and file what was not permitted as another work."
        )
        raise InvalidInput(
            {("shape" if name == "geom" else name): [words] for name in sorted(beyond)}
        )
    for name in _FIELDS:
        setattr(work, name, getattr(wish, name))
    work.geom = shape
    anew = work.state in PUBLIC and bool(_PERMITTED & set(changed))
    if anew:
        work.state = WorkState.SUBMITTED
    _next_version(work, now)
    _store(work, places)
    _happened(work, "changed", viewer, now, data=changed)
    if anew:
        tell(work, "changed", now=now)
    return Filed(work, new=False, changed=tuple(changed))


def _locked(uid: str, viewer: Viewer) -> PlannedWork:
    pk = visible_works(viewer).values_list("pk", flat=True).get(uid=uid)
    rows = PlannedWork.objects.select_for_update(of=("self",)).select_related("organisation")
    return rows.get(pk=pk)


def _store(work: PlannedWork, places: Places) -> None:
    """A work with where it is, and the words by which it is found."""
    work.districts, work.neighbourhoods = list(places.districts), list(places.neighbourhoods)
    streets = Street.objects.filter(pk__in=places.streets).order_by("pk")
    names = streets.values_list("name", flat=True)
    work.title_key = fold(" ".join([work.title, str(work.organisation), *names]))
    work.save()
    work.streets.set(places.streets)
    data_changed("works")


def _next_version(work: PlannedWork, now: datetime) -> None:
    work.version += 1
    work.changed_at = now


def _keep_surface(work: PlannedWork, viewer: Viewer, now: datetime) -> None:
    today = timezone.localdate(now)
    Moratorium.objects.update_or_create(
        work=work,
        defaults={
            "reason": work.title[:200], "begin": today, "geom": work.geom,
            "end": today + timedelta(days=CONF.works_fresh_days), "by_id": viewer.user_id,
        },
    )  # fmt: skip


def _happened(
    work: PlannedWork, kind: str, viewer: Viewer, now: datetime, *, note: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    PlannedWorkEvent.objects.create(
        work=work, kind=kind, state=work.state, at=now, by_id=viewer.user_id,
        client=viewer.client.id if viewer.client else None, note=note.strip(), data=dict(data or {}),
    )  # fmt: skip


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
