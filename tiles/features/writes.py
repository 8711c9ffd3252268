"""How others propose changes of a collection (OGC API Features, Part 4): what a room offers for it.

A proposal changes nothing by itself: the room files it, and somebody decides. Each function gives the address at
which the proposal is followed. They raise `core.api.problems.InvalidInput`, and what stands here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.rules.viewer import Viewer


class NoSuchFeature(LookupError):
    """There is no feature to replace or to take away."""


class AnotherVersion(Exception):
    """The feature has changed since the caller read it."""


class KeyReused(Exception):
    """The key of a repetition belongs to something else."""


@dataclass(frozen=True)
class Proposal:
    """`feature` is its id, None for a new one; `sent` a GeoJSON feature, None: it is to go. `versions` are those
    that the caller has read, None: any. `key` names a repetition."""

    viewer: Viewer
    now: datetime
    feature: str | None
    sent: dict[str, Any] | None
    versions: frozenset[int] | None = None
    key: str = ""
    text: str = ""


@dataclass(frozen=True)
class Filed:
    """`path` is where the proposal is followed; `body` tells of it."""

    path: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Writes:
    """`scope` is what a program needs, `allowed` says which people may. `version`: the property whose value is the
    version of a feature."""

    scope: str
    allowed: Callable[[Viewer], bool]
    propose: Callable[[Proposal], Filed]
    version: str = "version"
