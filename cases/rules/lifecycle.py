"""The states of a case and the one table of moves between them."""

from enum import StrEnum

from workflows.rules.transitions import Move, TransitionTable


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


OPEN = frozenset(
    {
        State.NEW,
        State.WAITING_FOR_INFORMATION,
        State.ROUTED,
        State.ACCEPTED,
        State.RETURNED,
        State.IN_PROGRESS,
        State.PLANNED,
        State.WITH_EXTERNAL_PARTY,
        State.REOPEN_REQUESTED,
        State.REOPENED,
    }
)
WORK = frozenset({State.ACCEPTED, State.IN_PROGRESS, State.PLANNED, State.WITH_EXTERNAL_PARTY})


def _move(
    name: str,
    sources: set[State],
    target: State,
    *,
    requires: str = "",
    permission: str = "work_case",
) -> Move:
    return Move(name, frozenset(sources), target, frozenset(requires.split()), permission)


MOVES = TransitionTable(
    [
        _move("route", {State.NEW, State.RETURNED, State.REOPENED}, State.ROUTED),
        _move(
            "ask",
            {State.NEW, State.ROUTED, State.ACCEPTED},
            State.WAITING_FOR_INFORMATION,
            requires="note",
        ),
        _move("answered", {State.WAITING_FOR_INFORMATION}, State.NEW),
        _move("accept", {State.ROUTED, State.REOPENED}, State.ACCEPTED),
        _move("return", {State.ROUTED, State.ACCEPTED}, State.RETURNED, requires="note"),
        _move(
            "start", {State.ACCEPTED, State.PLANNED, State.WITH_EXTERNAL_PARTY}, State.IN_PROGRESS
        ),
        _move("plan", {State.ACCEPTED, State.IN_PROGRESS}, State.PLANNED),
        _move(
            "hand_out",
            {State.ACCEPTED, State.IN_PROGRESS},
            State.WITH_EXTERNAL_PARTY,
            requires="note",
        ),
        _move("resolve", set(WORK), State.RESOLVED, requires="note result_code"),
        _move("close", {State.RESOLVED, State.REOPEN_REQUESTED}, State.CLOSED),
        _move(
            "cancel",
            {State.NEW, State.ROUTED, State.WAITING_FOR_INFORMATION},
            State.CANCELLED,
            requires="note",
        ),
        _move(
            "mark_duplicate",
            {State.NEW, State.ROUTED, State.ACCEPTED},
            State.DUPLICATE,
            requires="parent",
        ),
        _move(
            "ask_to_reopen",
            {State.RESOLVED, State.CLOSED},
            State.REOPEN_REQUESTED,
            requires="note",
            permission="",
        ),
        _move("reopen", {State.REOPEN_REQUESTED}, State.REOPENED),
    ]
)
