"""What a change of the register would mean for other rooms: they say it, the check reports it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Touched:
    """What a change set touches: neighbourhoods (ids), and whether boundaries move."""

    change_set: int
    neighbourhoods: frozenset[int]
    boundaries: bool


Report = dict[str, Any]
_EFFECTS: dict[str, Callable[[Touched], Report]] = {}


def effect(name: str, function: Callable[[Touched], Report]) -> None:
    """Registers what a room has to say; called from its `apps.py`.

    The function runs while the draft is applied, in a transaction that is taken back afterwards:
    it reads the register as it would be, and must write nothing.
    """
    _EFFECTS[name] = function


def effects_of(touched: Touched) -> dict[str, Report]:
    return {name: function(touched) for name, function in sorted(_EFFECTS.items())}
