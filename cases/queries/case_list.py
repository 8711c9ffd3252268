"""The console's list: what may be filtered and sorted, over the cases that the viewer may see."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.rules.viewer import Viewer
from cases.models import Case
from cases.queries.visibility import visible_cases
from cases.rules.lifecycle import OPEN, State
from core.rules.text import key

SORTS = {
    "new": ("-opened_at", "-pk"),
    "old": ("opened_at", "pk"),
    "due": ("due_at", "pk"),
    "changed": ("-changed_at", "-pk"),
}


@dataclass(frozen=True)
class ListFilter:
    """As it stands in the query string; unknown values are dropped."""

    q: str = ""
    state: str = "open"
    group: str = ""
    district: str = ""
    department: str = ""
    review: str = ""
    overdue: str = ""
    sort: str = "new"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "ListFilter":
        values = {name: query.get(name, "").strip()[:200] for name in cls.__dataclass_fields__}
        states = {"open", "all", *State}
        values["state"] = values["state"] if values["state"] in states else "open"
        values["sort"] = values["sort"] if values["sort"] in SORTS else "new"
        for name in ("district", "department"):
            values[name] = values[name] if values[name].isascii() and values[name].isdigit() else ""
        return cls(**values)


def case_list(viewer: Viewer, wanted: ListFilter) -> QuerySet[Case]:
    """Rows in the order asked for. A number typed into the search box ignores all other filters."""
    rows = visible_cases(viewer).select_related(
        "request_type__group", "department__organisation", "district", "neighbourhood", "channel"
    )
    by_number = rows.filter(number=wanted.q)
    if wanted.q and by_number.exists():
        return by_number
    if wanted.state == "open":
        rows = rows.filter(state__in=OPEN)
    elif wanted.state != "all":
        rows = rows.filter(state=wanted.state)
    conditions = Q()
    for word in key(wanted.q).split()[:8]:
        conditions &= Q(text_key__contains=word)
    if wanted.group:
        conditions &= Q(request_type__group__code=wanted.group)
    if wanted.district:
        conditions &= Q(district=wanted.district)
    if wanted.department:
        conditions &= Q(department=wanted.department)
    if wanted.review:
        conditions &= Q(needs_review=True)
    if wanted.overdue:
        conditions &= Q(due_at__lt=timezone.now(), state__in=OPEN)
    return rows.filter(conditions).order_by(*SORTS[wanted.sort])
