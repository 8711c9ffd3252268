"""The feed of cases, for whoever may see some of them: what concerns them, in the order of commits.

An event is told to whom the case concerned when it got its number, and as gone (`D`) to whom it
concerned until then; both by what is stored with the number, so that a replay tells the same.
"""

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import ApiClient, Membership
from accounts.rules.roles import Permission
from accounts.rules.viewer import Reach, Scope, Viewer
from cases.models import Case, FeedCounter, FeedEvent, RequestType
from notifications.rules.topics import Letter

OPENED, BEFORE = "opened", "known"
TOPIC = "cases"
KINDS = ("case.opened", "case.changed", "case.gone")
_COLLECTION = "cases"


class TooOld(Exception):
    """The feed does not go back so far: read the list anew. `oldest` is where it begins."""

    def __init__(self, oldest: int) -> None:
        super().__init__(oldest)
        self.oldest = oldest


def latest() -> int:
    """The last number; 0 before the first."""
    return FeedCounter.objects.values_list("number", flat=True).first() or 0


def oldest(now: datetime) -> int:
    """The last number that a reader may hold and still follow; `now` is of no interest here."""
    return _oldest()


def _oldest() -> int:
    return FeedCounter.objects.values_list("oldest", flat=True).first() or 0


def events(viewer: Viewer, *, after: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    """At most `limit` events behind `after`, and the number that is reached with them. Raises TooOld.

    `operation` is `I` for a case that was opened or has come into sight, `U`, or `D`: forget it.
    """
    if after < (begins := _oldest()):
        raise TooOld(begins)
    upto = latest()
    inside = _seen_by(viewer)
    before = (
        FeedEvent.objects.filter(case=OuterRef("case"), number__lt=OuterRef("number"))
        .order_by("-number")
        .values("number")[:1]
    )
    rows = (
        FeedEvent.objects.filter(number__gt=after, number__lte=upto)
        .exclude(kind=BEFORE)
        .annotate(before=Subquery(before))
        .annotate(
            inside=Exists(FeedEvent.objects.filter(inside, number=OuterRef("number"))),
            stood=Exists(FeedEvent.objects.filter(inside, number=OuterRef("before"))),
        )
        .filter(Q(inside=True) | Q(stood=True))
        .order_by("number")
        .annotate(case_number=F("case__number"))
    )
    found = [_told(row, viewer) for row in rows[: limit + 1]]
    if len(found) > limit:
        found = found[:limit]
        return found, found[-1]["number"]
    return found, upto


def letters(viewer: Viewer, after: int, limit: int) -> tuple[list[Letter], int]:
    """The same for webhooks; from where the feed begins, for who lies behind that."""
    found, reached = events(viewer, after=max(after, _oldest()), limit=limit)
    kinds = {"I": KINDS[0], "U": KINDS[1], "D": KINDS[2]}
    told = [Letter(e["number"], kinds[e["operation"]], _moment(e["at"]), e) for e in found]
    return told, reached


def _moment(at: str | None) -> datetime:
    """When it was; where that is hidden, when it is told."""
    return datetime.fromisoformat(at) if at else timezone.now()


def may_follow(viewer: Viewer) -> bool:
    return viewer.may(Permission.SEE_CASES)


def public_body(case: Case) -> dict[str, Any]:
    """A case without words of people: what its own body sees of it, and other bodies may be told."""
    when = ("opened_at", "due_at", "resolved_at", "closed_at")
    return {
        "state": str(case.state),
        "kind": case.kind,
        "request_type": case.request_type.code if case.request_type else None,
        "urgency": case.urgency,
        "organisation": case.organisation.code if case.organisation else None,
        "department": case.department.code if case.department else None,
        **{n: v.isoformat() if (v := getattr(case, n)) else None for n in when},
        "place": {
            "label": case.place_label,
            "precision": case.precision,
            "lon": case.geom.x if case.geom else None,
            "lat": case.geom.y if case.geom else None,
            "district": case.district.name if case.district else None,
            "neighbourhood": case.neighbourhood.name if case.neighbourhood else None,
        },
    }


def _told(row: Any, viewer: Viewer) -> dict[str, Any]:
    said = {"number": row.number, "case": row.case_number, "at": row.at.isoformat()}
    if not row.inside or row.body is None:
        return said | {"operation": "D"}
    operation = "I" if row.kind == OPENED or not row.stood else "U"
    body, kind, client = row.body, row.kind, viewer.client
    if client is not None:
        body = {k: v for k, v in body.items() if not client.hides(_COLLECTION, k)}
        if client.hides(_COLLECTION, "state"):  # what was done would tell it
            kind = "changed"
        if client.hides(_COLLECTION, "opened_at") or client.hides(_COLLECTION, "changed_at"):
            said["at"] = None
    return said | {"operation": operation, "kind": kind, "body": body}


def _seen_by(viewer: Viewer) -> Q:
    """`visibility.visible_cases`, asked of what stands in the feed."""
    if not viewer.may(Permission.SEE_CASES):
        return Q(pk__in=())
    if not viewer.grants:  # the superuser
        return Q()
    wanted = Q(pk__in=())
    for scope in viewer.scopes:
        wanted |= _in_scope(scope)
    return wanted


def _in_scope(scope: Scope) -> Q:
    reach, wanted = scope.reach, Q()
    if not scope.everything:
        bodies = sorted(scope.organisations)
        own = Q(organisation__in=bodies) | Q(department__in=scope.departments)
        wanted &= own | Q(organisations__overlap=bodies) if scope.concerned else own
    if not reach.everywhere:
        wanted &= _areas(reach)
    if reach.groups or reach.types:
        of_groups = RequestType.objects.filter(group__in=reach.groups).values("pk")
        wanted &= Q(request_type__in=reach.types) | Q(request_type__in=of_groups)
    if not reach.sensitive:
        sensitive = RequestType.objects.filter(sensitive=True).values("pk")
        wanted &= Q(request_type=None) | ~Q(request_type__in=sensitive)
    return wanted


def _areas(reach: Reach) -> Q:
    areas = Q(district__in=reach.districts) | Q(neighbourhood__in=reach.neighbourhoods)
    if reach.drawn:
        rows: Any = ApiClient.objects if reach.of_client else Membership.objects
        areas |= Q(Exists(rows.filter(pk=reach.drawn, area__covers=OuterRef("geom"))))
    return areas
