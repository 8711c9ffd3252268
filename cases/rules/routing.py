"""Which department is responsible. Pure: ordered rules and facts in, a decision with reasons out."""

import itertools
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from cases.rules.binding import Bound, BoundAll, Facts, errors, tests

EVERYTHING = BoundAll(())
_REMEMBERED = 50_000
_NEAR_MAX = 6  # boundaries that are crossed in every combination


class NoRuleMatches(Exception):
    """The rules leave this case to nobody. A person must see it; it is never swallowed."""


@dataclass(frozen=True)
class Rule:
    """An empty condition matches everything; validity is half open."""

    id: int
    position: int
    name: str
    department: int
    condition: Bound = EVERYTHING
    text: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    broken: str = ""  # why it cannot be read; it matches nothing then

    def in_force(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on < self.valid_to
        )

    @property
    def faulty(self) -> bool:
        """Whether something in it means nothing (any more)."""
        return bool(self.broken or errors(self.condition))


@dataclass(frozen=True)
class Decision:
    """`doubtful` are earlier rules that are faulty and might have been meant for this case."""

    rule: Rule
    doubtful: tuple[Rule, ...] = ()


class Rulebook:
    """Rules in their order, and what they said before to the same facts."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = sorted(rules, key=lambda r: r.position)
        self.faulty = {r.id for r in self.rules if r.faulty}
        asked = [t for r in self.rules for t in tests(r.condition)]
        used = {_COLUMN.get(t.fact, t.fact) for t in asked}
        self._fields = [name for name in _KEYED if name in used]
        ends = {
            e for t in asked if t.fact == "time" and t.wanted for span in t.wanted for e in span
        }
        self._cuts = sorted(ends)
        self._known: dict[object, Decision | None] = {}

    def decide(self, facts: Facts) -> Decision:
        """The first rule, by position, that matches. Raises NoRuleMatches."""
        remembered = self._key(facts)
        if remembered not in self._known:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            self._known[remembered] = self._first(facts)
        decision = self._known[remembered]
        if decision is None:
            raise NoRuleMatches(str(facts))
        return decision

    def _first(self, facts: Facts) -> Decision | None:
        doubtful: list[Rule] = []
        for rule in self.rules:
            if not rule.in_force(facts.on):
                continue
            holds = None if rule.broken else rule.condition.holds(facts)
            if holds:
                return Decision(rule, tuple(doubtful))
            if holds is None and rule.id in self.faulty:
                doubtful.append(rule)
        return None

    def _key(self, facts: Facts) -> object:
        minute = None if facts.minute is None else bisect_right(self._cuts, facts.minute)
        return (facts.on, minute, *(getattr(facts, name) for name in self._fields))


_COLUMN = {"type": "request_type", "area": "areas", "owner": "owners", "day": "days",
           "answer": "answers"}  # fmt: skip
_KEYED = ("request_type", "group", "kind", "channel", "province", "district", "neighbourhood",
          "areas", "owners", "days", "answers")  # fmt: skip


@dataclass(frozen=True)
class Near:
    """What lies behind a boundary: another neighbourhood or district, or a drawn area whose edge is
    near (`inside`: the point is in it, and could be held to be outside). Distance in metres.
    """

    level: str  # province, district, neighbourhood, area
    distance_m: float
    province: int | None = None
    district: int | None = None
    neighbourhood: int | None = None
    area: str | None = None
    owner: str = ""
    inside: bool = False

    def crossed(self, facts: Facts) -> Facts:
        """The facts of a point on the other side."""
        if self.area is None:
            return replace(
                facts,
                province=self.province,
                district=self.district,
                neighbourhood=self.neighbourhood,
            )
        areas = (facts.areas or frozenset()) ^ {self.area}
        owners = facts.owners or frozenset()
        if self.owner:
            owners = owners - {self.owner} if self.inside else owners | {self.owner}
        return replace(facts, areas=areas, owners=owners)


@dataclass(frozen=True)
class Candidate:
    """Who would be responsible beyond one boundary, or beyond several at once."""

    rule: Rule
    beyond: tuple[Near, ...]

    @property
    def distance_m(self) -> float:
        return max(near.distance_m for near in self.beyond)


@dataclass(frozen=True)
class Tolerance:
    """How near a boundary must be, in metres, for a person to be asked."""

    province: float = 15.0
    district: float = 15.0
    neighbourhood: float = 15.0
    area: float = 15.0

    def near(self, candidate: Candidate) -> bool:
        return all(n.distance_m <= getattr(self, n.level) for n in candidate.beyond)


def across(
    book: Rulebook, facts: Facts, decision: Decision, near: Sequence[Near]
) -> list[Candidate]:
    """Other departments that would be responsible on the other side, each once, the nearest first."""
    nearest = sorted(near, key=lambda n: n.distance_m)[:_NEAR_MAX]
    places: list[tuple[Near, ...]] = [(), *((n,) for n in nearest if n.area is None)]
    drawn = [n for n in nearest if n.area is not None]
    subsets = itertools.chain.from_iterable(
        itertools.combinations(drawn, size) for size in range(len(drawn) + 1)
    )
    found: dict[int, Candidate] = {}
    ways = sorted(
        (way for p, s in itertools.product(places, list(subsets)) if (way := (*p, *s))),
        key=lambda way: (max(n.distance_m for n in way), len(way)),
    )
    for way in ways:
        there = facts
        for step in way:
            there = step.crossed(there)
        try:
            rule = book.decide(there).rule
        except NoRuleMatches:
            continue
        if rule.department != decision.rule.department:
            found.setdefault(rule.department, Candidate(rule, way))
    return list(found.values())


@dataclass(frozen=True)
class Ruling:
    """What the rules say of a case: whose it is, and whose it might be."""

    decision: Decision
    candidates: list[Candidate] = field(default_factory=list)
    ambiguous: bool = False

    @property
    def rule(self) -> Rule:
        return self.decision.rule

    @property
    def for_a_person(self) -> bool:
        """Whether somebody must look: a boundary is near, or a faulty rule stands before it."""
        return self.ambiguous or bool(self.decision.doubtful)


def rule_on(
    book: Rulebook, facts: Facts, near: Sequence[Near] = (), tolerance: Tolerance | None = None
) -> Ruling:
    """The decision with its candidates. Raises NoRuleMatches."""
    limits = tolerance or Tolerance()
    decision = book.decide(facts)
    candidates = across(book, facts, decision, near)
    return Ruling(decision, candidates, any(limits.near(c) for c in candidates))
