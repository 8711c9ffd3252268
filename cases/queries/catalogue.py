"""Channels and request types, as the rules take them."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.utils import timezone

from cases.models import Channel, RequestType
from cases.rules.questionnaire import read_questionnaire
from cases.rules.questions import Questionnaire
from cases.rules.suggestion import TypeSuggester
from tiles.queries.versions import data_version

T = TypeVar("T")


def fresh_of(*bodies: str) -> Callable[[Callable[[], T]], Callable[[], T]]:
    """Keeps what is made of some bodies of data in the process until one of their versions moves, or
    the day ends (some of it begins or ends with a day); looks once a second."""

    def keeping(load: Callable[[], T]) -> Callable[[], T]:
        kept: dict[str, Any] = {"version": None, "value": None, "checked": 0.0}

        @wraps(load)
        def value() -> T:
            now = time.monotonic()
            if now - kept["checked"] > 1.0 or kept["version"] is None:
                version = [str(timezone.localdate()), *map(data_version, bodies)]
                if version != kept["version"]:
                    kept["value"], kept["version"] = load(), version
                kept["checked"] = now
            result: T = kept["value"]
            return result

        value.cache_clear = lambda: kept.update(version=None)  # type: ignore[attr-defined]
        return value

    return keeping


fresh = fresh_of("catalogue")


@fresh
def suggester() -> TypeSuggester:
    types = RequestType.objects.filter(active=True).values_list("code", "keywords")
    return TypeSuggester(dict(types))


@fresh
def request_types() -> dict[str, RequestType]:
    return {
        t.code: t
        for t in RequestType.objects.filter(active=True).select_related("group", "successor")
    }


@fresh
def successors() -> dict[str, str]:
    """Codes of retired types → the code of the type in use that is offered instead."""
    rows = RequestType.objects.filter(active=False, successor__active=True)
    return dict(rows.values_list("code", "successor__code"))


@fresh
def questionnaires() -> dict[str, Questionnaire]:
    """Code → questionnaire, of the types in use that have one."""
    found = {code: read_questionnaire(t.questionnaire) for code, t in request_types().items()}
    return {
        code: questionnaire
        for code, questionnaire in found.items()
        if questionnaire or questionnaire.levels
    }


def questionnaire_of(code: str) -> Questionnaire:
    """What is asked for a type; an empty one where nothing is."""
    return questionnaires().get(code, Questionnaire())


@fresh
def channels() -> dict[str, Channel]:
    return {c.code: c for c in Channel.objects.all()}


def form_channels() -> list[Channel]:
    """Those that a member of staff at a form answers for."""
    return [
        c for c in channels().values() if c.transport == Channel.Transport.FORM and not c.public
    ]
