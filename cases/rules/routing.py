"""Which department is responsible. Pure: ordered rules and facts in, a decision with reasons out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


class NoRuleMatches(Exception):
    """The rules leave this case to nobody. A person must see it; it is never swallowed."""


@dataclass(frozen=True)
class Facts:
    """What routing looks at. Ids of rows; None where it is not known."""

    request_type: int | None
    group: int | None
    district: int | None
    neighbourhood: int | None
    channel: int | None
    on: date


@dataclass(frozen=True)
class Rule:
    """An empty condition matches everything; validity is half open."""

    id: int
    position: int
    name: str
    department: int
    request_type: int | None = None
    group: int | None = None
    district: int | None = None
    neighbourhood: int | None = None
    channel: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    CONDITIONS = ("request_type", "group", "district", "neighbourhood", "channel")

    def in_force(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on < self.valid_to
        )

    def matches(self, facts: Facts) -> bool:
        return self.in_force(facts.on) and all(
            getattr(self, name) in (None, getattr(facts, name)) for name in self.CONDITIONS
        )

    @property
    def conditions(self) -> tuple[str, ...]:
        """Names of the conditions that this rule has."""
        return tuple(name for name in self.CONDITIONS if getattr(self, name) is not None)


def decide(rules: Sequence[Rule], facts: Facts) -> Rule:
    """The first rule, by position, that matches. Raises NoRuleMatches."""
    for rule in sorted(rules, key=lambda r: r.position):
        if rule.matches(facts):
            return rule
    raise NoRuleMatches(str(facts))
