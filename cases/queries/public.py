"""What everybody may know of a case that may be public: type, state, month, and roughly where."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from cases.models import Case, RequestType
from cases.queries.case_pages import COUNTED, Count, count_up_to, newest
from cases.queries.visibility import areas_of, public_cases
from cases.rules.days import day_of, midnight, month_begin
from cases.rules.lifecycle import ENDED, OPEN

_COLUMNS = (
    "pk", "state", "opened_at", "request_type__name", "request_type__name_en",
    "request_type__group__name", "request_type__group__name_en", "street__name",
    "neighbourhood__name", "district__name",
)  # fmt: skip


@dataclass(frozen=True)
class PublicFilter:
    """As it stands in the query string; unknown values are dropped. `since` counts by its month."""

    group: str = ""
    type: str = ""
    state: str = "open"
    since: date | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "PublicFilter":
        state = query.get("state", "open")
        return cls(
            _code(query.get("group", "")),
            _code(query.get("type", "")),
            state if state in ("open", "ended", "all") else "open",
            day_of(query.get("since", "")),
        )

    @property
    def request_type(self) -> RequestType | None:
        """The type that is asked for, if there is such a one that may be public."""
        if not self.type:
            return None
        return RequestType.objects.filter(code=self.type, public=True, sensitive=False).first()


def _code(text: str) -> str:
    return text if re.fullmatch(r"[a-z0-9_-]{1,60}", text) else ""


@dataclass(frozen=True)
class PublicFacts:
    """`place` names a street at most, never a house; `month` is its first day."""

    type: str
    type_en: str
    group: str
    group_en: str
    state: str
    open: bool
    month: date
    place: str


@dataclass(frozen=True)
class PublicPage:
    """`count` ends at 5,000, and so do the pages: their numbers tell nothing of a case, as a cursor with
    its moment would."""

    facts: list[PublicFacts]
    count: Count
    number: int
    last: int


def public_list(wanted: PublicFilter) -> QuerySet[Case]:
    """The public cases that a filter leaves."""
    rows = public_cases()
    types = RequestType.objects.all()
    if wanted.group:
        types = types.filter(group__code=wanted.group)
    if wanted.type:
        types = types.filter(code=wanted.type)
    if wanted.group or wanted.type:
        # Ids, not a join: each is looked up in an index of what is public.
        rows = rows.filter(request_type__in=list(types.values_list("pk", flat=True)))
    if wanted.state != "all":
        rows = rows.filter(state__in=sorted(OPEN if wanted.state == "open" else ENDED))
    if wanted.since:
        rows = rows.filter(opened_at__gte=midnight(month_begin(wanted.since)))
    return rows


def within_own_area(viewer: Viewer) -> QuerySet[Case]:
    """The public cases in the area of a head of a neighbourhood; none for anybody else."""
    wanted = Q(pk__in=())
    for grant in viewer.grants:
        if Permission.SEE_NEIGHBOURHOOD in grant.permissions and not grant.reach.everywhere:
            wanted |= areas_of(grant.reach)
    return public_cases().filter(wanted)


def public_page(rows: QuerySet[Case], number: int, size: int) -> PublicPage:
    """The newest first; a number that no page has leads to the nearest one."""
    count = count_up_to(rows)
    last = max(1, math.ceil((count.n if count.exact else COUNTED) / size))
    number = min(max(number, 1), last)
    return PublicPage(facts_of(newest(rows, count, (number - 1) * size, size)), count, number, last)


def facts_of(cases: Sequence[int]) -> list[PublicFacts]:
    """Of the cases with these ids, in their order; one query."""
    found = {row["pk"]: _facts(row) for row in Case.objects.filter(pk__in=cases).values(*_COLUMNS)}
    return [found[pk] for pk in cases if pk in found]


def _facts(row: Mapping[str, object]) -> PublicFacts:
    opened = row["opened_at"]
    assert isinstance(opened, datetime)
    return PublicFacts(
        type=str(row["request_type__name"] or ""),
        type_en=str(row["request_type__name_en"] or row["request_type__name"] or ""),
        group=str(row["request_type__group__name"] or ""),
        group_en=str(row["request_type__group__name_en"] or ""),
        state=str(row["state"]),
        open=row["state"] in OPEN,
        month=timezone.localdate(opened).replace(day=1),
        place=_place([row["street__name"], row["neighbourhood__name"], row["district__name"]]),
    )


def _place(names: Iterable[object]) -> str:
    return ", ".join(str(name) for name in names if name)
