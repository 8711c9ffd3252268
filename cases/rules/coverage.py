"""Which rules can never win, and which two fit the same case: proven from their conditions.

The facts are cut into atoms that no rule tells apart (types, neighbourhoods, stretches of the day, …).
A condition is then a union of boxes: for each dimension a set of atoms, as the bits of a number. What
earlier rules leave of a rule is found by taking their boxes away. Dimensions are held to be independent
(a drawn area may lie anywhere), so that "never wins" is always true, but may remain unproven.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import product
from typing import Any

from cases.rules.binding import (
    Bound,
    BoundAll,
    BoundAny,
    BoundNot,
    BoundTest,
    Facts,
    tests,
)
from cases.rules.conditions import KINDS, WEEK
from cases.rules.routing import Rule
from core.rules.text import fold

Box = dict[str, int]
Atom = Mapping[str, Any]
_MOST_BOXES = 400
_MOST_PIECES = 4_000


class TooMany(Exception):
    """A condition, or what is left of it, falls into too many pieces to be looked at."""


@dataclass(frozen=True)
class World:
    """What there is: types with their groups, neighbourhoods with districts, districts with
    provinces (ids), channels."""

    types: Mapping[int, int] = field(default_factory=dict)
    neighbourhoods: Mapping[int, int | None] = field(default_factory=dict)
    districts: Mapping[int, int | None] = field(default_factory=dict)
    channels: Iterable[int] = ()


class Kind(StrEnum):
    NEVER = "never"  # no case at all can fit it
    SHADOWED = "shadowed"  # earlier rules take every case that fits it
    CONFLICT = "conflict"  # an earlier rule of another department fits some of the same cases
    UNDECIDED = "undecided"  # too many pieces: cases must show it


@dataclass(frozen=True)
class Finding:
    """Something about a rule; `by` are the earlier rules, `witness` a case that both fit, as facts."""

    kind: Kind
    rule: Rule
    by: tuple[Rule, ...] = ()
    witness: tuple[tuple[str, Any], ...] = ()


class Space:
    """The atoms of every dimension that some rules ask for."""

    def __init__(self, rules: Sequence[Rule], world: World, today: date) -> None:
        self.blank = Facts(on=today)
        self.atoms: dict[str, list[Atom]] = {
            "type": [{"request_type": None, "group": None}]
            + [{"request_type": t, "group": g} for t, g in world.types.items()],
            "place": _places(world),
            "kind": [{"kind": k} for k in sorted(set(KINDS.values()))],
            "channel": [{"channel": c} for c in world.channels],
            "day": [{"days": days} for days in _days()],
            "on": [{"on": day} for day in _dates(rules, today)],
        }
        asked = [t for r in rules for t in tests(r.condition)]
        cuts = {0} | {
            e % 1440 for t in asked if t.fact == "time" for s in t.wanted or () for e in s
        }
        self.atoms["time"] = [{"minute": None}, *({"minute": m} for m in sorted(cuts))]
        for test in asked:
            self._widen(test)
        self.full = {dim: (1 << len(atoms)) - 1 for dim, atoms in self.atoms.items()}
        self._facts: dict[str, list[Facts]] = {}
        self._masks: dict[tuple[Any, ...], int] = {}

    def _widen(self, test: BoundTest) -> None:
        """Makes room for the areas, owners and answers that a test asks for."""
        if test.fact in ("area", "owner"):
            column = {"area": "areas", "owner": "owners"}[test.fact]
            for name in test.wanted or [""]:
                self.atoms.setdefault(
                    f"{test.fact}:{name}",
                    [{column: None}, {column: frozenset()}, {column: frozenset({name})}],
                )
        if test.fact == "answer":
            name = fold(test.test.name)
            kept = self.atoms.setdefault(f"answer:{name}", [{"answers": ()}, _given(name, "…")])
            for value in _representatives(test):
                if (atom := _given(name, value)) not in kept:
                    kept.append(atom)

    def region(self, node: Bound, wanted: bool = True) -> list[Box]:
        """The boxes in which a condition is true (or false, and known). Raises TooMany."""
        if isinstance(node, BoundNot):
            return self.region(node.part, not wanted)
        if isinstance(node, BoundTest):
            return self._of_test(node, wanted)
        parts = [self.region(part, wanted) for part in node.parts]
        if isinstance(node, BoundAll) == wanted:
            boxes: list[Box] = [{}]
            for part in parts:
                boxes = [b for a, c in product(boxes, part) if (b := self.meet(a, c)) is not None]
                _limited(boxes, _MOST_BOXES)
            return boxes
        return _limited([box for part in parts for box in part], _MOST_BOXES)

    def _of_test(self, test: BoundTest, wanted: bool) -> list[Box]:
        if test.error is not None:
            return []
        if test.fact in ("area", "owner") and test.test.op == "in" and len(test.wanted) > 1:
            each = tuple(replace(test, wanted=frozenset({name})) for name in sorted(test.wanted))
            return self.region(BoundAny(each), wanted)
        dim = _DIMENSION.get(test.fact, test.fact)
        if test.fact in ("area", "owner"):
            dim = f"{test.fact}:{next(iter(test.wanted or ['']))}"
        if test.fact == "answer":
            dim = f"answer:{fold(test.test.name)}"
        mask = self._mask(dim, test, wanted)
        return [{dim: mask}] if mask else []

    def _mask(self, dim: str, test: BoundTest, wanted: bool) -> int:
        """The atoms of a dimension for which a test is true (or false)."""
        known = (test.fact, test.test.op, test.test.name, test.wanted, wanted)
        if known not in self._masks:
            if dim not in self._facts:
                self._facts[dim] = [replace(self.blank, **atom) for atom in self.atoms[dim]]
            self._masks[known] = sum(
                1 << n for n, facts in enumerate(self._facts[dim]) if test.holds(facts) is wanted
            )
        return self._masks[known]

    def of_rule(self, rule: Rule) -> list[Box]:
        """A rule's boxes from today on."""
        mask = 0
        for n, atom in enumerate(self.atoms["on"]):
            if rule.in_force(atom["on"]):
                mask |= 1 << n
        if not mask or rule.broken:
            return []
        return [met for box in self.region(rule.condition) if (met := self.meet(box, {"on": mask}))]

    def meet(self, one: Box, other: Box) -> Box | None:
        """What two boxes have in common."""
        both = dict(one)
        for dim, mask in other.items():
            both[dim] = both.get(dim, self.full[dim]) & mask
            if not both[dim]:
                return None
        return both

    def minus(self, box: Box, cut: Box) -> list[Box]:
        """What of a box lies outside of another one."""
        if self.meet(box, cut) is None:
            return [box]
        pieces, rest = [], dict(box)
        for dim, mask in cut.items():
            own = rest.get(dim, self.full[dim])
            if outside := own & ~mask:
                pieces.append({**rest, dim: outside})
            rest[dim] = own & mask
        return pieces

    def left(self, boxes: list[Box], cuts: list[Box]) -> list[Box]:
        """What some boxes leave of others. Raises TooMany."""
        for cut in cuts:
            boxes = _limited([p for box in boxes for p in self.minus(box, cut)], _MOST_PIECES)
        return boxes

    def example(self, box: Box) -> tuple[tuple[str, Any], ...]:
        """One case of a box, as the facts that it must have."""
        chosen: dict[str, Any] = {}
        for dim, mask in sorted(box.items()):
            if mask == self.full[dim]:
                continue
            # The last atom: the first ones stand for what is not known.
            atom = self.atoms[dim][mask.bit_length() - 1]
            for name, value in atom.items():
                both = isinstance(value, frozenset) and isinstance(chosen.get(name), frozenset)
                chosen[name] = chosen[name] | value if both else value
        return tuple(chosen.items())


_DIMENSION = {"type": "type", "group": "type", "province": "place", "district": "place",
              "neighbourhood": "place"}  # fmt: skip


def look(
    rules: Sequence[Rule], world: World, today: date, only: Callable[[Rule], bool] | None = None
) -> list[Finding]:
    """What is to be said of the rules (of those that `only` picks), in their order."""
    ordered = [
        r
        for r in sorted(rules, key=lambda r: r.position)
        if r.valid_to is None or r.valid_to > today
    ]
    space = Space(ordered, world, today)
    regions: dict[int, list[Box] | None] = {}
    for rule in ordered:
        try:
            regions[rule.id] = space.of_rule(rule)
        except TooMany:
            regions[rule.id] = None
    found = []
    for n, rule in enumerate(ordered):
        if not rule.faulty and (only is None or only(rule)):
            found += _findings(space, rule, ordered[:n], regions)
    return found


def _findings(
    space: Space, rule: Rule, earlier: Sequence[Rule], regions: Mapping[int, list[Box] | None]
) -> list[Finding]:
    own = regions[rule.id]
    if own is None:
        return [Finding(Kind.UNDECIDED, rule)]
    if not own:
        return [Finding(Kind.NEVER, rule)]
    rest, by, conflicts = own, [], []
    try:
        for other in earlier:
            theirs = regions[other.id]
            if not theirs:
                continue
            common = _common(space, rest, theirs)
            if common is None:
                continue
            rest = space.left(rest, theirs)
            by.append(other)
            if other.department != rule.department and space.left(theirs, own):
                conflicts.append(Finding(Kind.CONFLICT, rule, (other,), space.example(common)))
            if not rest:
                return [Finding(Kind.SHADOWED, rule, tuple(by))]
    except TooMany:
        return [Finding(Kind.UNDECIDED, rule, tuple(by)), *conflicts]
    return conflicts


def _common(space: Space, some: list[Box], others: list[Box]) -> Box | None:
    return next((met for a, b in product(some, others) if (met := space.meet(a, b))), None)


def _limited(boxes: list[Box], most: int) -> list[Box]:
    if len(boxes) > most:
        raise TooMany
    return boxes


def _places(world: World) -> list[Atom]:
    nowhere: Atom = {"province": None, "district": None, "neighbourhood": None}
    districts = [
        {"province": p, "district": d, "neighbourhood": None} for d, p in world.districts.items()
    ]
    return [nowhere, *districts] + [
        {"province": world.districts.get(d or 0), "district": d, "neighbourhood": n}
        for n, d in world.neighbourhoods.items()
    ]


def _days() -> list[frozenset[str]]:
    found = []
    for holiday in (True, False):
        for n, day in enumerate(WEEK):
            more = {"weekend"} if n > 4 else set() if holiday else {"workday"}
            found.append(frozenset({day, *more, *({"holiday"} if holiday else ())}))
    return found


def _dates(rules: Sequence[Rule], today: date) -> list[date]:
    ends = {d for r in rules for d in (r.valid_from, r.valid_to) if d is not None and d > today}
    return [today, *sorted(ends)]


def _given(name: str, value: Any) -> Atom:
    return {"answers": ((name, value),)}


def _representatives(test: BoundTest) -> list[Any]:
    """Values on both sides of everything that a test of an answer compares with."""
    if test.test.op == "known":
        return []
    if test.test.op == "in":
        return sorted(test.wanted, key=str)
    return [test.wanted - 1e-6, test.wanted, test.wanted + 1e-6]
