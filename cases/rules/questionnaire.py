"""Questionnaires as data, in JSON or YAML: read strictly, written back without what is empty.

questions:
  - {name: depth, kind: number, tr: Ne kadar derin?, en: How deep is it?, least: 0, most: 300, unit: cm}
  - {name: cars, kind: yes_no, tr: Arabalar geçebiliyor mu?, en: Can cars pass?, required: true,
     when: answer.depth >= 10}
stops:
  - {code: call_112, when: answer.cars = no, tr: 112'yi arayın., en: Call 112.}
urgency:
  - {level: HIGH, when: answer.depth >= 30}
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from cases.rules.binding import Bound, Names, bind, tests
from cases.rules.conditions import ConditionError, parse
from cases.rules.questions import (
    ALWAYS,
    KINDS,
    NUMBER,
    ONE_OF,
    SEVERAL_OF,
    URGENCIES,
    YES_NO,
    Level,
    Option,
    Question,
    Questionnaire,
    Stop,
    Wording,
)
from cases.rules.validation import tidy
from core.api.problems import InvalidInput
from core.rules.text import fold, key

QUESTIONS_MAX, OPTIONS_MAX, STOPS_MAX = 30, 40, 10
_WORDS_MAX, _ADVICE_MAX = 300, 1000
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass
class _Faults:
    found: dict[str, list[str]] = field(default_factory=dict)

    def add(self, where: str, reason: str) -> None:
        self.found.setdefault(where, []).append(reason)


def read_questionnaire(data: Any) -> Questionnaire:
    """A questionnaire from its data form. Raises InvalidInput with every fault; a field is named as
    `questions.NAME.when`, by position where there is no name."""
    faults = _Faults()
    data = data or {}
    if not isinstance(data, Mapping) or set(data) - {"questions", "stops", "urgency"}:
        raise InvalidInput({"questions": [_("Only questions, stops and urgency are possible.")]})
    rows = {name: _rows(data, name, faults) for name in ("questions", "stops", "urgency")}
    questions: list[Question] = []
    for i, row in enumerate(rows["questions"], start=1):
        question = _question(i, row, questions, faults)
        if question is not None:
            questions.append(question)
    stops = tuple(_stop(i, row, questions, faults) for i, row in enumerate(rows["stops"], 1))
    levels = tuple(_level(i, row, questions, faults) for i, row in enumerate(rows["urgency"], 1))
    codes = [s.code for s in stops]
    if len(set(codes)) < len(codes):
        faults.add("stops", _("Two of them have the same code."))
    if faults.found:
        raise InvalidInput(faults.found)
    return Questionnaire(tuple(questions), stops, levels)


_MOST = {"questions": QUESTIONS_MAX, "stops": STOPS_MAX, "urgency": STOPS_MAX}


def _rows(data: Mapping[str, Any], name: str, faults: _Faults) -> list[dict[str, Any]]:
    rows = data.get(name) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        faults.add(name, _("A list is needed."))
        return []
    if len(rows) > _MOST[name]:
        faults.add(name, _("At most %s are possible.") % _MOST[name])
        return []
    return rows


_FIELDS = frozenset(
    {"name", "kind", "tr", "en", "hint_tr", "hint_en", "required", "private", "when", "options",
     "least", "most", "unit"}
)  # fmt: skip


def _question(
    i: int, row: dict[str, Any], earlier: list[Question], faults: _Faults
) -> Question | None:
    name = str(row.get("name") or "").strip()
    where = f"questions.{name[:40] or i}"
    before = len(faults.found)
    for unknown in sorted(set(map(str, row)) - _FIELDS):
        faults.add(f"{where}.{unknown[:40]}", _("There is no such field."))
    if not _NAME.fullmatch(name):
        faults.add(
            f"{where}.name", _("A name has small letters, figures and _, and begins with a letter.")
        )
    if name in {q.name for q in earlier}:
        faults.add(f"{where}.name", _("Two questions have this name."))
    kind = str(row.get("kind") or "")
    if kind not in KINDS:
        faults.add(f"{where}.kind", _("The kind is one of: %s.") % ", ".join(KINDS))
    words = _wording(row, "tr", "en", where, faults, needed=True)
    options = _options(row.get("options"), kind, where, faults)
    least, most = _bound(row, "least", where, faults), _bound(row, "most", where, faults)
    if (least is not None or most is not None) and kind != NUMBER:
        faults.add(f"{where}.least", _("Only numbers have bounds."))
    if least is not None and most is not None and least > most:
        faults.add(f"{where}.most", _("The upper bound lies below the lower one."))
    when, asked = _condition(row.get("when"), earlier, f"{where}.when", faults)
    unit = tidy(str(row.get("unit") or ""))
    if len(unit) > 20:
        faults.add(f"{where}.unit", _("At most %s characters are possible.") % 20)
    if len(faults.found) > before and (not name or kind not in KINDS):
        return None
    return Question(
        name=name, kind=kind, words=words,
        hint=_wording(row, "hint_tr", "hint_en", where, faults), required=bool(row.get("required")),
        private=bool(row.get("private")), when=when, options=options, least=least, most=most,
        unit=unit, asked=asked,
    )  # fmt: skip


def _wording(
    row: Mapping[str, Any], tr: str, en: str, where: str, faults: _Faults,
    *, needed: bool = False, most: int = _WORDS_MAX,
) -> Wording:  # fmt: skip
    texts = [tidy(str(row.get(name) or "")) for name in (tr, en)]
    if needed and not texts[0]:
        faults.add(f"{where}.{tr}", _("The Turkish words are missing."))
    for name, text in zip((tr, en), texts, strict=True):
        if len(text) > most:
            faults.add(f"{where}.{name}", _("At most %s characters are possible.") % most)
    return Wording(*texts)


def _options(given: Any, kind: str, where: str, faults: _Faults) -> tuple[Option, ...]:
    choice = kind in (ONE_OF, SEVERAL_OF)
    rows = given or []
    if not isinstance(rows, list) or not all(isinstance(o, Mapping) for o in rows):
        faults.add(f"{where}.options", _("A list is needed."))
        return ()
    if bool(rows) != choice or (choice and not 2 <= len(rows) <= OPTIONS_MAX):
        words = _("A choice needs two to %s options; other kinds have none.")
        faults.add(f"{where}.options", words % OPTIONS_MAX)
    found = []
    for option in rows:
        value = str(option.get("value") or "").strip()
        if not _NAME.fullmatch(value):
            faults.add(
                f"{where}.options", _("“%s” is no value: small letters, figures and _.") % value
            )
        found.append(
            Option(value, _wording(option, "tr", "en", f"{where}.options", faults, needed=True))
        )
    if len({o.value for o in found}) < len(found):
        faults.add(f"{where}.options", _("Two options have the same value."))
    return tuple(found)


def _bound(row: Mapping[str, Any], name: str, where: str, faults: _Faults) -> float | None:
    given = row.get(name)
    if given is None or given == "":
        return None
    try:
        value = float(str(given).replace(",", "."))
        if not math.isfinite(value):
            raise ValueError
    except ValueError:
        faults.add(f"{where}.{name}", _("This is not a number."))
        return None
    return value


def _condition(
    given: Any, earlier: Iterable[Question], where: str, faults: _Faults
) -> tuple[str, Bound]:
    text = str(given or "").strip()
    try:
        bound = bind(parse(text), Names())
        _only_earlier(bound, {fold(q.name): q for q in earlier})
    except ConditionError as error:
        faults.add(where, str(error))
        return text, ALWAYS
    return text, bound


def _only_earlier(bound: Bound, earlier: Mapping[str, Question]) -> None:
    """Raises ConditionError for what no earlier question can answer."""
    for one in tests(bound):
        test = one.test
        if test.fact != "answer":
            raise ConditionError(
                _("Only answers can be asked for here: answer.NAME."), test.position
            )
        question = earlier.get(fold(test.name))
        if question is None:
            words = _("No earlier question is called “%s”.") % test.name
            raise ConditionError(words, test.position)
        if test.op not in ("in", "known") and question.kind != NUMBER:
            raise ConditionError(_("“%s” is no number.") % test.name, test.position)
        possible = {key(o.value) for o in question.options}
        if question.kind == YES_NO:
            possible = {"yes", "no"}
        for value in test.values if possible else ():
            if key(value.text) not in possible:
                words = _("“%(value)s” is no answer to “%(name)s”.")
                raise ConditionError(
                    words % {"value": value.text, "name": test.name}, value.position
                )


def _stop(i: int, row: dict[str, Any], questions: list[Question], faults: _Faults) -> Stop:
    code = str(row.get("code") or "").strip()
    where = f"stops.{code[:40] or i}"
    for unknown in sorted(set(map(str, row)) - {"code", "when", "tr", "en"}):
        faults.add(f"{where}.{unknown[:40]}", _("There is no such field."))
    if not _NAME.fullmatch(code):
        faults.add(
            f"{where}.code", _("A name has small letters, figures and _, and begins with a letter.")
        )
    when, holds = _condition(row.get("when"), questions, f"{where}.when", faults)
    advice = _wording(row, "tr", "en", where, faults, needed=True, most=_ADVICE_MAX)
    return Stop(code, advice, when, holds)


def _level(i: int, row: dict[str, Any], questions: list[Question], faults: _Faults) -> Level:
    level, where = str(row.get("level") or ""), f"urgency.{i}"
    for unknown in sorted(set(map(str, row)) - {"level", "when"}):
        faults.add(f"{where}.{unknown[:40]}", _("There is no such field."))
    if level not in URGENCIES:
        faults.add(f"{where}.level", _("The level is one of: %s.") % ", ".join(URGENCIES))
    return Level(level, *_condition(row.get("when"), questions, f"{where}.when", faults))


def as_data(questionnaire: Questionnaire) -> dict[str, Any]:
    """The data form that reads back to the same questionnaire; what is empty is left out."""

    def full(**fields: Any) -> dict[str, Any]:
        return {k: v for k, v in fields.items() if v not in (None, "", False, [], ())}

    def plain(value: float | None) -> float | int | None:
        return int(value) if value is not None and value.is_integer() else value

    return full(
        questions=[
            full(
                name=q.name, kind=q.kind, tr=q.words.tr, en=q.words.en, hint_tr=q.hint.tr,
                hint_en=q.hint.en, required=q.required, private=q.private, when=q.when,
                options=[full(value=o.value, tr=o.words.tr, en=o.words.en) for o in q.options],
                unit=q.unit,
            ) | {n: plain(v) for n, v in (("least", q.least), ("most", q.most)) if v is not None}
            for q in questionnaire.questions
        ],
        stops=[
            full(code=s.code, when=s.when, tr=s.advice.tr, en=s.advice.en) for s in questionnaire.stops
        ],
        urgency=[full(level=v.level, when=v.when) for v in questionnaire.levels],
    )  # fmt: skip
