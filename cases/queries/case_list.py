"""The console's list: what may be filtered and sorted, over the cases that the viewer may see."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.rules.viewer import Viewer
from cases.models import Case
from cases.queries.visibility import visible_cases, with_names
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
        values = {
            name: query.get(name, "").replace("\0", "").strip()[:200]
            for name in cls.__dataclass_fields__
        }
        states = {"open", "all", *State}
        values["state"] = values["state"] if values["state"] in states else "open"
        values["sort"] = values["sort"] if values["sort"] in SORTS else "new"
        for name in ("district", "department"):
            values[name] = values[name] if values[name].isascii() and values[name].isdigit() else ""
        return cls(**values)


def case_list(viewer: Viewer, wanted: ListFilter) -> QuerySet[Case]:
    """Rows in the order asked for. A number typed into the search box ignores all other filters."""
    rows = with_names(visible_cases(viewer))
    by_number = rows.filter(number=wanted.q)
    if wanted.q and by_number.exists():
        return by_number
    if wanted.state == "open":
        rows = rows.filter(state__in=OPEN)
    elif wanted.state != "all":
        rows = rows.filter(state=wanted.state)
    conditions = Q()
    if words := key(wanted.q).split()[:8]:
        # The beginnings of all words, by the index case_words; keys hold letters and digits only.
        query = SearchQuery(" & ".join(f"{w}:*" for w in words), search_type="raw", config="simple")
        rows = rows.annotate(words=SearchVector("text_key", config="simple"))
        conditions &= Q(words=query)
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
