"""Channels and request types, as the rules take them."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.utils import timezone

from cases.models import Channel, RequestType
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
    return {t.code: t for t in RequestType.objects.filter(active=True).select_related("group")}


@fresh
def channels() -> dict[str, Channel]:
    return {c.code: c for c in Channel.objects.all()}
