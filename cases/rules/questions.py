"""The questions of a request type: which of them are asked, and what answers them.

`when` is a condition in the language of routing (`cases.rules.conditions`) that asks for answers to
earlier questions alone; empty, it always holds. A question whose condition does not hold is not
asked, and what was said to it is dropped. A stop that holds ends the matter: nothing is opened, and
its advice is told instead. Questionnaires are read from data by `cases.rules.questionnaire`.
"""

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cases.rules.binding import Bound, BoundAll, Facts, answers_of
from cases.rules.validation import tidy
from core.api.problems import InvalidInput
from core.rules.text import fold

TEXT, LONG_TEXT, NUMBER, YES_NO, ONE_OF, SEVERAL_OF, DATE = (
    "text", "long_text", "number", "yes_no", "one_of", "several_of", "date",
)  # fmt: skip
KINDS = (TEXT, LONG_TEXT, NUMBER, YES_NO, ONE_OF, SEVERAL_OF, DATE)
#: From the least to the most; a case without any is NORMAL.
URGENCIES = ("LOW", "NORMAL", "HIGH", "EMERGENCY")
_TEXT_MAX = {TEXT: 200, LONG_TEXT: 2000}
_YES, _NO = frozenset({"yes", "true", "evet", "1"}), frozenset({"no", "false", "hayir", "0"})
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
ALWAYS = BoundAll(())
_NOWHERE = date(2000, 1, 1)  # conditions over answers know no day


@dataclass(frozen=True)
class Wording:
    """A text in both languages; the Turkish one stands where there is no other."""

    tr: str
    en: str = ""

    def __str__(self) -> str:
        return self.tr if (get_language() or "tr").startswith("tr") else self.en or self.tr


@dataclass(frozen=True)
class Option:
    value: str
    words: Wording


@dataclass(frozen=True)
class Question:
    """`least` and `most` bound a number; `private` answers are contact data: never public."""

    name: str
    kind: str
    words: Wording
    hint: Wording = Wording("")
    required: bool = False
    private: bool = False
    when: str = ""
    options: tuple[Option, ...] = ()
    least: float | None = None
    most: float | None = None
    unit: str = ""
    asked: Bound = ALWAYS

    @property
    def is_choice(self) -> bool:
        return self.kind in (ONE_OF, SEVERAL_OF)


@dataclass(frozen=True)
class Stop:
    """Where it holds nothing is opened; `advice` says what to do instead."""

    code: str
    advice: Wording
    when: str = ""
    holds: Bound = ALWAYS


@dataclass(frozen=True)
class Level:
    """What the answers say of the urgency; without a condition, what the type itself says."""

    level: str
    when: str = ""
    holds: Bound = ALWAYS


@dataclass(frozen=True)
class Questionnaire:
    questions: tuple[Question, ...] = ()
    stops: tuple[Stop, ...] = ()
    levels: tuple[Level, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.questions or self.stops)


class HardStop(InvalidInput):
    """Nothing is opened: the answers mean that something else is to be done, and `advice` says what."""

    def __init__(self, stop: Stop) -> None:
        super().__init__({"answers": [str(stop.advice)]})
        self.code, self.advice = stop.code, str(stop.advice)


def readable(
    questionnaire: Questionnaire, given: Mapping[str, Any]
) -> tuple[list[Question], dict[str, Any]]:
    """The questions that are asked, given what was said so far, and what of that can be read."""
    kept: dict[str, Any] = {}
    asked = []
    for question in questionnaire.questions:
        if _holds(question.asked, kept):
            asked.append(question)
            with suppress(ValueError):
                value = _value(question, given.get(question.name))
                if value is not None:
                    kept[question.name] = value
    return asked, kept


def check_answers(
    questionnaire: Questionnaire, given: Mapping[str, Any], *, complete: bool = True
) -> dict[str, Any]:
    """The answers to the questions that are asked, by name, each in one form: text, number, true or
    false, a list of values, an ISO date.

    What was said to questions that are not asked is dropped. Raises InvalidInput with the field
    `answers.NAME` for names that there are not, values of the wrong kind and, if it is to be
    `complete`, required ones that are missing; HardStop where a stop holds, before anything else.
    """
    errors: dict[str, list[str]] = {}
    kept: dict[str, Any] = {}
    known = {q.name for q in questionnaire.questions}
    for name in given:
        if name not in known:
            errors[f"answers.{str(name)[:60]}"] = [_("There is no such question.")]
    for question in questionnaire.questions:
        if not _holds(question.asked, kept):
            continue
        try:
            value = _value(question, given.get(question.name))
        except ValueError as error:
            errors[f"answers.{question.name}"] = [f"{question.words}: {error}"]
            continue
        if value is not None:
            kept[question.name] = value
        elif question.required and complete:
            errors[f"answers.{question.name}"] = [f"{question.words}: {_('Please answer this.')}"]
    if (stop := stopped_by(questionnaire, kept)) is not None:
        raise HardStop(stop)
    if errors:
        raise InvalidInput(errors)
    return kept


def stopped_by(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> Stop | None:
    """The first stop that holds."""
    return next((s for s in questionnaire.stops if _holds(s.holds, answers)), None)


def level_of(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> Level | None:
    """The highest urgency that the type and the answers speak for."""
    found = [level for level in questionnaire.levels if _holds(level.holds, answers)]
    return max(found, key=lambda level: URGENCIES.index(level.level), default=None)


def _holds(bound: Bound, answers: Mapping[str, Any]) -> bool:
    return bound.holds(Facts(_NOWHERE, answers=answers_of(answers))) is True


def said(question: Question, value: Any) -> str:
    """An answer in the reader's words."""
    if question.kind == YES_NO:
        return _("yes") if value else _("no")
    if question.is_choice:
        words = {o.value: str(o.words) for o in question.options}
        chosen: list[str] = value if isinstance(value, list) else [value]
        return ", ".join(words.get(v, v) for v in chosen)
    if question.kind == DATE:
        day = date.fromisoformat(value)
        return f"{day:%d.%m.%Y}"
    return f"{value} {question.unit}".strip()


def _value(question: Question, given: Any) -> Any:
    """A value in the one form of its kind; None for no answer. Raises ValueError with the reason."""
    if given is None or given == "" or given == []:
        return None
    if isinstance(given, str):
        given = tidy(given)
        if not given:
            return None
    value = _READERS[question.kind](question, given)
    return value if value != [] else None


def _text(question: Question, given: Any) -> str:
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise ValueError(_("A text is needed."))
    most = _TEXT_MAX[question.kind]
    if len(text := str(given)) > most:
        raise ValueError(_("At most %s characters are possible.") % most)
    return text


def _number(question: Question, given: Any) -> int | float:
    try:
        if isinstance(given, bool):
            raise ValueError
        value = float(given.replace(",", ".") if isinstance(given, str) else given)
    except (TypeError, ValueError, OverflowError):
        value = math.nan
    if not math.isfinite(value) or abs(value) >= 1e12:
        raise ValueError(_("A number is needed."))
    for bound, wrong, words in (
        (question.least, question.least is not None and value < question.least, _("At least %s.")),
        (question.most, question.most is not None and value > question.most, _("At most %s.")),
    ):
        if wrong:
            raise ValueError(words % f"{bound:g} {question.unit}".strip())
    return int(value) if value.is_integer() else round(value, 6)


def _yes_no(question: Question, given: Any) -> bool:
    word = fold(str(given))
    if word not in _YES | _NO:
        raise ValueError(_("Yes or no is needed."))
    return word in _YES


def _one_of(question: Question, given: Any) -> str:
    if not isinstance(given, str | int) or str(given) not in {o.value for o in question.options}:
        raise ValueError(_("There is no such choice."))
    return str(given)


def _several_of(question: Question, given: Any) -> list[str]:
    chosen = re.split(r"\s*,\s*", given) if isinstance(given, str) else given
    if not isinstance(chosen, list | tuple):
        raise ValueError(_("A list of choices is needed."))
    wanted = {_one_of(question, one) for one in chosen if one != ""}
    return [o.value for o in question.options if o.value in wanted]


def _date(question: Question, given: Any) -> str:
    text = str(given)
    if match := _DAY.fullmatch(text):
        text = f"{match[3]}-{int(match[2]):02d}-{int(match[1]):02d}"
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None  # type: ignore[assignment]
    if found is None or not 1900 <= found.year <= 2200:
        raise ValueError(_("A date is needed, such as 2026-03-31."))
    return found.isoformat()


_READERS = {
    TEXT: _text, LONG_TEXT: _text, NUMBER: _number, YES_NO: _yes_no, ONE_OF: _one_of,
    SEVERAL_OF: _several_of, DATE: _date,
}  # fmt: skip
