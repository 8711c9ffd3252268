"""Channels, request types and routing rules, as the rules take them."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from cases.models import Channel, RequestType, RoutingRule
from cases.rules.routing import Rule
from cases.rules.suggestion import TypeSuggester
from tiles.queries.versions import data_version

T = TypeVar("T")


def fresh(load: Callable[[], T]) -> Callable[[], T]:
    """Keeps a small catalogue in the process until its version moves; looks once a second."""
    kept: dict[str, Any] = {"version": None, "value": None, "checked": 0.0}

    @wraps(load)
    def value() -> T:
        now = time.monotonic()
        if now - kept["checked"] > 1.0 or kept["version"] is None:
            version = data_version("catalogue")
            if version != kept["version"]:
                kept["value"], kept["version"] = load(), version
            kept["checked"] = now
        result: T = kept["value"]
        return result

    value.cache_clear = lambda: kept.update(version=None)  # type: ignore[attr-defined]
    return value


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


@fresh
def routing_rules() -> list[Rule]:
    return [
        Rule(
            id=row.pk,
            position=row.position,
            name=row.name,
            department=row.department_id,
            request_type=row.request_type_id,
            group=row.group_id,
            district=row.district_id,
            neighbourhood=row.neighbourhood_id,
            channel=row.channel_id,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in RoutingRule.objects.order_by("position")
    ]
