"""Writes facts about this installation."""

from typing import Any

from django.core.cache import cache
from django.db import transaction

from core.models import Fact


def set_fact(*, name: str, value: Any) -> None:
    """Stores the fact; every process sees it at once, because the cache is shared."""
    Fact.objects.update_or_create(name=name, defaults={"value": value})
    transaction.on_commit(lambda: cache.delete(f"fact:{name}"))
