"""Work orders: their moves, how work is shared among crews, what a crew may write. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from core.api.problems import InvalidInput
from workflows.rules.transitions import Move, TransitionTable


class OrderState(StrEnum):
    PLANNED = "PLANNED"
    UNDER_WAY = "UNDER_WAY"
    DONE = "DONE"
    NOT_DONE = "NOT_DONE"
    CANCELLED = "CANCELLED"


OPEN_ORDERS = frozenset({OrderState.PLANNED, OrderState.UNDER_WAY})
_CREW, _PLANNER = "work_case", "plan_work"

#: What happens to an order. `cancel` also happens by itself when the case goes elsewhere.
ORDER_MOVES = TransitionTable(
    [
        Move("start", frozenset({OrderState.PLANNED}), OrderState.UNDER_WAY, permission=_CREW),
        Move("done", OPEN_ORDERS, OrderState.DONE, permission=_CREW),
        Move(
            "not_done", OPEN_ORDERS, OrderState.NOT_DONE, frozenset({"note", "result_code"}), _CREW
        ),
        Move("move", frozenset({OrderState.PLANNED}), OrderState.PLANNED, permission=_PLANNER),
        Move("cancel", OPEN_ORDERS, OrderState.CANCELLED, frozenset({"note"}), _PLANNER),
    ]
)

#: What a crew may report of its order.
CREW_DEEDS = frozenset({"start", "done", "not_done"})


@dataclass(frozen=True)
class Load:
    """What a crew has: `open` cases, and when it last got one."""

    crew: int
    open: int
    last: datetime | None


_NEVER = datetime.min.replace(tzinfo=UTC)


def next_crew(sharing: str, loads: Iterable[Load]) -> int | None:
    """Whose turn it is: by ROUND_ROBIN who has waited longest, by LEAST_LOAD who has the fewest open
    cases (then who has waited longest). None by hand, and without crews."""
    crews = list(loads)
    if not crews:
        return None
    if sharing == "ROUND_ROBIN":
        return min(crews, key=lambda c: (c.last or _NEVER, c.crew)).crew
    if sharing == "LEAST_LOAD":
        return min(crews, key=lambda c: (c.open, c.last or _NEVER, c.crew)).crew
    return None


@dataclass(frozen=True)
class Used:
    """Material that was used."""

    name: str
    quantity: Decimal
    unit: str


_MOST_MATERIALS = 30
_MOST_MINUTES = 24 * 60
_MOST = Decimal(1_000_000)


def read_materials(sent: Any) -> list[Used]:
    """From a list of objects with name, quantity (a number or a text, comma or point) and unit.
    Raises InvalidInput for the field `materials`."""
    if not isinstance(sent, list) or len(sent) > _MOST_MATERIALS:
        raise InvalidInput({"materials": [_("A list of at most 30 materials.")]})
    return [_material(i, row) for i, row in enumerate(sent, 1)]


def _material(line: int, row: Any) -> Used:
    try:
        name, unit = str(row["name"]).strip(), str(row.get("unit") or "").strip()
        quantity = Decimal(str(row["quantity"]).strip().replace(",", "."))
        fits = 0 < len(name) <= 120 and len(unit) <= 20 and quantity.is_finite()
        if fits and "\0" not in name + unit and 0 < quantity <= _MOST:
            return Used(name, quantity.quantize(Decimal("0.001")), unit)
    except (TypeError, KeyError, AttributeError, InvalidOperation):
        pass
    words = _("Material %(line)d: a name, a quantity above 0 and a unit.")
    raise InvalidInput({"materials": [words % {"line": line}]})


def read_minutes(sent: str) -> int | None:
    """Whole minutes of one day, or None for nothing. Raises InvalidInput for `minutes`."""
    if not sent.strip():
        return None
    if sent.strip().isascii() and sent.strip().isdigit() and int(sent) <= _MOST_MINUTES:
        return int(sent)
    raise InvalidInput({"minutes": [_("Whole minutes, at most 1440.")]})


def when(sent: datetime | None, now: datetime) -> datetime:
    """The time at which a phone says that something happened, if that can be."""
    if sent is None or not now - timedelta(days=7) <= sent <= now:
        return now
    return sent
