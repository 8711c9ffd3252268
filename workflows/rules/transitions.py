"""A freeform workflow: a table of moves with guards, and nothing else.

Pure values. The owner of the process (cases, say) writes the table, asks it whether a move is
allowed and what it requires, and does the writing itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

#: The target of a move that leads back to the state that a detour began in.
BACK = ""


class MoveRefused(Exception):
    """The table has no such move, or a guard of it is not met. `reasons` say which, by name."""

    def __init__(self, move: str, reasons: list[str]) -> None:
        super().__init__(f"{move}: {', '.join(reasons)}")
        self.move = move
        self.reasons = reasons


@dataclass(frozen=True)
class Move:
    """From any of `sources` to `target` (or BACK); `requires` names what must be given, `permission`
    who may, `guards` what must not stand against it."""

    name: str
    sources: frozenset[str]
    target: str
    requires: frozenset[str] = field(default_factory=frozenset)
    permission: str = ""
    guards: frozenset[str] = field(default_factory=frozenset)


class TransitionTable:
    """All moves of one process, by name."""

    def __init__(self, moves: Iterable[Move]) -> None:
        self.moves = {move.name: move for move in moves}

    def from_state(self, state: str) -> list[Move]:
        """The moves that the table knows out of a state, in the order of the table."""
        return [move for move in self.moves.values() if state in move.sources]

    def check(
        self,
        name: str,
        *,
        state: str,
        given: Iterable[str],
        permissions: Iterable[str],
        obstacles: Iterable[str] = (),
    ) -> Move:
        """The move, if it may be made now. `obstacles` are what is the case and may be a guard.
        Raises MoveRefused with every reason at once."""
        move = self.moves.get(name)
        if move is None:
            raise MoveRefused(name, ["unknown_move"])
        reasons = []
        if state not in move.sources:
            reasons.append("wrong_state")
        if move.permission and move.permission not in set(permissions):
            reasons.append("not_permitted")
        reasons += [f"missing_{what}" for what in sorted(move.requires - set(given))]
        reasons += sorted(move.guards & set(obstacles))
        if reasons:
            raise MoveRefused(name, reasons)
        return move

    def unreachable(self, start: str) -> set[str]:
        """States that no sequence of moves reaches from `start`; should be empty."""
        reached, grew = {start}, True
        while grew:
            new = {m.target for m in self.moves.values() if m.sources & reached and m.target}
            grew = not new <= reached
            reached |= new
        return {s for m in self.moves.values() for s in (*m.sources, m.target) if s} - reached
