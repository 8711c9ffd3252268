"""The table of jobs: a name, the function that does the work, how often it recurs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

Payload = dict[str, Any]


class Unfinished(Exception):
    """A handler has done a share of its work and kept it: the rest comes after the other jobs that
    are due. Its attempts count anew.
    """


class Progress(Protocol):
    """Told to a running job: reports progress, and raises if the job was cancelled meanwhile."""

    def __call__(self, done: float, message: str = "") -> None: ...


@dataclass(frozen=True)
class Handler:
    name: str
    run: Callable[[Payload, Progress], Payload | None]
    every: timedelta | None = None
    attempts: int = 5
    lease: timedelta = timedelta(minutes=30)


HANDLERS: dict[str, Handler] = {}


def job(
    name: str,
    *,
    every: timedelta | None = None,
    attempts: int = 5,
    lease: timedelta = timedelta(minutes=30),
) -> Callable[
    [Callable[[Payload, Progress], Payload | None]], Callable[[Payload, Progress], Payload | None]
]:
    """Registers a function as the handler of jobs called `name`; used in a room's `jobs.py`.

    A handler may run twice (a worker can die after its work and before its report): it must be
    idempotent. `every` makes the sweep enqueue one job for each period.
    """

    def register(
        run: Callable[[Payload, Progress], Payload | None],
    ) -> Callable[[Payload, Progress], Payload | None]:
        HANDLERS[name] = Handler(name, run, every, attempts, lease)
        return run

    return register
