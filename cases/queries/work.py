"""Work orders that a viewer sees: a crew its own, a planner those of the bodies planned for."""

from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts.models import Crew, Department, Membership, User
from accounts.rules.roles import ROLE_PERMISSIONS, Permission
from accounts.rules.viewer import Viewer
from cases.models import Case, WorkOrder
from cases.queries.visibility import visible_cases, with_names
from cases.rules.lifecycle import State
from cases.rules.work import OPEN_ORDERS, OrderState

_PLANNABLE = (State.ROUTED, State.REOPENED, State.ACCEPTED, State.IN_PROGRESS, State.PLANNED)


def departments_planned(viewer: Viewer) -> QuerySet[Department]:
    """The departments whose work this viewer plans."""
    rows = Department.objects.select_related("organisation").filter(active=True)
    if not viewer.may(Permission.PLAN_WORK):
        return rows.none()
    if not viewer.grants:
        return rows
    scope = Q(pk__in=())
    for grant in viewer.grants:
        if Permission.PLAN_WORK not in grant.permissions:
            continue
        if Permission.SEE_ALL_CASES in grant.permissions:
            return rows
        scope |= Q(organisation=grant.organisation) | Q(pk__in=grant.departments)
    return rows.filter(scope)


def visible_orders(viewer: Viewer) -> QuerySet[WorkOrder]:
    """A crew's member sees the crew's, a planner those of cases that the planned departments have;
    both only of cases that they see at all."""
    if viewer.user_id is None:
        return WorkOrder.objects.none()
    mine = Q(crew__in=Crew.objects.filter(members=viewer.user_id, active=True))
    planned = Q(case__department__in=departments_planned(viewer).values("pk"))
    return WorkOrder.objects.filter(mine | planned, case__in=visible_cases(viewer))


def crews_of(viewer: Viewer) -> QuerySet[Crew]:
    """The crews in which this viewer works."""
    return Crew.objects.filter(members=viewer.user_id, active=True).order_by("name")


def orders_of_day(
    viewer: Viewer, crews: QuerySet[Crew] | list[Crew], day: date
) -> QuerySet[WorkOrder]:
    """What these crews have on a day in its order; called-off orders are left out."""
    rows = _listed(viewer, crews).filter(planned_day=day).exclude(state=OrderState.CANCELLED)
    return rows.order_by("crew__name", "position", "pk")


def left_over(viewer: Viewer, crews: QuerySet[Crew] | list[Crew], day: date) -> QuerySet[WorkOrder]:
    """Open orders of days before this one."""
    rows = _listed(viewer, crews).filter(planned_day__lt=day, state__in=OPEN_ORDERS)
    return rows.order_by("planned_day", "position", "pk")


def _listed(viewer: Viewer, crews: QuerySet[Crew] | list[Crew]) -> QuerySet[WorkOrder]:
    """With what lists show of the orders and their cases."""
    return (
        visible_orders(viewer)
        .filter(crew__in=crews)
        .select_related("crew", "result_code", "case__request_type", "case__neighbourhood")
        .defer("case__neighbourhood__geom", "case__neighbourhood__geom_m")
        .prefetch_related("case__photos")
    )


def people_of(department: int | None) -> QuerySet[User]:
    """Who may answer for a case of this department: whoever coordinates or works there."""
    roles = [r for r, may in ROLE_PERMISSIONS.items() if Permission.WORK_CASE in may]
    members = Membership.objects.filter(
        Q(department=department) | Q(department=None, organisation__departments=department),
        role__in=[r for r in roles if r != Membership.Role.ADMINISTRATOR],
    )
    people = User.objects.filter(is_active=True, memberships__in=members) if department else None
    return User.objects.none() if people is None else people.distinct().order_by("full_name")


def unplanned(viewer: Viewer, department: Department) -> QuerySet[Case]:
    """What the department has and no crew has on its list: first what is due first."""
    ordered = WorkOrder.objects.filter(case=OuterRef("pk"), state__in=OPEN_ORDERS)
    return (
        with_names(visible_cases(viewer))
        .select_related("crew")
        .filter(~Exists(ordered), department=department, state__in=_PLANNABLE)
        .order_by(F("due_at").asc(nulls_last=True), "pk")
    )


def crews_of_department(department: Department, day: date) -> QuerySet[Crew]:
    """Its crews, with the number of open orders of the day."""
    count = Count(
        "work_orders",
        filter=Q(work_orders__planned_day=day, work_orders__state__in=OPEN_ORDERS),
    )
    return department.crews.filter(active=True).annotate(open=count).order_by("name")
