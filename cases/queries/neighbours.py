"""What stands around a case: open ones near, those that may be the same, and its reporters' others."""

import math
from dataclasses import dataclass

from django.contrib.gis.db.models.functions import Distance, GeometryDistance
from django.contrib.gis.geos import Point
from django.db.models import F, Q, QuerySet

from accounts.rules.viewer import Viewer
from cases.conf import CONF
from cases.models import Case, CaseReporter, Reporter, WorkOrder
from cases.queries.case_list import within
from cases.queries.visibility import visible_cases
from cases.rules.lifecycle import OPEN
from cases.rules.likeness import Likeness, Told, compare, without
from cases.rules.work import OPEN_ORDERS
from core.rules.text import key

_LOOKED_AT = 100  # nearest open cases
_SHOWN = 8
_SHOWN_IN_CALL = 3


@dataclass(frozen=True)
class Neighbour:
    case: Case
    metres: float
    likeness: Likeness


@dataclass(frozen=True)
class Around:
    """`near` are open cases within CONF.near_m, those of the same group first; `alike` may be the
    same thing, most alike first; `work` are open work orders at the near ones."""

    near: list[Neighbour]
    alike: list[Neighbour]
    work: list[WorkOrder]


def around(case: Case, viewer: Viewer) -> Around:
    """Of the cases that the viewer sees; two queries. The nearest 100 open ones are looked at."""
    if case.geom is None:
        return Around([], [], [])
    kind = case.request_type
    rows = (
        visible_cases(viewer)
        .filter(within(case.geom.x, case.geom.y, CONF.alike_m), state__in=sorted(OPEN))
        .exclude(pk=case.pk)
        .select_related("request_type")
        .order_by(GeometryDistance("geom_m", case.geom_m))
    )
    ours = told(case)
    found = []
    for other in rows[:_LOOKED_AT]:
        metres = _metres(case, other)
        found.append(Neighbour(other, metres, compare_told(ours, other, metres)))
    near = [n for n in found if n.metres <= CONF.near_m]
    group = kind.group_id if kind else None
    near.sort(key=lambda n: (not n.likeness.same_group if group else False, n.metres, n.case.pk))
    alike = [
        n
        for n in found
        if n.likeness.score >= CONF.alike_least
        and n.case.parent_id != case.pk
        and case.parent_id != n.case.pk
        and n.likeness.days <= CONF.alike_days
    ]
    alike.sort(key=lambda n: (-n.likeness.score, n.case.pk))
    orders = WorkOrder.objects.filter(
        case__in=[n.case.pk for n in near], state__in=sorted(OPEN_ORDERS)
    ).select_related("crew", "case")
    return Around(near[:_SHOWN], alike[:_SHOWN], list(orders.order_by("planned_day")[:_SHOWN]))


def likely_duplicates(
    viewer: Viewer, *, request_type: str, lon: float, lat: float
) -> list[tuple[Case, int]]:
    """Open cases of a type within CONF.near_m of a point (EPSG:4326) that the viewer may see, the
    nearest first, each with its distance in metres: what somebody may be reporting once more."""
    if not (-180 <= lon <= 180 and -85 <= lat <= 85):
        return []
    point = Point(lon, lat, srid=4326).transform(3857, clone=True)
    rows = (
        visible_cases(viewer)
        .filter(within(lon, lat, CONF.near_m), request_type__code=request_type, state__in=OPEN)
        .annotate(away=Distance("geom_m", point))
        .select_related("request_type")
        .order_by("away", "pk")[:_SHOWN_IN_CALL]
    )
    return [(case, round(case.away.m * math.cos(math.radians(lat)))) for case in rows]


def told(case: Case) -> Told:
    kind = case.request_type
    words = without(case.text_key, [key(case.number), key(case.place_label)])
    return Told(case.request_type_id, kind.group_id if kind else None, case.opened_at, words)


def likeness_of(case: Case, other: Case) -> Likeness | None:
    """None where one of them has no point."""
    if case.geom is None or other.geom is None:
        return None
    return compare_told(told(case), other, _metres(case, other))


def compare_told(ours: Told, other: Case, metres: float) -> Likeness:
    return compare(
        ours, told(other), metres, within_m=CONF.alike_m, within_days=float(CONF.alike_days)
    )


def _metres(a: Case, b: Case) -> float:
    """Between two points a few hundred metres apart."""
    assert a.geom is not None and b.geom is not None
    east = (b.geom.x - a.geom.x) * math.cos(math.radians(a.geom.y))
    return math.hypot(east, b.geom.y - a.geom.y) * 111_195


def others_of_reporters(case: Case, viewer: Viewer) -> QuerySet[Case]:
    """Other cases of whoever reported this one, found by the blind index, of those that the viewer
    sees; newest first."""
    mine = Reporter.objects.filter(casereporter__case=case)
    indexes = mine.values_list("pk", "phone_index", "email_index")
    same = Q(pk__in=())
    for pk, phone, email in indexes:
        same |= Q(pk=pk)
        same |= Q(phone_index=phone) if phone else Q(pk__in=())
        same |= Q(email_index=email) if email else Q(pk__in=())
    people = Reporter.objects.filter(same).values_list("pk", flat=True)[:50]
    theirs = CaseReporter.objects.filter(reporter__in=list(people)).values("case")
    rows = visible_cases(viewer).filter(pk__in=theirs).exclude(pk=case.pk)
    return rows.select_related("request_type").order_by(F("opened_at").desc(), "-pk")
