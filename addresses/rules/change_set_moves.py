"""The way of a change set: draft → checked → reviewed → published, or rejected on the way."""

from collections.abc import Collection
from enum import StrEnum


class Move(StrEnum):
    CHECK = "check"
    REVIEW = "review"
    PUBLISH = "publish"
    REJECT = "reject"
    EDIT = "edit"


# From which states a move is possible, and where it leads. An edit undoes check and review.
MOVES: dict[Move, tuple[frozenset[str], str]] = {
    Move.EDIT: (frozenset({"DRAFT", "CHECKED", "REVIEWED"}), "DRAFT"),
    Move.CHECK: (frozenset({"DRAFT", "CHECKED"}), "CHECKED"),
    Move.REVIEW: (frozenset({"CHECKED"}), "REVIEWED"),
    Move.PUBLISH: (frozenset({"REVIEWED"}), "PUBLISHED"),
    Move.REJECT: (frozenset({"DRAFT", "CHECKED", "REVIEWED"}), "REJECTED"),
}


def possible(state: str, move: Move) -> bool:
    return state in MOVES[move][0]


def hands(
    move: Move, *, author: int | None, editors: Collection[int], reviewer: int | None
) -> set[int]:
    """Whose own work a set is, by ids: those who by the four eyes neither review nor publish it.

    A file has no author: two people see it before it is published.
    """
    found = {author, *editors}
    if move == Move.PUBLISH and author is None:
        found.add(reviewer)
    return {person for person in found if person is not None}
