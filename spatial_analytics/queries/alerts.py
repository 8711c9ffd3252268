"""Which alerts a viewer sees, and what they were worth: lists, pages, exports and maps all ask here."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate, TruncMonth
from django.utils import timezone

from accounts.rules.roles import Permission
from accounts.rules.viewer import Scope, Viewer
from cases.models import Case
from cases.queries.catalogue import request_types
from cases.queries.visibility import visible_cases
from core.queries import sql
from spatial_analytics.models import Alert, AlertCase
from tiles.layers import TileRequest

#: So long an alert that nobody has judged is open.
RECENT = timedelta(days=28)


def sees_alerts(viewer: Viewer) -> bool:
    """Who has an inbox at all."""
    return viewer.user_id is not None and (viewer.counts_everything or bool(viewer.scopes))


def visible_alerts(viewer: Viewer) -> QuerySet[Alert]:
    """Analysts see all, others those of their bodies, areas and types; sensitive ones only who may see such
    cases. Whose area is drawn sees none: an alert is no single place inside or outside of it."""
    if not viewer.grants:
        return Alert.objects.all() if viewer.may(Permission.SEE_ANALYTICS) else Alert.objects.none()
    wanted = Q(pk__in=())
    if viewer.counts_everything:
        wanted |= Q() if viewer.cleared else Q(sensitive=False)
    for scope in viewer.scopes:
        if scope.reach.drawn is None:
            wanted |= _in_scope(scope)
    return Alert.objects.filter(wanted)


def _in_scope(scope: Scope) -> Q:
    reach, wanted = scope.reach, ~Q(pk__in=())
    if not scope.everything:
        wanted &= Q(organisation_id__in=scope.organisations) | Q(
            department_id__in=scope.departments
        )
    if not reach.everywhere:
        wanted &= Q(districts__contained_by=list(reach.districts), districts__len__gt=0) | Q(
            neighbourhoods__contained_by=list(reach.neighbourhoods), neighbourhoods__len__gt=0
        )
    if reach.groups or reach.types:
        wanted &= Q(type_group_id__in=reach.groups)
    if not reach.sensitive:
        wanted &= Q(sensitive=False)
    return wanted


def cases_of(alert: Alert, viewer: Viewer) -> QuerySet[Case]:
    """Those of its cases that the viewer sees."""
    ids = AlertCase.objects.filter(alert=alert).values("case_id")
    return visible_cases(viewer).filter(pk__in=ids)


def main_types(alerts: Collection[Alert], viewer: Viewer) -> dict[int, list[tuple[str, int]]]:
    """By row id of an alert: the types of those of its cases that the viewer sees, the most frequent first."""
    members = AlertCase.objects.filter(alert__in=alerts).values_list("alert_id", "case_id")
    seen = dict(
        visible_cases(viewer).filter(pk__in={case for _, case in members})
        .values_list("pk", "request_type_id").order_by()
    )  # fmt: skip
    names = {kind.id: kind.name for kind in request_types().values()}
    counts: dict[int, Counter[str]] = {}
    for alert, case in members:
        if name := names.get(seen.get(case) or 0):
            counts.setdefault(alert, Counter())[name] += 1
    return {alert: found.most_common(3) for alert, found in counts.items()}


def may_judge(alert: Alert, viewer: Viewer) -> bool:
    """Whoever works on its cases, or on all figures, may say what it was worth."""
    held = viewer.permissions_at(alert.organisation_id, alert.department_id)
    own = {Permission.TRIAGE_CASE, Permission.WORK_CASE, Permission.SEE_ANALYTICS}
    return bool(held & own) or viewer.counts_everything


def by_day(alert: Alert) -> list[tuple[date, int]]:
    """Its cases on each day from its first to its last."""
    rows = Case.objects.filter(pk__in=ids_of([alert.pk])[alert.pk]).annotate(
        day=TruncDate("opened_at")
    )
    counts = dict(rows.values_list("day").annotate(Count("pk")).order_by())
    length = (alert.last_day - alert.first_day).days + 1
    days = [alert.first_day + timedelta(days=n) for n in range(length)]
    return [(day, counts.get(day, 0)) for day in days]


@dataclass(frozen=True)
class Worth:
    """What people said of the alerts raised in one month."""

    month: date
    raised: int
    real: int
    known: int
    noise: int

    @property
    def judged(self) -> int:
        return self.real + self.known + self.noise

    @property
    def precision(self) -> float | None:
        """Share of the judged that told of something real, known before or not; None where none is judged."""
        return (self.real + self.known) / self.judged if self.judged else None


def worth(alerts: QuerySet[Alert]) -> list[Worth]:
    """Month by month, the newest first."""
    rows = (
        alerts.annotate(month=TruncMonth("raised_on")).order_by("-month").values("month")
        .annotate(
            raised=Count("pk"),
            real=Count("pk", filter=Q(verdict=Alert.Verdict.REAL)),
            known=Count("pk", filter=Q(verdict=Alert.Verdict.KNOWN)),
            noise=Count("pk", filter=Q(verdict=Alert.Verdict.NOISE)),
        )
    )  # fmt: skip
    return [
        Worth(row["month"], row["raised"], row["real"], row["known"], row["noise"]) for row in rows
    ]


def ids_of(alerts: Collection[int]) -> dict[int, set[int]]:
    """The cases of each alert."""
    found: dict[int, set[int]] = {alert: set() for alert in alerts}
    for alert, case in AlertCase.objects.filter(alert__in=alerts).values_list("alert", "case_id"):
        found[alert].add(case)
    return found


def who_sees_alerts(viewer: Viewer) -> str:
    """The name of all who see the same alerts."""
    if not sees_alerts(viewer):
        return "public"
    return f"{viewer.audience};{viewer.counts_everything};{viewer.cleared}"


def alert_tile(request: TileRequest) -> bytes:
    """The layer `alerts` of one tile; empty for whoever has no inbox of them."""
    if not sees_alerts(request.viewer):
        return b""
    scope, values = sql.condition(visible_alerts(request.viewer))
    state = request.parameters.get("state", "open")
    given = request.sql(**values, state=state, since=timezone.localdate() - RECENT)
    return bytes(sql.value("spatial_analytics", "tile_alerts", given, {"scope": scope}) or b"")
