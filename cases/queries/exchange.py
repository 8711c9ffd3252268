"""Transfers of cases to partners, as a list that somebody may see."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts.rules.viewer import Viewer
from cases.models import Transfer
from cases.queries.visibility import visible_cases
from core.web.sent import row_id

State = Transfer.State
#: Where a person must act.
NEEDS_PERSON = (State.STUCK, State.UNSURE)
SORTS = {
    "new": ("-changed_at", "-pk"),
    "old": ("changed_at", "pk"),
    "number": ("case__number", "pk"),
    "partner": ("partner__organisation__name", "-changed_at", "-pk"),
    "attempts": ("-attempts", "-changed_at", "-pk"),
    "next": ("next_at", "pk"),
}


@dataclass(frozen=True)
class TransferFilter:
    """As it stands in the query string; unknown values are dropped. `state` is one of the states,
    `person` (whatever needs one) or empty."""

    state: str = ""
    partner: int = 0
    q: str = ""
    sort: str = "new"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "TransferFilter":
        state, sort = query.get("state", ""), query.get("sort", "")
        return cls(
            state if state in (*State.values, "person") else "",
            row_id(query.get("partner", "")),
            query.get("q", "").replace("\x00", "").strip()[:120],
            sort if sort in SORTS else "new",
        )


def transfers(viewer: Viewer) -> QuerySet[Transfer]:
    """Those of cases that the viewer may see."""
    rows = Transfer.objects.filter(case__in=visible_cases(viewer).values("pk"))
    return rows.select_related("partner__organisation", "case__request_type").defer(
        "case__geom", "case__geom_m", "case__text_key", "case__candidates"
    )


def transfer_list(viewer: Viewer, wanted: TransferFilter) -> QuerySet[Transfer]:
    rows = transfers(viewer).order_by(*SORTS[wanted.sort])
    if wanted.state == "person":
        rows = rows.filter(state__in=NEEDS_PERSON)
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.partner:
        rows = rows.filter(partner=wanted.partner)
    if wanted.q:
        found = Q(case__number__iexact=wanted.q) | Q(remote_id=wanted.q) | Q(mark__iexact=wanted.q)
        rows = rows.filter(found)
    return rows


def counts(viewer: Viewer) -> dict[str, int]:
    """How many there are of each state; one statement."""
    rows = Transfer.objects.filter(case__in=visible_cases(viewer).values("pk"))
    found = rows.order_by().values_list("state").annotate(n=Count("pk"))
    return dict(found)
