"""Every change of a case is an event that says what it changed: the present values are the sum."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db.models import F

from cases.actions.clocks import wind
from cases.models import Case, CaseEvent
from cases.rules.lifecycle import HOLDS_ORDER, State
from cases.rules.work import OPEN_ORDERS, OrderState
from tiles.actions.versions import data_changed
from tiles.rules.regions import Box

#: The present values that the events of a case explain, as columns.
TRACKED = (
    "state",
    "state_before",
    "organisation_id",
    "department_id",
    "crew_id",
    "assignee_id",
    "request_type_id",
    "kind",
    "urgency",
    "parent_id",
    "duplicate_of_id",
    "address_id",
    "place_label",
    "district_id",
    "neighbourhood_id",
    "due_at",
    "legal_due_at",
    "answer_due_at",
    "resolved_at",
    "closed_at",
    "result_code_id",
    "needs_review",
    "public",
)


def values(case: Case) -> dict[str, Any]:
    """The tracked values in the form in which events hold them."""
    return {name: _plain(getattr(case, name)) for name in TRACKED}


class Changes:
    """Changes of many cases, to be stored in few statements: `changing(…, into=changes)`, then
    `store()` in the same transaction. Only tracked values and clocks may change.
    """

    def __init__(self, cases: Collection[Case]) -> None:
        self.histories: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
        rows = CaseEvent.objects.filter(case__in=cases).order_by("case", "at", "pk")
        for case, at, state in rows.values_list("case", "at", "state"):
            self.histories[case].append((at, state))
        self._made: list[tuple[Case, CaseEvent]] = []

    def add(self, case: Case, event: CaseEvent) -> None:
        self._made.append((case, event))

    def store(self) -> None:
        if not self._made:
            return
        changed = {name for _, event in self._made for name in event.data["changed"]}
        fields = {name.removesuffix("_id") for name in changed}
        Case.objects.bulk_update(
            [case for case, _ in self._made],
            sorted(fields | {"next_escalation_at", "version", "changed_at"}),
        )
        CaseEvent.objects.bulk_create(event for _, event in self._made)
        data_changed("cases", where=[box for case, _ in self._made for box in places(case.geom)])


def places(*points: Any) -> list[Box]:
    """Where maps show them (points in EPSG:4326, or None)."""
    return [point.extent for point in points if point is not None]


@contextmanager
def changing(
    case: Case,
    kind: str,
    *,
    actor: int | None,
    now: datetime,
    note: str = "",
    public: bool = False,
    before: Mapping[str, Any] | None = None,
    into: Changes | None = None,
) -> Iterator[CaseEvent]:
    """Stores what the block changes of the case, as a new version, together with its event.

    The caller holds the case's row in a transaction, or has just made it (`before` is {} then).
    The event may be given more `data` inside; `data["changed"]` maps each tracked value that
    changed to its new one.
    """
    known = values(case) if before is None else before
    stood = None if before is not None else case.geom
    event = CaseEvent(case=case, kind=kind, at=now, actor_id=actor, note=note, public=public)
    yield event
    _wind(case, known, now, into)
    _let_go(case, known, now)
    after = values(case)
    changed = {k: v for k, v in after.items() if k not in known or known[k] != v}
    event.data = {**event.data, "changed": changed}
    event.state = case.state
    if before is None:
        case.version += 1
        case.changed_at = now
    if into is not None:
        into.add(case, event)
        return
    case.save()
    event.case = case
    event.save()
    data_changed("cases", where=places(stood, case.geom))


def happened(
    case: Case, kind: str, *, actor: int | None, now: datetime, note: str = "", **data: Any
) -> None:
    """An event that changes nothing: whoever works on the case meanwhile is not disturbed."""
    CaseEvent.objects.create(
        case=case, kind=kind, at=now, actor_id=actor, state=case.state, note=note,
        data=data | {"changed": {}},
    )  # fmt: skip


# What the clock of a case goes by. A duplicate has the clock of its original.
_CLOCK = ("state", "organisation_id", "request_type_id")


def _wind(case: Case, known: Mapping[str, Any], now: datetime, into: Changes | None) -> None:
    if any(known.get(name) != _plain(getattr(case, name)) for name in _CLOCK):
        wind(case, now, into.histories[case.pk] if into is not None else None)


def _let_go(case: Case, known: Mapping[str, Any], now: datetime) -> None:
    """Ends what belongs to a department or to a state that the case has left."""
    moved = known.get("department_id") != case.department_id
    if moved and known:
        case.crew = case.assignee = None
    before = known.get("state")
    if before in HOLDS_ORDER and (moved or case.state not in HOLDS_ORDER):
        case.work_orders.filter(state__in=OPEN_ORDERS).update(
            state=OrderState.CANCELLED, ended_at=now, version=F("version") + 1
        )
    if before == State.WITH_EXTERNAL_PARTY and case.state != before:
        case.external_links.filter(withdrawn_at=None).update(withdrawn_at=now)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if isinstance(value, str) else value
