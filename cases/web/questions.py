"""Questions in forms: what was filled in, what is still to be asked, how it is shown."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from cases.models import RequestType
from cases.queries.catalogue import questionnaire_of, request_types
from cases.queries.suggesting import suggest_types
from cases.rules.questions import HardStop, Question, readable, stopped_by

_PREFIX = "answer."


def answers_of(sent: QueryDict) -> dict[str, Any]:
    """The answers of a form: those of earlier steps, overruled by the fields of this one."""
    try:
        kept = json.loads(sent.get("answers", "")[:20_000] or "{}")
    except (ValueError, RecursionError):
        kept = {}
    answers: dict[str, Any] = dict(list(kept.items())[:100]) if isinstance(kept, dict) else {}
    shown = sent.get("asked", "").partition(":")[2].split(",")
    fields = {name[len(_PREFIX) :] for name in sent if name.startswith(_PREFIX)}
    for name in [*shown, *sorted(fields)][:100]:
        # A box that is not ticked is not sent: what was shown and did not come is no answer.
        values = [v for v in sent.getlist(_PREFIX + name) if v != ""][:100]
        if values:
            answers[name] = values if len(values) > 1 else values[0]
        elif name in shown:
            answers.pop(name, None)
    return answers


@dataclass(frozen=True)
class Row:
    """A question with what was answered so far."""

    question: Question
    value: str = ""
    chosen: tuple[str, ...] = ()
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """The questions of the type that was chosen, or that the words suggest."""

    type: RequestType | None = None
    suggested: bool = False
    rows: tuple[Row, ...] = ()
    advice: str = ""  # a stop holds

    @property
    def sign(self) -> str:
        """What the form sends back to say what it has shown."""
        names = ",".join(row.question.name for row in self.rows)
        return f"{self.type.code}:{names}" if self.type else ""


def asked_for(
    description: str,
    chosen: str,
    answers: dict[str, Any],
    errors: dict[str, list[str]] | None = None,
) -> Asked:
    """What is to be asked, given a text, a chosen type (or none) and the answers so far."""
    types, suggested = request_types(), False
    if chosen not in types:
        found = suggest_types(description, limit=1)
        if not found or not found[0].sure:
            return Asked()
        chosen, suggested = found[0].code, True
    questionnaire = questionnaire_of(chosen)
    questions, said = readable(questionnaire, answers)
    rows = [
        row_of(q, answers.get(q.name), (errors or {}).get(f"answers.{q.name}", []))
        for q in questions
    ]
    stop = stopped_by(questionnaire, said)
    return Asked(types[chosen], suggested, tuple(rows), str(stop.advice) if stop else "")


def row_of(question: Question, value: Any, errors: list[str]) -> Row:
    if value is None:
        return Row(question, errors=errors)
    if isinstance(value, bool):
        value = "yes" if value else "no"
    chosen = tuple(map(str, value)) if isinstance(value, list) else (str(value),)
    return Row(question, ", ".join(chosen), chosen, errors)


def unasked(asked: Asked, sign: str) -> bool:
    """Whether there is a question that the form has not shown yet (`sign` is what it has shown)."""
    code, _colon, names = sign.partition(":")
    shown = set(names.split(",")) if asked.type is not None and code == asked.type.code else set()
    return any(row.question.name not in shown for row in asked.rows)


def ask(
    request: HttpRequest, values: dict[str, str], asked: Asked, *, section: str, status: int = 200
) -> HttpResponse:
    """The step that shows the questions."""
    context = {"section": section, "values": values, "asked": asked}
    return render(request, "questions.html", context, status=status)


def stopped(
    request: HttpRequest, values: dict[str, str], stop: HardStop, *, section: str
) -> HttpResponse:
    """Nothing was opened, and what is to be done instead."""
    context = {"section": section, "values": values, "advice": stop.advice}
    return render(request, "stopped.html", context, status=422)
