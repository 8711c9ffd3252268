"""What can be followed by webhooks: rooms name their topics here, in their `jobs.py`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.rules.viewer import Viewer


@dataclass(frozen=True)
class Letter:
    """One message: the number that it tells, what kind of event, when it was, and its data as JSON."""

    number: int
    kind: str
    at: datetime
    data: dict[str, Any]


@dataclass(frozen=True)
class Topic:
    """A feed. `since(viewer, after, limit)` gives its letters behind a number for one viewer, and the
    number that was reached with them; `oldest(now)` is where it begins; `may` says who may follow.
    A client needs `scope`."""

    name: str
    kinds: tuple[str, ...]
    scope: str
    latest: Callable[[], int]
    oldest: Callable[[datetime], int]
    since: Callable[[Viewer, int, int], tuple[Sequence[Letter], int]]
    may: Callable[[Viewer], bool] = lambda _viewer: True


TOPICS: dict[str, Topic] = {}


def topic(one: Topic) -> None:
    """Registers a topic; a second one of the name replaces the first."""
    TOPICS[one.name] = one


def topic_of(kind: str) -> Topic | None:
    return next((t for t in TOPICS.values() if kind in t.kinds), None)


def wait_after(attempts: int, first: timedelta, longest: timedelta) -> timedelta:
    """How long to wait after so many failures: twice as long each time."""
    return min(longest, first * (1 << min(attempts - 1, 30)))
