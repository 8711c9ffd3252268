"""From text to answer: parse, match names, ask for doors, decide how far to trust the result."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from addresses.geocoder import answers
from addresses.geocoder.answer import NO_ANSWER, Answer
from addresses.geocoder.doors import Door, DoorRow, best_door
from addresses.geocoder.glue import unglue
from addresses.geocoder.language import load
from addresses.geocoder.names import NameIndex
from addresses.geocoder.parse import parse
from addresses.geocoder.ranking import Evidence, Ranked, gather, rank
from addresses.geocoder.tokens import readable

Point = tuple[float, float]
_TIE = 0.03
_NEAR_KM = 2.0


class Points(NamedTuple):
    """Points (lon, lat) by id; a place without one is missing."""

    streets: dict[tuple[int, int], Point]  # by (street, neighbourhood)
    neighbourhoods: dict[int, Point]
    districts: dict[int, Point]


class Register(Protocol):
    """What the search asks the database."""

    def doors(
        self, side_ids: Sequence[int], numbers: Sequence[int], unit: str
    ) -> Iterable[DoorRow]: ...

    def points(
        self,
        streets: Sequence[tuple[int, int]],
        neighbourhoods: Sequence[int],
        districts: Sequence[int],
    ) -> Points: ...


@dataclass(frozen=True)
class Found:
    """A ranked street with the door that was found on it, if any."""

    ranked: Ranked
    door: Door | None
    value: float


def search(
    text: str,
    index: NameIndex,
    register: Register,
    *,
    limit: int = 5,
    near: Point | None = None,
) -> Answer:
    """The answer to a free text. Tries the words as they stand first, then with errors.

    With several languages in the register each reads the text; the best answer counts.
    """
    clean = readable(text)
    best = NO_ANSWER
    for language in index.languages:
        answer = _search(clean, language, index, register, limit, near)
        if _rank_of(answer) > _rank_of(best):
            best = answer
    return best


def _rank_of(answer: Answer) -> tuple[int, float]:
    best = answer.best
    return (" CBA".index(answer.category or " "), best.score if best else 0.0)


def _search(
    text: str,
    language: str,
    index: NameIndex,
    register: Register,
    limit: int,
    near: Point | None,
) -> Answer:
    pack = load(language)
    parsed = unglue(parse(text, pack), index.speller, pack)
    if not parsed.items:
        return NO_ANSWER
    exact = gather(index, parsed, pack, tolerant=False)
    found = _with_doors(rank(index, exact), register, exact, near)
    if not (found and answers.is_exact(found[0], exact)):
        tolerant = gather(index, parsed, pack, tolerant=True)
        return answers.compose(
            _with_doors(rank(index, tolerant), register, tolerant, near),
            tolerant, index, register, limit=limit, tie=_TIE,
        )  # fmt: skip
    return answers.compose(found, exact, index, register, limit=limit, tie=_TIE)


def _with_doors(
    ranked: list[Ranked], register: Register, evidence: Evidence, near: Point | None
) -> list[Found]:
    """The streets with their doors, best first. One question to the database for all of them."""
    parsed = evidence.parsed
    numbers = sorted({house.number for r in ranked for house in r.houses})
    rows: dict[tuple[int, int], list[DoorRow]] = defaultdict(list)
    if numbers:
        units = [parsed.unit] if parsed.unit else [h.unit for r in ranked for h in r.houses]
        sides = sorted({side for r in ranked for side in r.document.side_ids})
        for row in register.doors(sides, numbers, next((u for u in units if u), "")):
            rows[(row.side_id, row.number)].append(row)
    found = []
    for r in ranked:
        door = None
        for house in r.houses:
            there = [row for side in r.document.side_ids for row in rows[(side, house.number)]]
            door = best_door(house, there, unit=parsed.unit)
            if door is not None:
                break
        value = r.value + (0.16 if door else -0.10 if parsed.house else 0.0)
        if door is not None and not door.exact:
            value -= 0.05
        if near is not None and door is not None:
            value += 0.05 * math.exp(-_kilometres(near, (door.row.lon, door.row.lat)) / _NEAR_KM)
        found.append(Found(r, door, value))
    found.sort(key=lambda f: -f.value)
    return found


def _kilometres(a: Point, b: Point) -> float:
    """Near enough to break a tie."""
    dx = (a[0] - b[0]) * math.cos(math.radians(a[1]))
    return 111.2 * math.hypot(dx, a[1] - b[1])
