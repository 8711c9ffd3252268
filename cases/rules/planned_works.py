"""Planned works on streets: their states, what a proposal must say, and what a shared trench saves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from cases.rules.validation import tidy
from core.api.problems import InvalidInput
from workflows.rules.transitions import Move, TransitionTable


class Kind(StrEnum):
    WATER = "WATER"
    SEWER = "SEWER"
    STORMWATER = "STORMWATER"
    GAS = "GAS"
    POWER = "POWER"
    TELECOM = "TELECOM"
    HEATING = "HEATING"
    SURFACING = "SURFACING"  # the street gets a new surface
    BUILDING = "BUILDING"
    EVENT = "EVENT"  # a market, a race, a procession: nobody digs
    OTHER = "OTHER"


#: Kinds that open the ground, and could do it in one trench.
DIGGING = frozenset(Kind) - {Kind.SURFACING, Kind.EVENT}


class Traffic(StrEnum):
    NONE = "NONE"
    NARROWED = "NARROWED"
    ONE_WAY = "ONE_WAY"
    CLOSED = "CLOSED"


class WorkState(StrEnum):
    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    PERMITTED = "PERMITTED"
    UNDER_WAY = "UNDER_WAY"
    FINISHED = "FINISHED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


OWNER, PERMITS = "publish_works", "permit_works"
#: What everybody may know.
PUBLIC = frozenset({WorkState.PERMITTED, WorkState.UNDER_WAY, WorkState.FINISHED})
#: What still takes the place it asks for.
COMING = frozenset({WorkState.SUBMITTED, WorkState.PERMITTED, WorkState.UNDER_WAY})
ENDED = frozenset({WorkState.FINISHED, WorkState.REFUSED, WorkState.WITHDRAWN})
HARD_CONFLICT = "hard_conflict"


def _move(
    name: str, sources: set[WorkState], target: WorkState, permission: str,
    requires: str = "", guards: frozenset[str] = frozenset(),
) -> Move:  # fmt: skip
    return Move(
        name, frozenset(sources), target, frozenset(requires.split()), permission, guards
    )  # fmt: skip


_S = WorkState
MOVES = TransitionTable(
    [
        _move("submit", {_S.DRAFT, _S.REFUSED}, _S.SUBMITTED, OWNER),
        # Against a moratorium only with the reason in words.
        _move("permit", {_S.SUBMITTED}, _S.PERMITTED, PERMITS, guards=frozenset({HARD_CONFLICT})),
        _move("permit_all_the_same", {_S.SUBMITTED}, _S.PERMITTED, PERMITS, "note"),
        _move("refuse", {_S.SUBMITTED}, _S.REFUSED, PERMITS, "note"),
        _move("start", {_S.PERMITTED}, _S.UNDER_WAY, OWNER),
        _move("finish", {_S.UNDER_WAY}, _S.FINISHED, OWNER),
        _move("withdraw", {_S.DRAFT, _S.SUBMITTED, _S.PERMITTED}, _S.WITHDRAWN, OWNER, "note"),
    ]
)  # fmt: skip

_DEEP = 100.0
_LONGEST = timedelta(days=3 * 366)
_FAR = timedelta(days=10 * 366)
_TEXTS = {"title": 160, "description": 4000, "contact": 200, "contractor": 160, "permit": 80}


@dataclass(frozen=True)
class Proposal:
    """What a work is: `depth_m`, `width_m` of the trench or None; `shape` is GeoJSON of lines or areas,
    EPSG:4326."""

    external_id: str
    kind: Kind
    title: str
    description: str
    contact: str
    contractor: str
    permit: str
    begin: date
    end: date
    depth_m: float | None
    width_m: float | None
    traffic: Traffic
    shape: Any


def read_proposal(sent: Mapping[str, Any], *, today: date) -> Proposal:
    """What was sent, checked. Raises InvalidInput with every fault by field."""
    wrong: dict[str, list[str]] = {}

    def fault(name: str, words: str) -> None:
        wrong.setdefault(name, []).append(words)

    texts = {}
    for name in _TEXTS:
        value = sent.get(name) or ""
        if not isinstance(value, str):
            fault(name, _("A text is needed."))
        # One line, but for the description.
        said = tidy(value) if isinstance(value, str) else ""
        texts[name] = said if name == "description" else " ".join(said.split())
    for name, most in _TEXTS.items():
        if len(texts[name]) > most:
            fault(name, _("At most %(count)s letters.") % {"count": most})
    for name in ("title", "contact"):
        if not texts[name] and name not in wrong:
            fault(name, _("This is needed."))
    external = sent.get("external_id") or ""
    if not isinstance(external, str):
        fault("external_id", _("A text is needed."))
        external = ""
    if len(external) > 120 or (external and not external.isprintable()):
        fault("external_id", _("The key must have between 1 and 120 characters."))
    kind, traffic = str(sent.get("kind") or ""), str(sent.get("traffic") or Traffic.NONE)
    if kind not in set(Kind):
        fault("kind", _("One of: %s.") % ", ".join(Kind))
    if traffic not in set(Traffic):
        fault("traffic", _("One of: %s.") % ", ".join(Traffic))
    begin, end = (_day(sent.get(name), name, fault) for name in ("begin", "end"))
    if begin and end:
        if end < begin:
            fault("end", _("The work ends before it begins."))
        elif end - begin > _LONGEST:
            fault("end", _("A work lasts at most three years: file it in parts."))
        if not abs(begin - today) <= _FAR:
            fault("begin", _("This day is too far away."))
    depth, width = (_metres(sent.get(name), name, fault) for name in ("depth_m", "width_m"))
    if not sent.get("shape"):
        fault("shape", _("Say where: a line or an area."))
    if wrong:
        raise InvalidInput(wrong)
    assert begin is not None and end is not None
    return Proposal(
        external, Kind(kind), texts["title"], texts["description"], texts["contact"],
        texts["contractor"], texts["permit"], begin, end, depth, width, Traffic(traffic),
        sent["shape"],
    )  # fmt: skip


def _day(value: Any, name: str, fault: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value or ""))
    except ValueError:
        fault(name, _("This is not a day (write 2026-03-31)."))
        return None


def _metres(value: Any, name: str, fault: Any) -> float | None:
    if value in (None, ""):
        return None
    try:
        number = float(str(value).replace(",", "."))
    except ValueError:
        number = -1.0
    if not 0 < number <= _DEEP:
        fault(name, _("Metres, more than 0 and at most %s.") % int(_DEEP))
        return None
    return round(number, 2)


@dataclass(frozen=True)
class Saving:
    """What one trench for two works saves: surface that is cut and restored once (m²), ground that is
    dug once (m³, None where a depth is not known), and days on which the street is not held up."""

    metres: float
    surface_m2: float
    ground_m3: float | None
    days: int


#: Where a company does not say how wide its trench is.
USUAL_WIDTH = 0.8


def saving(
    *, metres: float, length: float, widths: tuple[float | None, float | None],
    depths: tuple[float | None, float | None], days: tuple[int, int],
) -> Saving:  # fmt: skip
    """Of `metres` that two trenches have in common, of `length` of the shorter one; the smaller trench goes
    into the larger one, and its days on that part are saved."""
    width = min(w or USUAL_WIDTH for w in widths)
    known = [d for d in depths if d]
    ground = round(metres * width * min(known), 1) if len(known) == 2 else None
    share = min(1.0, metres / length) if length > 0 else 0.0
    return Saving(round(metres, 1), round(metres * width, 1), ground, round(min(days) * share))
