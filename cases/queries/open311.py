"""Cases as Open311 shows them: to everybody what is public, to a sender also what it sent itself."""

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias, cast

from django.contrib.gis.db.models import PointField, PolygonField
from django.contrib.gis.geos import Point, Polygon
from django.db.models import (
    BooleanField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models import Case as Choose
from django.db.models.functions import Coalesce

from cases.models import Case, CaseEvent, Channel, Received
from cases.queries.visibility import PUBLIC
from cases.rules.lifecycle import ENDED, OPEN, State
from core.rules.text import is_uid

Rows: TypeAlias = QuerySet[Case, dict[str, Any]]
_POINT, _BOX, _FLOAT = PointField(srid=3857), PolygonField(srid=3857), FloatField()
_GRID = 50  # of the public map: cases/sql/tile_cases.sql
_STEP = 26  # half of it, and a little
_NAMES_A_PLACE = ("STREET", "CROSSING", "LANDMARK")
_ENDED = sorted(s.value for s in ENDED)
_COLUMNS = (
    "pk", "uid", "number", "state", "opened_at", "due_at", "description", "answers",
    "request_type__code", "request_type__name", "request_type__name_en", "street__name",
    "neighbourhood__name", "district__name", "place_label", "address__uid", "address__postcode",
    "organisation__name", "department__name", "result_code__code", "result_code__done",
    "received__account_id", "received__media_url", "own", "updated", "lon", "lat",
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """`ids` (uids or numbers) let go of all else. `box` is west, south, east, north, `near` a
    longitude, a latitude and metres: both of the place as it is shown. Moments are aware."""

    ids: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    statuses: frozenset[str] = frozenset()
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    box: tuple[float, float, float, float] | None = None
    near: tuple[float, float, float] | None = None
    account_id: str = ""
    organisation: int | None = None
    page: int = 1
    page_size: int = 1000
    sender: str = field(default="", repr=False)


def listed(wanted: Wanted) -> Rows:
    """The rows of a page, newest first; one statement. `own` says that it is the sender's,
    `lon` and `lat` (degrees) where the public map would put it, or where its sender put it."""
    rows = _filtered(wanted)
    if not wanted.ids:
        start = (wanted.page - 1) * wanted.page_size
        rows = rows.order_by("-opened_at", "-pk")[start : start + wanted.page_size]
    return cast(Rows, rows.values(*_COLUMNS))


def every(wanted: Wanted) -> Rows:
    """All rows, without pages, for a file."""
    return cast(Rows, _filtered(wanted).order_by("-opened_at", "-pk").values(*_COLUMNS))


def one(key: str, sender: str, organisation: int | None = None) -> dict[str, Any] | None:
    """By its uid; its sender may also name its number."""
    wanted = Wanted(ids=(key,), sender=sender, organisation=organisation)
    return listed(wanted).first()


def own(sender: str) -> QuerySet[Case]:
    """What this sender opened, whatever its type; parts of others are never told apart."""
    return Case.objects.filter(
        pk__in=Received.objects.filter(sender=sender).values("case"), parent=None
    )


def readable(sender: str) -> QuerySet[Case]:
    """What everybody may know of, and for a sender what is its own. No child, nothing sensitive,
    private or still to be looked at by a person."""
    # Conditions on the table alone: a join, or a list of all that is public, would read all of it.
    moderated = Channel.objects.filter(to_triage=True).values("pk")
    shown = PUBLIC & ~Q(channel__in=moderated, state=State.NEW)
    return Case.objects.filter(
        shown | Q(pk__in=own(sender).values("pk")) if sender else shown, parent=None
    )


def by_token(token: str) -> Received | None:
    """What was received under this token."""
    if not is_uid(token):
        return None
    return (
        Received.objects.select_related("case__channel", "case__request_type")
        .filter(token=token)
        .first()
    )


def has_id(received: Received) -> bool:
    """Whether its sender may know it by an id by now: a person has looked, where one looks first."""
    case = received.case
    if case.sensitive:
        return False
    return not (case.channel.to_triage and case.state == State.NEW)


def _filtered(wanted: Wanted) -> QuerySet[Case]:
    mine = Received.objects.filter(case=OuterRef("pk"), sender=wanted.sender)
    rows: QuerySet[Any] = readable(wanted.sender).annotate(
        own=Exists(mine) if wanted.sender else Value(False, BooleanField()),
        updated=Choose(
            When(state__in=_ENDED, then=Coalesce("resolved_at", "closed_at", "changed_at")),
            default=F("changed_at"),
            output_field=DateTimeField(),
        ),
    )
    rows = rows.annotate(shown_m=_shown())
    degrees = Func(F("shown_m"), Value(4326), function="ST_Transform", output_field=PointField())
    rows = rows.annotate(
        lon=Func(degrees, function="ST_X", output_field=_FLOAT),
        lat=Func(degrees, function="ST_Y", output_field=_FLOAT),
    )
    if wanted.organisation is not None:
        rows = rows.filter(organisation=wanted.organisation)
    if wanted.ids:
        numbers = Q(number__in=wanted.ids) & Q(own=True) if wanted.sender else Q(pk__in=())
        return rows.filter(Q(uid__in=[i for i in wanted.ids if is_uid(i)]) | numbers)
    for condition in _conditions(wanted):
        rows = rows.filter(condition)
    if wanted.box or wanted.near:
        rows = _where(rows, wanted)
    return rows


def _conditions(wanted: Wanted) -> list[Q]:
    found = []
    if wanted.services:
        found.append(Q(request_type__code__in=wanted.services))
    if wanted.start:
        found.append(Q(opened_at__gte=wanted.start))
    if wanted.end:
        found.append(Q(opened_at__lte=wanted.end))
    if len(wanted.statuses) == 1:
        # Named, not as what has not ended: by these states the index of open cases is known.
        found.append(Q(state__in=_ENDED if "closed" in wanted.statuses else sorted(OPEN)))
    if wanted.updated_after:  # an end is never later than the last change: the index helps
        found.append(Q(changed_at__gte=wanted.updated_after, updated__gte=wanted.updated_after))
    if wanted.updated_before:
        found.append(Q(updated__lte=wanted.updated_before))
    if wanted.account_id:
        found.append(Q(own=True, received__account_id=wanted.account_id))
    return found


def _shown() -> Any:
    """EPSG:3857. The place of what names a house is moved to the grid of the public map."""
    moved = Func(F("geom_m"), Value(_GRID), function="ST_SnapToGrid", output_field=_POINT)
    exact = Q(precision__in=_NAMES_A_PLACE) | Q(own=True)
    return Choose(
        When(exact, then=ExpressionWrapper(F("geom_m"), output_field=_POINT)),
        default=moved,
        output_field=_POINT,
    )


def _where(rows: QuerySet[Case], wanted: Wanted) -> QuerySet[Case]:
    """By the place that is shown: by the true one, many questions would find the house."""
    if wanted.near:
        lon, lat, metres = wanted.near
        centre = Point(lon, lat, srid=4326).transform(3857, clone=True)
        reach = metres / math.cos(math.radians(lat))
        rows = _overlapping(rows, *_grown(centre.extent, reach + _STEP))
        rows = rows.annotate(
            far=Func(F("shown_m"), Value(centre, _POINT), function="ST_Distance",
                     output_field=_FLOAT)
        ).filter(far__lte=reach)  # fmt: skip
    if wanted.box:
        box = Polygon.from_bbox(wanted.box)
        box.srid = 4326
        flat = box.transform(3857, clone=True)
        rows = _overlapping(rows, *_grown(flat.extent, _STEP))
        rows = rows.annotate(
            inside=Func(F("shown_m"), Value(flat, _BOX), function="ST_Intersects",
                        output_field=BooleanField())
        ).filter(inside=True)  # fmt: skip
    return rows


def _grown(extent: tuple[float, ...], by: float) -> tuple[float, float, float, float]:
    west, south, east, north = extent
    return west - by, south - by, east + by, north + by


def _overlapping(
    rows: QuerySet[Case], west: float, south: float, east: float, north: float
) -> QuerySet[Case]:
    box = Polygon.from_bbox((west, south, east, north))
    box.srid = 3857
    return rows.filter(geom_m__bboverlaps=box)


def last_words(cases: list[int], *, to_body: bool) -> dict[int, str]:
    """The last words that the reporter of each case was told, and `to_body`, a system of another body,
    also why it was given back; one statement."""
    told = Q(public=True) | Q(kind="return") if to_body else Q(public=True)
    rows = (
        CaseEvent.objects.filter(told, case__in=cases)
        .exclude(note="")
        .order_by("case", "-at", "-pk")
        .distinct("case")
    )
    return dict(rows.values_list("case", "note"))


def updates(sender: str, *, to_body: bool, ids: tuple[str, ...], start: datetime | None, end: datetime | None,
            limit: int) -> list[CaseEvent]:  # fmt: skip
    """What the sender's cases were told to their reporter, oldest first."""
    told = Q(public=True) | Q(kind="return") if to_body else Q(public=True)
    rows = CaseEvent.objects.filter(told, case__in=own(sender)).select_related("case")
    # What the sender told us is no news to it.
    rows = rows.exclude(kind__in=("opened", "answer", "ask_to_reopen"))
    if ids:
        uids = [i for i in ids if is_uid(i)]
        rows = rows.filter(Q(case__uid__in=uids) | Q(case__number__in=ids))
    if start:
        rows = rows.filter(at__gte=start)
    if end:
        rows = rows.filter(at__lte=end)
    return list(rows.order_by("at", "pk")[:limit])
