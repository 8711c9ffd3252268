"""The language of routing conditions: text in, a tree out. No names are looked up here.

    type in (cop, hafriyat) and district = altieylul and time in 22:00-06:00
    not (channel = sms or answer.on_main_road = yes) and area = "Sahil" and owner is known

`and` binds more closely than `or`. Every word has its Turkish (`tür = cop ve ilçe = altıeylül`), and
letters are compared folded. An empty text is always true. docs/routing.md describes it for its users.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.rules.text import fold, key

MOST_CHARACTERS = 4000
_DEEPEST = 20

#: What can be asked, by its folded words.
FACTS = {
    "type": "type", "tur": "type",
    "group": "group", "grup": "group",
    "kind": "kind", "basvuru": "kind",
    "channel": "channel", "kanal": "channel",
    "province": "province", "il": "province",
    "district": "district", "ilce": "district",
    "neighbourhood": "neighbourhood", "mahalle": "neighbourhood",
    "area": "area", "alan": "area",
    "owner": "owner", "sahip": "owner",
    "time": "time", "saat": "time",
    "day": "day", "gun": "day",
}  # fmt: skip
_ANSWER = ("answer.", "cevap.")
_WORDS = {
    "and": "and", "ve": "and", "or": "or", "veya": "or", "not": "not", "degil": "not",
    "in": "in", "icinde": "in", "is": "is", "known": "known", "bilinen": "known",
    "unknown": "unknown", "bilinmeyen": "unknown",
}  # fmt: skip
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS = {
    **{day: day for day in (*WEEK, "workday", "weekend", "holiday")},
    **dict(zip(("pzt", "sal", "car", "per", "cum", "cmt", "paz"), WEEK, strict=True)),
    "isgunu": "workday", "haftasonu": "weekend", "tatil": "holiday",
}  # fmt: skip
KINDS = {
    "request": "REQUEST", "istek": "REQUEST", "complaint": "COMPLAINT", "sikayet": "COMPLAINT",
    "tip": "TIP", "ihbar": "TIP", "suggestion": "SUGGESTION", "oneri": "SUGGESTION",
    "demand": "DEMAND", "talep": "DEMAND",
}  # fmt: skip
ORDER = ("<", "<=", ">", ">=")


class ConditionError(Exception):
    """A condition that cannot be read or whose names there are not; `position` counts from 1."""

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(reason)
        self.reason, self.position = reason, position

    def __str__(self) -> str:
        return _("Position %(position)s: %(reason)s") % {
            "position": self.position,
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Value:
    """One value as it was written, and where (from 1)."""

    text: str
    position: int
    quoted: bool = False


@dataclass(frozen=True)
class Test:
    """A fact held against values. `op` is `in`, `known`, or one of ORDER; `name` is of an answer."""

    fact: str
    op: str
    values: tuple[Value, ...] = ()
    name: str = ""
    position: int = 1

    __test__ = False  # not one of pytest's


@dataclass(frozen=True)
class Not:
    part: "Node"


@dataclass(frozen=True)
class And:
    parts: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Or:
    parts: tuple["Node", ...]


Node = Test | Not | And | Or
ALWAYS = And()


@dataclass(frozen=True)
class _Token:
    kind: str  # word, string, times, sign, end
    text: str
    position: int

    @property
    def keyword(self) -> str:
        return _WORDS.get(fold(self.text), "") if self.kind == "word" else self.text


_TOKEN = re.compile(
    r"""\s*(?:
    (?P<times>\d{1,2}:\d{2}\s*[-–]\s*\d{1,2}:\d{2})
  | (?P<word>[\w-][\w./-]*)
  | (?:"|“|”)(?P<string>[^"“”\n]*)(?:"|“|”)
  | (?P<sign>!=|<=|>=|[()=<>,≠≤≥])
    )""",
    re.VERBOSE,
)
_SAME = {"≠": "!=", "≤": "<=", "≥": ">="}


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            sign = text[at]
            if sign in '"“”':
                raise ConditionError(_("The quotation mark is not closed."), at + 1)
            raise ConditionError(_("“%s” means nothing here.") % sign, at + 1)
        kind = match.lastgroup
        found.append(_Token(kind, _SAME.get(match[kind], match[kind]), match.start(kind) + 1))
        at = match.end()
    found.append(_Token("end", "", end + 1))
    return found


def parse(text: str) -> Node:
    """The tree of a condition. Raises ConditionError."""
    if len(text) > MOST_CHARACTERS:
        raise ConditionError(_("A condition has at most %s characters.") % MOST_CHARACTERS, 1)
    if not text.strip():
        return ALWAYS
    reader = _Reader(_tokens(text))
    tree = reader.either()
    if reader.now.kind != "end":
        raise reader.error(
            _("Here `and`, `or` or the end was expected, not “%s”.") % reader.now.text
        )
    return tree


class _Reader:
    """Recursive descent over the tokens."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens, self.at, self.depth = tokens, 0, 0

    @property
    def now(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        token = self.now
        self.at += token.kind != "end"
        return token

    def took(self, keyword: str) -> bool:
        if self.now.keyword == keyword:
            self.take()
            return True
        return False

    def error(self, reason: str, at: _Token | None = None) -> ConditionError:
        return ConditionError(reason, (at or self.now).position)

    def either(self) -> Node:
        return self._several("or", lambda: self._several("and", self.one, And), Or)

    def _several(
        self, word: str, one: Callable[[], Node], kind: Callable[[tuple[Node, ...]], Node]
    ) -> Node:
        parts = [one()]
        while self.took(word):
            parts.append(one())
        return parts[0] if len(parts) == 1 else kind(tuple(parts))

    def one(self) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.error(_("There are too many brackets inside each other."))
        try:
            if self.took("not"):
                return Not(self.one())
            opened = self.now
            if self.took("("):
                inside = self.either()
                if not self.took(")"):
                    raise self.error(_("This bracket is not closed."), opened)
                return inside
            return self.test()
        finally:
            self.depth -= 1

    def test(self) -> Node:
        token = self.take()
        if token.kind != "word":
            raise self.error(
                _("Here a fact was expected, such as `type` or `district`, not “%s”.") % token.text
                if token.text
                else _("Here a fact was expected, such as `type` or `district`."),
                token,
            )
        fact, name = self._fact(token)
        if self.took("is"):
            negated = self.took("not")
            if self.took("known"):
                node: Node = Test(fact, "known", (), name, token.position)
                return Not(node) if negated else node
            if self.took("unknown"):
                node = Test(fact, "known", (), name, token.position)
                return node if negated else Not(node)
            raise self.error(_("After `is` comes `known` or `unknown`."))
        if self.took("="):
            return Test(fact, "in", (self.value(),), name, token.position)
        if self.took("!="):
            return Not(Test(fact, "in", (self.value(),), name, token.position))
        if self.now.keyword in ORDER:
            if fact != "answer":
                raise self.error(_("Only answers can be compared with `%s`.") % self.now.text)
            op = self.take().text
            value = self.value()
            if number(value.text) is None:
                raise ConditionError(_("“%s” is not a number.") % value.text, value.position)
            return Test(fact, op, (value,), name, token.position)
        negated = self.took("not")
        if self.took("in"):
            listed = Test(fact, "in", self.values(), name, token.position)
            return Not(listed) if negated else listed
        raise self.error(_("After “%s” comes `=`, `!=`, `in` or `is`.") % token.text)

    def _fact(self, token: _Token) -> tuple[str, str]:
        word = fold(token.text)
        for prefix in _ANSWER:
            if word.startswith(prefix) and len(word) > len(prefix):
                return "answer", token.text[len(prefix) :]
        if word not in FACTS:
            raise self.error(_("“%s” is not a fact that can be asked for.") % token.text, token)
        return FACTS[word], ""

    def values(self) -> tuple[Value, ...]:
        opened = self.now
        if not self.took("("):
            return (self.value(),)
        found = [self.value()]
        while self.took(","):
            found.append(self.value())
        if not self.took(")"):
            raise self.error(_("This bracket is not closed."), opened)
        return tuple(found)

    def value(self) -> Value:
        token = self.take()
        if token.kind == "string" and not token.text.strip():
            raise self.error(_("The value is empty."), token)
        if token.kind not in ("word", "string", "times") or token.keyword in ("and", "or"):
            raise self.error(_("Here a value was expected."), token)
        return Value(token.text.strip(), token.position, token.kind == "string")


def number(text: str) -> float | None:
    """A number as it is written with a point, or None."""
    return float(text) if re.fullmatch(r"-?\d{1,12}(\.\d{1,9})?", text) else None


def minutes(value: Value) -> tuple[int, int]:
    """A range of the day as minutes after midnight, half open; it may go over midnight."""
    match = re.fullmatch(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})", value.text)
    if match is None:
        raise ConditionError(
            _("“%s” is not a time of day: write 22:00-06:00.") % value.text, value.position
        )
    hours = [int(match[1]), int(match[3])]
    parts = [int(match[2]), int(match[4])]
    start, end = (60 * h + m for h, m in zip(hours, parts, strict=True))
    if max(parts) > 59 or start >= 1440 or end > 1440 or start == end:
        raise ConditionError(
            _("“%s” is not a time of day: write 22:00-06:00.") % value.text, value.position
        )
    return start, end


def written(node: Node) -> str:
    """A tree as text that reads back to the same tree."""
    if isinstance(node, Not):
        if isinstance(node.part, Test) and node.part.op == "known":
            return f"{_subject(node.part)} is unknown"
        return f"not {_bracketed(node.part)}"
    if isinstance(node, And | Or):
        word = " and " if isinstance(node, And) else " or "
        return word.join(map(_bracketed, node.parts))
    if node.op == "known":
        return f"{_subject(node)} is known"
    values = [_quoted(v) for v in node.values]
    if node.op != "in":
        return f"{_subject(node)} {node.op} {values[0]}"
    if len(values) == 1 and node.fact != "time":
        return f"{_subject(node)} = {values[0]}"
    return f"{_subject(node)} in " + (values[0] if len(values) == 1 else f"({', '.join(values)})")


def _subject(test: Test) -> str:
    return f"answer.{test.name}" if test.fact == "answer" else test.fact


def _bracketed(node: Node) -> str:
    return f"({written(node)})" if isinstance(node, And | Or) else written(node)


def _quoted(value: Value) -> str:
    plain = re.fullmatch(r"[\w-][\w./-]*|\d{1,2}:\d{2}[-–]\d{1,2}:\d{2}", value.text)
    return value.text if plain and not value.quoted else f'"{value.text}"'


def area_key(text: str) -> str:
    """The key of an area's name; a slash divides the district from its neighbourhood."""
    return "/".join(key(part) for part in text.split("/"))
