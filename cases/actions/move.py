"""Moves a case along the table of moves: for staff, for its reporter, and by the clock."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Department
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from cases.actions.notices import Telling, tell_reporters
from cases.actions.offering import offer
from cases.actions.recording import changing
from cases.actions.relations import (
    children_ended,
    give_back_reporters,
    lock_family,
    obstacles,
    take_reporters,
)
from cases.actions.routing import decide_body, send_to
from cases.actions.sharing import share
from cases.actions.surveys import ask_survey
from cases.conf import CONF
from cases.models import Case, Referral, ResultCode
from cases.queries.visibility import permissions_on, visible_cases
from cases.rules.lifecycle import DETOURS, ENDED, MOVES, REPORTER, SYSTEM, State
from workflows.rules.transitions import MoveRefused

# What a reporter may know of the inner life.
_PUBLIC = frozenset(
    [
        "ask",
        "answer",
        "accept",
        "refer",
        "start",
        "resolve",
        "close",
        "lapse",
        "cancel",
        "give_up",
        "ask_to_reopen",
        "reopen",
        "refuse_to_reopen",
    ]
)
_TOLD = frozenset(["ask", "refer", "resolve", "cancel", "reopen", "refuse_to_reopen", "give_up"])


# A part of the catalogue that the clock itself needs.
_NO_ANSWER = {
    "name": "Başvuran yanıt vermedi",
    "name_en": "No answer from the reporter",
    "done": False,
}


class ChangedMeanwhile(Exception):
    """Somebody else changed the case since it was read."""


@dataclass(frozen=True)
class Given:
    """What comes with a move. `original` is the number of a case, `department` and `crew` are row
    ids; that the crew is of the department is the caller's care."""

    note: str = ""
    result_code: str = ""
    original: str = ""
    department: int | None = None
    crew: int | None = None

    @property
    def names(self) -> set[str]:
        return {f.name for f in fields(self) if getattr(self, f.name)}


def move_case(
    *, number: str, move: str, viewer: Viewer, version: int, now: datetime, **given: Any
) -> Case:
    """Makes one move for a member of staff; `given` are fields of Given.

    Raises PermissionDenied, ChangedMeanwhile, MoveRefused, and DoesNotExist of a result code, an
    original or a department that there is not; then nothing happened.
    """
    sent = Given(**given)
    with transaction.atomic():
        seen = visible_cases(viewer).filter(number=number).only("pk").first()
        if seen is None:
            raise PermissionDenied
        original = _original(viewer, seen, sent.original) if sent.original else None
        case = lock_family(seen.pk, original)
        if not visible_cases(viewer).filter(pk=case.pk).exists():
            raise PermissionDenied
        if case.version != version:
            raise ChangedMeanwhile(number)
        held: set[str] = set(permissions_on(case, viewer))
        if Permission.TRIAGE_CASE in held:
            held.add(REPORTER)
        return make_move(case, move, sent, held, viewer, now, original)


def move_for_reporter(*, token: str, move: str, note: str, now: datetime) -> Case:
    """What a reporter may do with the secret link. Raises DoesNotExist and MoveRefused."""
    with transaction.atomic():
        case = lock_family(Case.objects.only("pk").get(token=token).pk)
        limit = timedelta(days=CONF.reopen_closed_days)
        if move == "ask_to_reopen" and case.closed_at and case.closed_at + limit < now:
            raise MoveRefused(move, ["too_late"])
        return make_move(case, move, Given(note=note), {REPORTER}, Viewer(), now)


def give_up_unanswered(*, now: datetime) -> int:
    """Closes the cases whose reporters did not answer in time; how many."""
    due = Case.objects.filter(answer_due_at__lt=now, state=State.WAITING_FOR_INFORMATION)
    code, _new = ResultCode.objects.get_or_create(code="no_answer", defaults=_NO_ANSWER)
    return _each(
        due.values_list("pk", flat=True)[:1000], "give_up", Given(result_code=code.code), now
    )


def close_resolved(*, now: datetime) -> int:
    """Closes what was resolved long enough ago without a word of its reporter; how many."""
    since = now - timedelta(days=CONF.reopen_days)
    due = Case.objects.filter(state=State.RESOLVED, resolved_at__lt=since)
    return _each(due.values_list("pk", flat=True)[:1000], "lapse", Given(), now)


def _each(cases: Iterable[int], move: str, given: Given, now: datetime) -> int:
    done = 0
    for pk in cases:
        with transaction.atomic():
            try:
                make_move(lock_family(pk), move, given, {SYSTEM}, Viewer(), now)
                done += 1
            except MoveRefused:  # answered meanwhile, or children are open
                continue
    return done


def _original(viewer: Viewer, case: Case, number: str) -> Case:
    """One level only: a duplicate of a duplicate would lead nowhere, or round in a circle."""
    return visible_cases(viewer).exclude(pk=case.pk).exclude(duplicate_of=case.pk).get(
        number=number, duplicate_of=None
    )  # fmt: skip


def make_move(
    case: Case,
    move: str,
    given: Given,
    held: set[str],
    viewer: Viewer,
    now: datetime,
    original: Case | None = None,
    data: Mapping[str, Any] | None = None,
) -> Case:
    """Makes a move of a case whose family the caller has locked, for whoever holds `held`; `data`
    goes into its event. Raises MoveRefused, and DoesNotExist as `move_case` does."""
    step = MOVES.check(
        move, state=case.state, given=given.names, permissions=held, obstacles=obstacles(case, move)
    )
    public = move in _PUBLIC
    with changing(
        case, move, actor=viewer.user_id, now=now, note=given.note, public=public
    ) as event:
        before, case.state_before = case.state_before, ""
        if move in DETOURS:
            case.state_before = case.state
        case.state = State(step.target or before)
        if given.result_code:
            case.result_code = ResultCode.objects.get(code=given.result_code)
        case.answer_due_at = None
        if effect := _EFFECTS.get(move):
            effect(_Act(case, given, viewer, now, original))
        if case.state in ENDED and move != "resolve":
            case.closed_at = now
        event.data = dict(data or {})
        if given.original:
            event.data["original"] = given.original
    if move in _TOLD:
        # Whom it went to is the point of this notice; the reason comes behind it.
        note = f"{case.department}\n{given.note}" if move == "refer" else given.note
        tell_reporters([Telling(case, move, key=f"{event.pk}", note=note)])
    if move in ("close", "lapse"):
        ask_survey(case, now=now)
    if case.state in ENDED:
        children_ended(case.parent_id, actor=viewer.user_id, now=now)
    return case


@dataclass(frozen=True)
class _Act:
    case: Case
    given: Given
    viewer: Viewer
    now: datetime
    original: Case | None


def _route(act: _Act) -> None:
    if not decide_body(act.case, act.now, by=act.viewer.user_id):
        raise MoveRefused("route", ["no_rule_matched"])


def _department(given: Given) -> Department:
    rows = Department.objects.select_related("organisation")
    return rows.get(pk=given.department or 0, active=True, organisation__active=True)


def _assign(act: _Act) -> None:
    department = _department(act.given)
    if act.case.organisation_id not in (None, department.organisation_id):
        raise MoveRefused("assign", ["other_organisation"])
    send_to(act.case, department)
    act.case.needs_review = False


def _refer(act: _Act) -> None:
    department = _department(act.given)
    if act.case.organisation_id == department.organisation_id:
        raise MoveRefused("refer", ["same_organisation"])
    _answer_referral(act.case, False, "", act.now)
    referral = Referral.objects.create(
        case=act.case, from_department_id=act.case.department_id, to_department=department,
        reason=act.given.note, by_id=act.viewer.user_id, at=act.now,
    )  # fmt: skip
    send_to(act.case, department)
    offer([referral], now=act.now)
    act.case.needs_review = False


def _accept(act: _Act) -> None:
    _answer_referral(act.case, True, act.given.note, act.now)
    act.case.needs_review = False
    share(act.case, act.now)


def _plan(act: _Act) -> None:
    if act.given.crew:
        act.case.crew_id = act.given.crew


def _return(act: _Act) -> None:
    """A referral that is not accepted goes back to whom it came from."""
    act.case.needs_review = True
    referral = _answer_referral(act.case, False, act.given.note, act.now)
    if referral is not None and referral.from_department is not None:
        send_to(act.case, referral.from_department)


def _answer_referral(case: Case, accepted: bool, answer: str, now: datetime) -> Referral | None:
    rows = case.referrals.select_related("from_department__organisation").filter(accepted=None)
    referral = rows.order_by("-at").first()
    if referral is not None:
        referral.accepted, referral.answer, referral.answered_at = accepted, answer, now
        referral.save(update_fields=["accepted", "answer", "answered_at"])
    return referral


def _ask(act: _Act) -> None:
    act.case.answer_due_at = act.now + timedelta(days=CONF.answer_days)


def _look(act: _Act) -> None:
    act.case.needs_review = True


def _resolve(act: _Act) -> None:
    act.case.resolved_at = act.now


def _reopen(act: _Act) -> None:
    """Open again: when and how it had ended stands in the events."""
    act.case.resolved_at = act.case.closed_at = act.case.result_code = None
    act.case.needs_review = True


def _merge(act: _Act) -> None:
    assert act.original is not None
    act.case.duplicate_of = act.original
    take_reporters(act.case, act.original)


def _separate(act: _Act) -> None:
    give_back_reporters(act.case)
    act.case.duplicate_of = act.case.closed_at = None
    act.case.needs_review = True


_EFFECTS: dict[str, Callable[[_Act], None]] = {
    "route": _route,
    "assign": _assign,
    "refer": _refer,
    "accept": _accept,
    "plan": _plan,
    "return": _return,
    "ask": _ask,
    "answer": _look,
    "resolve": _resolve,
    "reopen": _reopen,
    "ask_to_reopen": _look,
    "mark_duplicate": _merge,
    "separate": _separate,
}
