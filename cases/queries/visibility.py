"""Which cases a viewer sees: lists, details, exports and tiles all ask here."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import ApiClient, Membership
from accounts.rules.roles import Permission
from accounts.rules.viewer import Reach, Scope, Viewer
from addresses.models import Building, Parcel, Street
from cases.models import Case, Referral, RequestType, RoutingArea
from core.queries import sql
from core.rules.text import key

_SHAPES = [
    f"{area}__{column}" for area in ("district", "neighbourhood") for column in ("geom", "geom_m")
]


def with_names(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Joins what a list or a page shows of a case; the outlines of its areas stay behind."""
    return cases.select_related(
        "request_type__group", "department__organisation", "district", "neighbourhood", "channel"
    ).defer(*_SHAPES)


def visible_cases(viewer: Viewer) -> QuerySet[Case]:
    """All rows that this viewer may see in full; the anonymous viewer sees none."""
    if not viewer.may(Permission.SEE_CASES):
        return Case.objects.none()
    if not viewer.grants:  # the superuser
        return Case.objects.all()
    wanted = Q(pk__in=())
    for scope in viewer.scopes:
        wanted |= _in_scope(scope)
    return Case.objects.filter(wanted)


def mapped_cases(viewer: Viewer) -> QuerySet[Case]:
    """What a map shows this viewer: who may not see cases sees the public ones of every body."""
    return visible_cases(viewer) if viewer.may(Permission.SEE_CASES) else public_cases()


def public_cases() -> QuerySet[Case]:
    """Those that may stand on a public map; never one of a sensitive type."""
    return Case.objects.filter(PUBLIC)


def take_the_time_of_a_hidden_one(viewer: Viewer, number: str) -> None:
    """After a case was not found: the time that it took must not tell whether there is none, or one that the viewer
    may not see. To hold a case against a viewer's scopes takes longest, and is done here where there is none."""
    there = Case.objects.filter(number=number[:40]).exists()
    newest = Case.objects.order_by("-pk").values_list("pk", flat=True).first()
    visible_cases(viewer).filter(pk=0 if there else newest or 0).exists()


def permissions_on(case: Case, viewer: Viewer) -> frozenset[Permission]:
    """What this viewer may do to this case, by the grants that reach it."""
    if not viewer.grants:
        return viewer.permissions
    held = (
        g.permissions
        for g in viewer.grants
        if g.covers(case.organisation_id, case.department_id) and _reaches(g.reach, case)
    )
    return frozenset().union(*held)


def may_open_at(case: Case, viewer: Viewer) -> bool:
    """Whether this member of staff may open a case at this place: of any type, for any body."""
    if not viewer.grants:
        return viewer.may(Permission.OPEN_CASE)
    return any(
        Permission.OPEN_CASE in g.permissions and _lies_in(g.reach, case) for g in viewer.grants
    )


def scope_sql(viewer: Viewer) -> tuple[str, dict[str, Any]]:
    """`mapped_cases` as a condition on the table `cases_case` for SQL, and its named parameters."""
    return sql.condition(mapped_cases(viewer))


_NOT_SENSITIVE = ~Q(request_type__in=RequestType.objects.filter(sensitive=True).values("pk"))
#: What `public_cases` are, for whoever joins it with other conditions.
PUBLIC = _NOT_SENSITIVE & Q(public=True)


def _in_scope(scope: Scope) -> Q:
    reach, wanted = scope.reach, Q()
    if not scope.everything:
        bodies = Q(organisation__in=scope.organisations) | Q(department__in=scope.departments)
        wanted &= bodies | _concerning(scope) if scope.concerned else bodies
    if not reach.everywhere:
        wanted &= areas_of(reach)
    if reach.groups or reach.types:
        of_groups = RequestType.objects.filter(group__in=reach.groups).values("pk")
        wanted &= Q(request_type__in=reach.types) | Q(request_type__in=of_groups)
    if not reach.sensitive:
        wanted &= _NOT_SENSITIVE
    return wanted


def _concerning(scope: Scope) -> Q:
    """What was referred to these organisations and not sent back, and what lies on their assets: the
    owners that routing knows, by the word that rules use for them. No joins: see `scope_sql`."""
    referred = Referral.objects.filter(to_department__organisation__in=scope.organisations).exclude(
        accepted=False
    )
    found = Q(pk__in=referred.values("case"))
    rows = RoutingArea.objects.filter(kind=RoutingArea.Kind.OWNER).only("owner", "valid_to")
    today = timezone.localdate()
    drawn = [
        a.pk for a in rows
        if key(a.owner) in scope.concerned and (a.valid_to is None or a.valid_to > today)
    ]  # fmt: skip
    if drawn:
        inside = RoutingArea.objects.filter(pk__in=drawn, geom__covers=OuterRef("geom"))
        found |= Q(Exists(inside))
    words = sorted({w for c in scope.concerned for w in (c, c.upper())})
    for column, kind in (("building", Building), ("parcel", Parcel), ("street", Street)):
        owned = kind.objects.filter(identifiers__owner__in=words)
        found |= Q(**{f"{column}__in": owned.values("pk")})
    return found


def areas_of(reach: Reach) -> Q:
    """Cases in the areas of a reach that has some."""
    areas = Q(district__in=reach.districts) | Q(neighbourhood__in=reach.neighbourhoods)
    if reach.drawn:
        drawn = _outlines(reach).filter(area__covers=OuterRef("geom"))
        areas |= Q(Exists(drawn))
    return areas


def _reaches(reach: Reach, case: Case) -> bool:
    """`_in_scope` of one case."""
    kind = case.request_type
    if kind is not None and kind.sensitive and not reach.sensitive:
        return False
    named = kind is not None and (kind.pk in reach.types or kind.group_id in reach.groups)
    if (reach.groups or reach.types) and not named:
        return False
    return _lies_in(reach, case)


def _lies_in(reach: Reach, case: Case) -> bool:
    return (
        reach.everywhere
        or case.district_id in reach.districts
        or case.neighbourhood_id in reach.neighbourhoods
        or (
            reach.drawn is not None
            and case.geom is not None
            and _outlines(reach).filter(area__covers=case.geom).exists()
        )
    )


def _outlines(reach: Reach) -> QuerySet[Any]:
    """The row whose drawn area counts: of a membership, or of a client."""
    rows: Any = ApiClient.objects if reach.of_client else Membership.objects
    return rows.filter(pk=reach.drawn)  # type: ignore[no-any-return]
