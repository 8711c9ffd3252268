"""The states of a case and the one table of moves between them."""

from enum import StrEnum

from workflows.rules.transitions import BACK, Move, TransitionTable


class State(StrEnum):
    NEW = "NEW"
    WAITING_FOR_INFORMATION = "WAITING_FOR_INFORMATION"
    ROUTED = "ROUTED"
    ACCEPTED = "ACCEPTED"
    RETURNED = "RETURNED"
    IN_PROGRESS = "IN_PROGRESS"
    PLANNED = "PLANNED"
    WITH_EXTERNAL_PARTY = "WITH_EXTERNAL_PARTY"
    RESOLVED = "RESOLVED"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"
    DUPLICATE = "DUPLICATE"
    REOPEN_REQUESTED = "REOPEN_REQUESTED"
    REOPENED = "REOPENED"


#: Nothing more is to be done. A resolved case waits for its reporter, then it is closed.
ENDED = frozenset({State.RESOLVED, State.CLOSED, State.CANCELLED, State.DUPLICATE})
OPEN = frozenset(State) - ENDED
#: A person decides what happens to these first.
TRIAGE = frozenset({State.NEW, State.RETURNED, State.REOPEN_REQUESTED})
#: In these a crew may have a work order for it.
HOLDS_ORDER = frozenset({State.PLANNED, State.IN_PROGRESS, State.WAITING_FOR_INFORMATION})
WORK = frozenset({State.ACCEPTED, State.IN_PROGRESS, State.PLANNED, State.WITH_EXTERNAL_PARTY})

# Who makes a move: permissions of `accounts.rules.roles`, or one of these two. Staff who may do
# triage also act for a reporter who calls.
REPORTER = "reporter"
SYSTEM = "system"
_WORK, _TRIAGE = "work_case", "triage_case"

# What can stand against a move, and is told as the reason.
CHILDREN_OPEN = "children_open"
PARENT_ENDED = "parent_ended"
HAS_CHILDREN = "has_children"
HAS_DUPLICATES = "has_duplicates"
CREW_AT_WORK = "crew_at_work"


def _move(
    name: str,
    sources: set[State],
    target: State | str,
    *,
    requires: str = "",
    permission: str = _WORK,
    guards: set[str] | None = None,
) -> Move:
    requirements = frozenset(requires.split())
    return Move(name, frozenset(sources), target, requirements, permission, frozenset(guards or ()))


_UNDECIDED = {State.NEW, State.ROUTED, State.RETURNED, State.REOPENED}

MOVES = TransitionTable(
    [
        # Whose it is.
        _move("route", {State.NEW, State.RETURNED, State.REOPENED}, State.ROUTED,
              permission=_TRIAGE),
        _move("assign", {*_UNDECIDED, State.ACCEPTED}, State.ROUTED,
              requires="department", permission=_TRIAGE),
        _move("refer", {*_UNDECIDED, State.ACCEPTED, State.IN_PROGRESS}, State.ROUTED,
              requires="department note", permission=_TRIAGE),
        _move("accept", {State.ROUTED, State.REOPENED}, State.ACCEPTED),
        _move("return", {State.ROUTED, State.ACCEPTED}, State.RETURNED, requires="note"),
        # What is missing.
        _move("ask", {*_UNDECIDED, State.ACCEPTED, State.IN_PROGRESS},
              State.WAITING_FOR_INFORMATION, requires="note", permission=_TRIAGE),
        _move("answer", {State.WAITING_FOR_INFORMATION}, BACK,
              requires="note", permission=REPORTER),
        _move("give_up", {State.WAITING_FOR_INFORMATION}, State.CLOSED,
              requires="result_code", permission=SYSTEM, guards={CHILDREN_OPEN}),
        # The work.
        _move("start", {State.ACCEPTED, State.PLANNED, State.WITH_EXTERNAL_PARTY},
              State.IN_PROGRESS),
        _move("plan", {State.ACCEPTED, State.IN_PROGRESS}, State.PLANNED, guards={CREW_AT_WORK}),
        _move("hand_out", {State.ACCEPTED, State.IN_PROGRESS, State.PLANNED},
              State.WITH_EXTERNAL_PARTY, requires="note"),
        _move("put_back", {State.PLANNED, State.IN_PROGRESS, State.WITH_EXTERNAL_PARTY},
              State.ACCEPTED, requires="note"),
        # The end.
        _move("resolve", set(WORK), State.RESOLVED,
              requires="note result_code", guards={CHILDREN_OPEN}),
        _move("close", {State.RESOLVED}, State.CLOSED, guards={CHILDREN_OPEN}),
        _move("lapse", {State.RESOLVED}, State.CLOSED, permission=SYSTEM, guards={CHILDREN_OPEN}),
        _move("cancel", {*_UNDECIDED, State.WAITING_FOR_INFORMATION}, State.CANCELLED,
              requires="note", permission=_TRIAGE, guards={CHILDREN_OPEN}),
        _move("mark_duplicate", {*_UNDECIDED, State.ACCEPTED, State.IN_PROGRESS}, State.DUPLICATE,
              requires="original", permission=_TRIAGE, guards={HAS_CHILDREN, HAS_DUPLICATES}),
        _move("separate", {State.DUPLICATE}, BACK, permission=_TRIAGE, guards={PARENT_ENDED}),
        # Once more.
        _move("ask_to_reopen", {State.RESOLVED, State.CLOSED}, State.REOPEN_REQUESTED,
              requires="note", permission=REPORTER, guards={PARENT_ENDED}),
        _move("reopen", {State.REOPEN_REQUESTED}, State.REOPENED),
        _move("refuse_to_reopen", {State.REOPEN_REQUESTED}, State.CLOSED,
              requires="note", guards={CHILDREN_OPEN}),
    ]
)  # fmt: skip

#: Moves that begin a detour: the state of before is kept for BACK.
DETOURS = frozenset({"ask", "mark_duplicate"})
