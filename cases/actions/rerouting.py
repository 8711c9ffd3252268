"""Asks the rules of today about many open cases again: after new rules, or moved boundaries."""

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Department
from cases.actions.recording import Changes, changing
from cases.actions.routing import Decided, stand
from cases.models import Case, CaseEvent
from cases.queries.rulebook import rulebook, tolerance
from cases.queries.surroundings import Surroundings, around_cases, facts_of
from cases.rules.binding import Facts
from cases.rules.lifecycle import OPEN, State
from cases.rules.routing import NoRuleMatches, Ruling, rule_on

_BATCH = 500
# What a person does to a case; after it the rules may no longer send it elsewhere by themselves.
_BY_HAND = ("assign", "refer", "accept", "return", "answer", "reopen", "separate")
_FREE = frozenset({State.NEW, State.ROUTED})


@dataclass
class Rerouted:
    """Counts of cases. `nobody`: no rule fits any more; they are flagged, like `flagged`."""

    looked_at: int = 0
    sent_elsewhere: int = 0
    other_area: int = 0
    flagged: int = 0
    nobody: int = 0
    unchanged: int = 0


def reroute(
    *, now: datetime, by: int | None, progress: Callable[[float, str], None], after: int = 0
) -> dict[str, Any]:
    """Routes anew every open case for which the rules of today name another department, or whose
    area is another one. A case that somebody has touched is flagged instead. Cases of a channel that
    waits for triage, and those that nothing changes for, stay as they are.

    Each batch is a transaction of its own; run again, it finds nothing more to do. `after`: only
    cases with a greater id.
    """
    rows = Case.objects.filter(state__in=OPEN, pk__gt=after)
    total, count, last = rows.count(), Rerouted(), after
    while ids := list(
        rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_BATCH]
    ):
        with transaction.atomic():
            _batch(ids, now, by, count)
        last = ids[-1]
        progress(min(count.looked_at / max(total, 1), 1.0), f"{count.looked_at} / {total}")
    return asdict(count)


def _batch(ids: Collection[int], now: datetime, by: int | None, count: Rerouted) -> None:
    locked = (
        Case.objects.select_for_update(of=("self",))
        .select_related("request_type__group", "channel", "department", "organisation")
        .filter(pk__in=ids, state__in=OPEN)
        .order_by("pk")
    )
    cases = list(locked)
    on = timezone.localdate(now)
    around = around_cases(cases, on)
    touched = set(
        CaseEvent.objects.filter(case__in=cases, kind__in=_BY_HAND).values_list("case", flat=True)
    )
    rulings = {case.pk: _ruling(case, around[case.pk], on) for case in cases}
    wanted = {ruling.rule.department for _facts, ruling in rulings.values() if ruling is not None}
    departments = Department.objects.select_related("organisation").in_bulk(wanted)
    changes, decided = Changes(cases), Decided(now, by)
    for case in cases:
        count.looked_at += 1
        facts, ruling = rulings[case.pk]
        there = around[case.pk]
        moved = (case.district_id, case.neighbourhood_id) != (there.district, there.neighbourhood)
        elsewhere = ruling is None or ruling.rule.department != case.department_id
        free = case.state in _FREE and case.pk not in touched
        flagged = case.needs_review
        if (case.state == State.NEW and case.channel.to_triage) or (
            not moved and (not elsewhere or (not free and flagged))
        ):
            count.unchanged += 1
            continue
        if ruling is None and not moved and flagged:
            count.unchanged += 1
            count.nobody += 1
            continue
        obeyed = elsewhere and free and ruling is not None
        kind = "routed" if obeyed else "asked_again"
        with changing(case, kind, actor=by, now=now, public=obeyed, into=changes) as event:
            event.data = {"job": "reroute"}
            count.other_area += stand(case, there)
            if obeyed and ruling is not None:
                decided.obey(case, facts, there, ruling, departments[ruling.rule.department])
                case.state = State.ROUTED
                count.sent_elsewhere += 1
            elif elsewhere:
                case.needs_review = True
                count.nobody += ruling is None
                count.flagged += ruling is not None
                if ruling is not None:
                    event.data["rule"] = ruling.rule.name
    changes.store()
    decided.store()


def _ruling(case: Case, there: Surroundings, on: date) -> tuple[Facts, Ruling | None]:
    """The facts of a case, and what the rules of today say; None where none of them fits."""
    facts = facts_of(case, there, on)
    try:
        return facts, rule_on(rulebook(), facts, there.near, tolerance())
    except NoRuleMatches:
        return facts, None
