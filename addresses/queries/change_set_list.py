"""The list of change sets, filtered and sorted."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from addresses.models import ChangeSet

SORTS = {
    "new": ("-created_at", "-pk"),
    "old": ("created_at", "pk"),
    "number": ("-number", "-pk"),
    "title": ("title", "pk"),
}


@dataclass(frozen=True)
class ListFilter:
    """What the list's form says; whatever it does not know is left out."""

    q: str = ""
    state: str = ""
    kind: str = ""
    mine: bool = False
    sort: str = "new"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "ListFilter":
        state, kind, sort = (query.get(n, "") for n in ("state", "kind", "sort"))
        return cls(
            q=query.get("q", "").replace("\x00", "").strip()[:200],
            state=state if state in ("open", *ChangeSet.State.values) else "",
            kind=kind if kind in ChangeSet.Kind.values else "",
            mine=query.get("mine") == "1",
            sort=sort if sort in SORTS else "new",
        )


def change_sets(wanted: ListFilter, *, user_id: int | None) -> QuerySet[ChangeSet]:
    """Whoever may view the register sees them all."""
    rows = ChangeSet.objects.select_related("author")
    if wanted.state == "open":
        rows = rows.filter(state__in=["DRAFT", "CHECKED", "REVIEWED"])
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.mine:
        rows = rows.filter(author_id=user_id)
    if wanted.q:
        words = Q(title__icontains=wanted.q) | Q(reason__icontains=wanted.q)
        words |= Q(legal_basis__icontains=wanted.q) | Q(source__icontains=wanted.q)
        if wanted.q.isascii() and wanted.q.isdigit() and len(wanted.q) < 16:
            words |= Q(number=int(wanted.q))
        rows = rows.filter(words)
    if wanted.sort == "number":
        rows = rows.filter(number__isnull=False)
    return rows.annotate(changed=Count("changes")).order_by(*SORTS[wanted.sort])
