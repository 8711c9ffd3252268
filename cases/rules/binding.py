"""Conditions held against the names that there are, and then against the facts of a case.

Three values: a fact that is not known makes its test neither true nor false, and a rule with it does
not match. `is known` and `is unknown` ask for just that.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from cases.rules.conditions import (
    DAYS,
    KINDS,
    And,
    ConditionError,
    Node,
    Not,
    Or,
    Test,
    Value,
    area_key,
    minutes,
    number,
)
from core.rules.text import fold, key

Answers = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Facts:
    """What routing looks at. Ids of rows; None where it is not known.

    `minute` (after midnight) and `days` (words of `conditions.DAYS`) are of the moment at which the
    case came in, in local time; `on` is the day whose rules are in force. `areas` are the folded
    names of the drawn areas that hold the point, `owners` of those whose asset it is. `answers` by
    folded name.
    """

    on: date
    request_type: int | None = None
    group: int | None = None
    kind: str | None = None
    channel: int | None = None
    province: int | None = None
    district: int | None = None
    neighbourhood: int | None = None
    areas: frozenset[str] | None = None
    owners: frozenset[str] | None = None
    minute: int | None = None
    days: frozenset[str] | None = None
    answers: Answers = ()


def answers_of(given: Mapping[str, Any]) -> Answers:
    """Answers as facts: names and texts folded, numbers as they are, truth as `yes` and `no`."""
    return tuple(sorted(((fold(k), _answer(v)) for k, v in given.items() if v not in (None, "")),
                        key=lambda pair: pair[0]))  # fmt: skip


def _answer(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return frozenset(key(str(v)) for v in value)
    return float(value) if isinstance(value, int | float) else key(str(value))


@dataclass(frozen=True)
class Names:
    """What conditions may name: folded names to ids. An area may be one of several of its name."""

    types: Mapping[str, int] = field(default_factory=dict)
    groups: Mapping[str, int] = field(default_factory=dict)
    channels: Mapping[str, int] = field(default_factory=dict)
    provinces: Mapping[str, Collection[int]] = field(default_factory=dict)
    districts: Mapping[str, Collection[int]] = field(default_factory=dict)
    neighbourhoods: Mapping[str, Collection[int]] = field(default_factory=dict)
    areas: Collection[str] = ()
    owners: Collection[str] = ()


# The field of the facts that a test of one value looks at.
_FIELD = {
    "type": "request_type", "group": "group", "kind": "kind", "channel": "channel",
    "province": "province", "district": "district", "neighbourhood": "neighbourhood",
    "area": "areas", "owner": "owners", "time": "minute", "day": "days",
}  # fmt: skip


@dataclass(frozen=True)
class BoundTest:
    """A test whose values are ids. Without them (`error`) it is never known to be true."""

    test: Test
    wanted: Any = None
    error: ConditionError | None = None

    @property
    def fact(self) -> str:
        return self.test.fact

    def holds(self, facts: Facts) -> bool | None:
        if self.error is not None:
            return None
        if self.fact == "answer":
            present = dict(facts.answers).get(fold(self.test.name))
        else:
            present = getattr(facts, _FIELD[self.fact])
        if self.test.op == "known":
            return bool(present) if self.fact == "owner" else present is not None
        if present is None:
            return None
        if self.fact in ("area", "owner", "day"):
            return not self.wanted.isdisjoint(present)
        if self.fact == "time":
            return any(
                s <= present < e if s < e else present >= s or present < e for s, e in self.wanted
            )
        return self._answered(present) if self.fact == "answer" else present in self.wanted

    def _answered(self, present: Any) -> bool | None:
        if self.test.op == "in":
            if isinstance(present, frozenset):
                return not present.isdisjoint(self.wanted)
            return present in self.wanted
        if not isinstance(present, float):
            present = number(str(present).replace(" ", "."))
        if present is None:
            return None
        limit: float = self.wanted
        return bool(
            {"<": present < limit, "<=": present <= limit, ">": present > limit}.get(
                self.test.op, present >= limit
            )
        )


@dataclass(frozen=True)
class BoundNot:
    part: "Bound"

    def holds(self, facts: Facts) -> bool | None:
        value = self.part.holds(facts)
        return None if value is None else not value


@dataclass(frozen=True)
class BoundAll:
    parts: tuple["Bound", ...]

    def holds(self, facts: Facts) -> bool | None:
        result: bool | None = True
        for part in self.parts:
            value = part.holds(facts)
            if value is False:
                return False
            if value is None:
                result = None
        return result


@dataclass(frozen=True)
class BoundAny:
    parts: tuple["Bound", ...]

    def holds(self, facts: Facts) -> bool | None:
        result: bool | None = False
        for part in self.parts:
            value = part.holds(facts)
            if value:
                return True
            if value is None:
                result = None
        return result


Bound = BoundTest | BoundNot | BoundAll | BoundAny


def bind(node: Node, names: Names) -> Bound:
    """Looks every name up. What is not found stays in the tree as an error: see `errors`."""
    if isinstance(node, Not):
        return BoundNot(bind(node.part, names))
    if isinstance(node, And):
        return BoundAll(tuple(bind(part, names) for part in node.parts))
    if isinstance(node, Or):
        return BoundAny(tuple(bind(part, names) for part in node.parts))
    try:
        return BoundTest(node, _wanted(node, names))
    except ConditionError as error:
        return BoundTest(node, error=error)


def errors(bound: Bound) -> list[ConditionError]:
    """What of it cannot be answered, in the order in which it is written."""
    return [t.error for t in tests(bound) if t.error is not None]


def tests(bound: Bound) -> list[BoundTest]:
    """Every test of a tree, in the order in which it is written."""
    if isinstance(bound, BoundTest):
        return [bound]
    parts = (bound.part,) if isinstance(bound, BoundNot) else bound.parts
    return [test for part in parts for test in tests(part)]


def reasons(bound: Bound, facts: Facts) -> list[tuple[BoundTest, bool]]:
    """The tests by which a tree that holds does so, each with whether it is true or false."""
    if isinstance(bound, BoundTest):
        return [(bound, bound.holds(facts) is True)]
    if isinstance(bound, BoundNot):
        return reasons(bound.part, facts)
    value = bound.holds(facts)
    short = isinstance(bound, BoundAny) == bool(value)  # one part was enough
    deciding = [p for p in bound.parts if p.holds(facts) == value]
    return [r for part in (deciding[:1] if short else deciding) for r in reasons(part, facts)]


def _wanted(test: Test, names: Names) -> Any:
    if test.op == "known":
        return None
    if test.fact == "answer":
        if test.op != "in":
            return number(test.values[0].text)
        found: set[Any] = set()
        for value in test.values:
            found.add(key(value.text))
            if (n := number(value.text)) is not None:
                found.add(n)
        return frozenset(found)
    if test.fact == "time":
        return tuple(minutes(value) for value in test.values)
    look = _LOOK[test.fact]
    return frozenset(look(value, names) for value in test.values)


def _code(table: str, missing: Callable[[], str]) -> Callable[[Value, Names], Any]:
    def look(value: Value, names: Names) -> Any:
        codes: Mapping[str, Any] = getattr(names, table)
        if value.text.lower() not in codes:
            raise ConditionError(missing() % value.text, value.position)
        return codes[value.text.lower()]

    return look


def _place(table: str, missing: Callable[[], str]) -> Callable[[Value, Names], int]:
    def look(value: Value, names: Names) -> int:
        ids = list(getattr(names, table).get(area_key(value.text), ()))
        if not ids:
            raise ConditionError(missing() % value.text, value.position)
        if len(ids) > 1:
            raise ConditionError(
                _("There are several called “%s”: write district/name.") % value.text,
                value.position,
            )
        return int(ids[0])

    return look


def _area(value: Value, names: Names) -> str:
    if key(value.text) not in names.areas:
        raise ConditionError(
            _("No drawn area in force is called “%s”.") % value.text, value.position
        )
    return key(value.text)


def _owner(value: Value, names: Names) -> str:
    if key(value.text) not in names.owners:
        raise ConditionError(
            _("No asset and no body is known for an owner called “%s”.") % value.text,
            value.position,
        )
    return key(value.text)


def _word(words: Mapping[str, str], missing: Callable[[], str]) -> Callable[[Value, Names], str]:
    def look(value: Value, names: Names) -> str:
        word = fold(value.text).replace(" ", "").replace("'", "")
        if word not in words:
            raise ConditionError(missing() % value.text, value.position)
        return words[word]

    return look


_LOOK: dict[str, Callable[[Value, Names], Any]] = {
    "type": _code("types", lambda: _("There is no request type with the code “%s”.")),
    "group": _code("groups", lambda: _("There is no group of types with the code “%s”.")),
    "channel": _code("channels", lambda: _("There is no channel with the code “%s”.")),
    "province": _place("provinces", lambda: _("There is no province called “%s”.")),
    "district": _place("districts", lambda: _("There is no district called “%s”.")),
    "neighbourhood": _place("neighbourhoods", lambda: _("There is no neighbourhood called “%s”.")),
    "area": _area,
    "owner": _owner,
    "day": _word(DAYS, lambda: _("“%s” is not a day: write mon … sun, workday, weekend, holiday.")),
    "kind": _word(KINDS, lambda: _("“%s” is not a kind of request.")),
}
