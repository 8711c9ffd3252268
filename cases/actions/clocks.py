"""Winds the clocks of cases: when they are due, when somebody is told, and what a new policy would
change."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership
from cases.models import Case, CaseEvent
from cases.queries.clocks import Step, clocks
from cases.rules import clocks as rules
from cases.rules.lifecycle import ENDED, OPEN, State
from cases.rules.worktime import NoWork
from notifications.actions.outbox import put_all
from notifications.models import Message
from tiles.actions.versions import data_changed

History = Sequence[tuple[datetime, str]]
# A case that is asked to be reopened stood still since it had ended.
_STILL = ENDED | {State.REOPEN_REQUESTED}
_BATCH = 2_000


def wind(case: Case, now: datetime, history: History | None = None) -> None:
    """Sets when an open case is due, by its type, its body's calendar and its pauses; a paused one
    is not due. What has ended keeps its times. `history` saves the look at the events.

    The caller stores the case. The legal clock runs whatever happens.
    """
    if case.request_type is None or case.state not in OPEN:
        case.next_escalation_at = None
        if case.request_type is None:
            case.due_at = case.legal_due_at = None
        return
    policy = clocks()
    work = policy.work_of(case.organisation_id)
    pausing = policy.pausing_of(case.organisation_id)
    try:
        case.legal_due_at = rules.legal_due_at(
            case.opened_at, case.request_type.legal_clock, policy.national
        )
        if case.state in pausing:
            case.due_at = case.next_escalation_at = None
            return
        states = _states(case) if history is None and case.pk else (history or ())
        pauses = rules.pauses_of([*states, (now, str(case.state))], pausing | _STILL, now)
        target = policy.target_of(case.organisation_id, case.request_type)
        case.due_at = rules.due_at(case.opened_at, target, work, pauses)
        step = next(
            (s for s in policy.steps_of(case.organisation_id) if s.level > case.escalation), None
        )
        case.next_escalation_at = (
            rules.due_at(case.opened_at, target * step.share, work, pauses) if step else None
        )
    except NoWork:  # a calendar without work: the administrator sees cases that are never due
        case.due_at = case.next_escalation_at = None


def _states(case: Case) -> History:
    return list(CaseEvent.objects.filter(case=case).order_by("at", "pk").values_list("at", "state"))


def escalate(*, now: datetime, limit: int = 500) -> int:
    """Tells those whom the policy names of cases that take long; returns how many cases."""
    due = Case.objects.filter(next_escalation_at__lte=now, state__in=OPEN)
    done = 0
    for pk in list(due.order_by("next_escalation_at").values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            case = (
                due.select_for_update(of=("self",), skip_locked=True)
                .select_related("request_type")
                .filter(pk=pk)
                .first()
            )
            if case is not None:
                _escalate(case, now)
                done += 1
    return done


def _escalate(case: Case, now: datetime) -> None:
    steps = clocks().steps_of(case.organisation_id)
    last = next((s for s in steps if s.level == case.escalation), None)
    step = next((s for s in steps if s.level > case.escalation), None)
    repeated = step is None
    told = step or last
    if told is None:  # the policy has lost its steps
        case.next_escalation_at = None
        case.save(update_fields=["next_escalation_at"])
        return
    case.escalation = told.level
    event = CaseEvent.objects.create(
        case=case, kind="escalated", at=now, state=case.state,
        data={"level": told.level, "repeated": repeated, "changed": {}},
    )  # fmt: skip
    _tell(case, told, event.pk)
    following = next((s for s in steps if s.level > told.level), None)
    if following is not None:
        wind(case, now)
    else:
        case.next_escalation_at = now + told.repeat if told.repeat else None
    case.save(update_fields=["escalation", "next_escalation_at"])


def _tell(case: Case, step: Step, event: int) -> None:
    """Everybody of this role at the body that is responsible, or at the case's department."""
    people = Membership.objects.filter(
        Q(department=None) | Q(department=case.department_id),
        organisation=case.organisation_id, role=step.role, user__is_active=True,
        sensitive__in=(True,) if case.sensitive else (True, False),
    ).exclude(user__email="").values_list("user", "user__email").distinct()  # fmt: skip
    link = settings.VIP_URL + reverse("console_case", args=[case.number])
    put_all(
        Message(
            key=f"escalation:{event}:{user}",
            transport=Message.Transport.EMAIL,
            recipient=email,
            subject=_("%(number)s takes long (level %(level)s)")
            % {"number": case.number, "level": step.level},
            body=_("The request %(number)s needs attention: %(link)s")
            % {"number": case.number, "link": link},
        )
        for user, email in people
    )


@dataclass
class Rewound:
    """What a policy does to the open cases that were looked at."""

    looked_at: int = 0
    earlier: int = 0
    later: int = 0
    newly_late: int = 0
    no_longer_late: int = 0


def rewind(
    *,
    now: datetime,
    organisation: int | None = None,
    apply: bool = False,
    progress: Callable[[float], None] = lambda _share: None,
) -> Rewound:
    """What the policy of today would change of the open cases (of a body); stores it with `apply`.

    Repeating it changes nothing more. Cost: one pass over the open cases and their events.
    """
    rows = Case.objects.filter(state__in=OPEN)
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    total = rows.count()
    found = Rewound()
    for batch in _batches(rows.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            cases = list(
                Case.objects.select_for_update(of=("self",)).select_related("request_type")
                .filter(pk__in=batch, state__in=OPEN).order_by("pk")
            )  # fmt: skip
            histories: dict[int, list[tuple[datetime, str]]] = {c.pk: [] for c in cases}
            events = CaseEvent.objects.filter(case__in=cases).order_by("case", "at", "pk")
            for case_id, at, state in events.values_list("case", "at", "state"):
                histories[case_id].append((at, state))
            changed = [c for c in cases if _rewound(c, now, histories[c.pk], found)]
            if apply:
                fields = ["due_at", "legal_due_at", "next_escalation_at"]
                Case.objects.bulk_update(changed, fields, batch_size=_BATCH)
                CaseEvent.objects.bulk_create(
                    CaseEvent(
                        case=c, kind="clock_changed", at=now, state=c.state,
                        data={"changed": {
                            "due_at": c.due_at.isoformat() if c.due_at else None,
                            "legal_due_at": c.legal_due_at.isoformat() if c.legal_due_at else None,
                        }},
                    )
                    for c in changed
                )  # fmt: skip
                if changed:  # maps say when a case is due
                    data_changed("cases")
        progress(found.looked_at / max(total, 1))
    return found


def _rewound(case: Case, now: datetime, history: History, found: Rewound) -> bool:
    before, legal = case.due_at, case.legal_due_at
    wind(case, now, history)
    found.looked_at += 1
    after = case.due_at
    if before is not None and after is not None:
        found.earlier += after < before
        found.later += after > before
    late = (before is not None and before < now, after is not None and after < now)
    found.newly_late += late == (False, True)
    found.no_longer_late += late == (True, False)
    return (before, legal) != (after, case.legal_due_at)


def _batches(keys: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(list(keys))
    while batch := list(islice(remaining, _BATCH)):
        yield batch
