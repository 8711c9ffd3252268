"""Who is told when a change request ends: each room that files requests registers itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Outcome:
    """How a request ended. `address_id` is the door that it turned out to be, if any."""

    reference: str
    processed: bool
    answer: str
    address_id: int | None
    actor_id: int | None
    now: datetime


_TOLD: dict[str, Callable[[Outcome], None]] = {}


def tell(source: str, function: Callable[[Outcome], None]) -> None:
    """Registers who is told of requests of this source; called from a room's `apps.py`.

    The function runs in the transaction that ends the request: both happen, or neither.
    """
    _TOLD[source] = function


def ended(source: str, outcome: Outcome) -> None:
    if source in _TOLD:
        _TOLD[source](outcome)
