"""Reads facts about this installation."""

from typing import Any

from django.core.cache import cache

from core.models import Fact

_SECONDS = 30


def fact(name: str, default: Any = None) -> Any:
    """The fact's value, at most 30 seconds old."""
    key = f"fact:{name}"
    stored = cache.get(key)
    if stored is None:
        row = Fact.objects.filter(name=name).first()
        stored = {"value": row.value if row else None}
        cache.set(key, stored, _SECONDS)
    return default if stored["value"] is None else stored["value"]


def city_is_synthetic() -> bool:
    """Whether the data shown were generated (the demo city)."""
    return bool(fact("synthetic", False))
