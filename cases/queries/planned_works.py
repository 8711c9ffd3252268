"""Planned works: who sees which, what lies around one, and what stands against it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from math import cos, radians
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules.clients import as_told
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from addresses.models import Street
from cases.conf import CONF
from cases.models import Case, PlannedWork
from cases.queries.visibility import mapped_cases
from cases.rules.lifecycle import OPEN
from cases.rules.planned_works import (
    COMING,
    DIGGING,
    PUBLIC,
    Kind,
    Proposal,
    Saving,
    WorkState,
    saving,
)
from cases.rules.work_filter import ORDERS, WorkFilter
from core.api.problems import InvalidInput
from core.queries import sql
from core.rules.text import fold
from tiles.layers import TileRequest


def publishing(viewer: Viewer) -> frozenset[int]:
    """The organisations that a viewer may file works for."""
    return frozenset(
        g.held_in for g in viewer.grants
        if g.held_in is not None and Permission.PUBLISH_WORKS in g.permissions
    )  # fmt: skip


def may_publish(viewer: Viewer, organisation: int) -> bool:
    if not viewer.grants:
        return viewer.may(Permission.PUBLISH_WORKS)
    return viewer.may(Permission.ADMINISTER) or organisation in publishing(viewer)


def may_permit(viewer: Viewer) -> bool:
    return viewer.may(Permission.PERMIT_WORKS)


def visible_works(viewer: Viewer) -> QuerySet[PlannedWork]:
    """What is permitted or was: everybody. Who plans works sees what others have filed, to plan with them; drafts
    and what was refused or withdrawn are their owner's and the permitting office's."""
    wanted = Q(state__in=PUBLIC)
    if may_permit(viewer):
        wanted |= ~Q(state=WorkState.DRAFT)
    if viewer.may(Permission.PUBLISH_WORKS):
        wanted |= Q(state=WorkState.SUBMITTED)
        if not viewer.grants or viewer.may(Permission.ADMINISTER):
            wanted |= ~Q(pk__in=())
        else:
            wanted |= Q(organisation__in=publishing(viewer))
    return PlannedWork.objects.filter(wanted & _inside(viewer)).select_related("organisation")


def listed(viewer: Viewer, wanted: WorkFilter, *, today: date) -> QuerySet[PlannedWork]:
    rows = visible_works(viewer)
    if wanted.q:
        rows = rows.filter(title_key__contains=fold(wanted.q))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.owner:
        rows = rows.filter(organisation__code=wanted.owner)
    if wanted.district:
        rows = rows.filter(districts__contains=[wanted.district])
    if wanted.street:
        rows = rows.filter(streets__uid=wanted.street)
    if wanted.state == "now":
        rows = rows.filter(state=WorkState.UNDER_WAY)
    elif wanted.state == "coming":
        rows = rows.filter(state__in=COMING, end__gte=today)
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.on:
        rows = rows.filter(begin__lte=wanted.on, end__gte=wanted.on)
    if wanted.begin:
        rows = rows.filter(end__gte=wanted.begin)
    if wanted.end:
        rows = rows.filter(begin__lte=wanted.end)
    return rows.order_by(*ORDERS[wanted.sort])


def _inside(viewer: Viewer) -> Q:
    """A program that is kept to areas sees works there only."""
    if viewer.client is None or viewer.client.reach.everywhere:
        return Q()
    reach = viewer.client.reach
    return Q(districts__contained_by=list(reach.districts), districts__len__gt=0) | Q(
        neighbourhoods__contained_by=list(reach.neighbourhoods), neighbourhoods__len__gt=0
    )


@dataclass(frozen=True)
class Places:
    """Ids of what a shape touches, and its length in metres."""

    streets: Sequence[int]
    neighbourhoods: Sequence[int]
    districts: Sequence[int]
    metres: float


def places_of(shape: GEOSGeometry) -> Places:
    """What a shape (EPSG:4326) touches. Raises InvalidInput for one that takes the database too long."""
    asked = {"shape": shape.wkb, "near_m": CONF.works_near_m, "along_m": CONF.works_along_m}
    with _refusing_the_intricate():
        (row,) = sql.run("cases", "planned_work_places", asked, seconds=CONF.works_seconds)
    return Places(**row)


@contextmanager
def _refusing_the_intricate() -> Iterator[None]:
    try:
        yield
    except sql.TooSlow:
        words = _("The shape is too intricate: draw it more simply.")
        raise InvalidInput({"shape": [words]}) from None


@dataclass(frozen=True)
class Conflict:
    """Something beside or against a work. `what`: MORATORIUM (hard), NEW_SURFACE, EVENT, SAME_TIME, or SHARE,
    a chance: then `saved` tells what one trench would save."""

    what: str
    row: dict[str, Any]
    saved: Saving | None = None

    @property
    def hard(self) -> bool:
        return self.what == "MORATORIUM"


@dataclass(frozen=True)
class Around:
    """Conflicts and chances of a work, the worst first, and how many open cases that the viewer sees lie at it."""

    conflicts: list[Conflict]
    cases: int

    @property
    def hard(self) -> bool:
        return _hard(self.conflicts)


def _hard(conflicts: Iterable[Conflict]) -> bool:
    return any(one.hard for one in conflicts)


def around(
    shape: GEOSGeometry, said: PlannedWork | Proposal, *, viewer: Viewer,
    own: PlannedWork | None = None,
) -> Around:  # fmt: skip
    """What stands beside or against what is `said` of a work at a place (EPSG:4326). Of drafts only the owner's own
    count. Raises InvalidInput as `places_of`."""
    cases = mapped_cases(as_told(viewer)).filter(
        state__in=OPEN, geom_m__dwithin=_reach(shape, CONF.works_cases_m)
    )
    return Around(_conflicts(shape, said, viewer, own), cases.count())


def around_work(work: PlannedWork, viewer: Viewer) -> Around:
    """The same for a work that is there."""
    return around(work.geom, work, viewer=viewer, own=work)


def stands_against(work: PlannedWork, viewer: Viewer) -> bool:
    """Whether something keeps it from being permitted."""
    return _hard(_conflicts(work.geom, work, viewer, work))


def _conflicts(
    shape: GEOSGeometry, said: PlannedWork | Proposal, viewer: Viewer, own: PlannedWork | None
) -> list[Conflict]:
    owner = own.organisation_id if own else None
    asked = {
        "shape": shape.wkb, "own": own.pk if own else None, "begin": said.begin, "end": said.end,
        "kind": said.kind, "digs": said.kind in DIGGING, "near_m": CONF.works_near_m,
        "share_m": CONF.works_share_m, "share_days": CONF.works_share_days,
        "share_least_m": CONF.works_share_least_m, "fresh_days": CONF.works_fresh_days,
        "drafts": owner if owner is not None and may_publish(viewer, owner) else None,
    }  # fmt: skip
    with _refusing_the_intricate():
        rows = sql.run("cases", "planned_work_conflicts", asked, seconds=CONF.works_seconds)
    return [
        Conflict(row["what"], row, _saved(row, said) if row["what"] == "SHARE" else None)
        for row in rows
    ]


def _saved(row: dict[str, Any], said: PlannedWork | Proposal) -> Saving:
    days = ((said.end - said.begin).days + 1, (row["end"] - row["begin"]).days + 1)
    return saving(
        metres=row["shared_m"], length=min(row["own_m"], row["other_m"]), days=days,
        widths=(said.width_m, row["width_m"]), depths=(said.depth_m, row["depth_m"]),
    )  # fmt: skip


def _reach(shape: GEOSGeometry, metres: float) -> tuple[GEOSGeometry, float]:
    """A shape of degrees and metres on the ground, for the indexed Mercator columns."""
    stretched = metres / cos(radians(shape.centroid.y))
    return shape.transform(3857, clone=True), stretched


def own_work(viewer: Viewer, external_id: str) -> PlannedWork | None:
    """The one work that a viewer has filed under a number, where there is one."""
    if not external_id:
        return None
    rows = visible_works(viewer).filter(
        external_id=external_id, organisation__in=publishing(viewer)
    )
    return rows.first()


def works_at(case: Case, *, today: date) -> list[PlannedWork]:
    """Works under way, or permitted for today, at the place of a case: it may be theirs."""
    if case.geom is None:
        return []
    return works_near(case.geom, today=today)


def works_near(point: GEOSGeometry, *, today: date) -> list[PlannedWork]:
    """Works that are permitted and run today, so near to a point (EPSG:4326) that what is wrong there may be
    theirs; the nearest first."""
    rows = PlannedWork.objects.filter(
        state__in=(WorkState.PERMITTED, WorkState.UNDER_WAY), begin__lte=today, end__gte=today,
        geom_m__dwithin=_reach(point, CONF.works_cases_m),
    ).exclude(kind=Kind.EVENT)  # fmt: skip
    return sorted(
        rows.select_related("organisation"),
        key=lambda w: (w.geom.distance(point), w.pk),
    )


def streets_of(work: PlannedWork) -> list[Street]:
    return list(work.streets.order_by("name", "pk").select_related("district"))


def tile(request: TileRequest) -> bytes:
    """The layer `planned_works` of one tile."""
    parameters = {"day": None, "today": timezone.localdate()} | request.sql()
    return bytes(sql.value("cases", "tile_planned_works", parameters) or b"")
