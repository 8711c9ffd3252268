"""Which crew of its department gets a case."""

from datetime import datetime

from django.db.models import Count, Q

from accounts.models import Crew, Department
from cases.models import Case
from cases.rules.lifecycle import OPEN
from cases.rules.work import Load, next_crew


def share(case: Case, now: datetime) -> None:
    """Sets the crew by the department's policy, if it has one and the case has no crew. The caller
    holds the case's row; the crews are locked, so that two cases at once are two turns."""
    if case.crew_id or case.department_id is None:
        return
    sharing = Department.objects.values_list("sharing", flat=True).get(pk=case.department_id)
    if sharing == Department.Sharing.BY_HAND:
        return
    crews = {
        c.pk: c
        for c in Crew.objects.select_for_update()
        .filter(department=case.department_id, active=True)
        .order_by("pk")
    }
    counts = Case.objects.filter(crew__in=crews).values("crew")
    open_ = dict(counts.annotate(n=Count("pk", filter=Q(state__in=OPEN))).values_list("crew", "n"))
    chosen = next_crew(
        sharing, [Load(c.pk, open_.get(c.pk, 0), c.last_given_at) for c in crews.values()]
    )
    if chosen is not None:
        case.crew = crews[chosen]
        Crew.objects.filter(pk=chosen).update(last_given_at=now)
