"""The engine of moves, and the table of the case."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.roles import Permission
from cases.rules.lifecycle import DETOURS, ENDED, MOVES, OPEN, REPORTER, SYSTEM, State
from cases.web.words import event_name, move_names, state_name
from workflows.rules.transitions import BACK, Move, MoveRefused, TransitionTable

TABLE = TransitionTable(
    [
        Move("go", frozenset({"A"}), "B"),
        Move("end", frozenset({"A", "B"}), "C", frozenset({"note", "code"}), "work"),
        Move("lost", frozenset({"X"}), "Y"),
    ]
)


def test_a_move_that_is_allowed():
    move = TABLE.check("end", state="B", given=["code", "note", "more"], permissions=["work"])
    assert move.target == "C"


@pytest.mark.parametrize(
    ("name", "state", "given", "permissions", "reasons"),
    [
        ("fly", "A", [], [], ["unknown_move"]),
        ("go", "B", [], [], ["wrong_state"]),
        ("end", "A", ["note", "code"], [], ["not_permitted"]),
        ("end", "A", ["note"], ["work"], ["missing_code"]),
        ("end", "C", [], [], ["wrong_state", "not_permitted", "missing_code", "missing_note"]),
    ],
)
def test_a_refusal_names_every_reason(name, state, given, permissions, reasons):
    with pytest.raises(MoveRefused) as refused:
        TABLE.check(name, state=state, given=given, permissions=permissions)
    assert refused.value.reasons == reasons
    assert refused.value.move == name


def test_unreachable_states_are_found():
    assert TABLE.unreachable("A") == {"X", "Y"}


def test_moves_out_of_a_state_keep_the_order_of_the_table():
    assert [m.name for m in TABLE.from_state("A")] == ["go", "end"]


def test_every_state_of_the_case_can_be_reached():
    assert MOVES.unreachable(State.NEW) == set()
    states = {s for m in MOVES.moves.values() for s in (*m.sources, m.target)}
    assert states - {BACK} == set(State)


def test_only_finished_states_are_ends():
    ends = {s for s in State if not MOVES.from_state(s)}
    assert ends == {State.CANCELLED}
    assert set(State) - OPEN == ENDED >= ends


def test_every_move_and_state_has_a_name_on_the_screen():
    people = {m.name for m in MOVES.moves.values() if m.permission != SYSTEM}
    assert set(move_names()) == people
    with translation.override("en"):
        assert all(event_name(name) != name for name in MOVES.moves)
    assert all(state_name(s) for s in State)


@given(st.lists(st.tuples(st.sampled_from([*MOVES.moves, "fly"]), st.booleans()), max_size=60))
def test_random_moves_never_leave_the_table(steps):
    """Whatever is tried, in whatever order: the state changes only as the table says."""
    state: str = State.NEW
    everything = ["note", "result_code", "original", "department"]
    everybody = [*Permission, REPORTER, SYSTEM]
    before = ""
    for name, with_everything in steps:
        given_now = everything if with_everything else []
        try:
            move = MOVES.check(name, state=state, given=given_now, permissions=everybody)
        except MoveRefused:
            continue
        assert state in move.sources
        assert with_everything or not move.requires
        if move.target == BACK:
            assert before
        before, state = (state if name in DETOURS else ""), move.target or before
        assert state in set(State)


@given(st.sampled_from(list(State)), st.sampled_from(list(MOVES.moves)))
def test_nobody_moves_anything_without_permission(state, name):
    with pytest.raises(MoveRefused):
        MOVES.check(
            name,
            state=state,
            given=["note", "result_code", "original", "department"],
            permissions=[],
        )
