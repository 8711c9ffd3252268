"""Alerts over days: what was found again is the same alert, until four weeks after it was raised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial_analytics.hotspots.emergence.scan import Find, Stack
from spatial_analytics.hotspots.emergence.world import ALL_KINDS

LIVE_DAYS = 28


@dataclass(frozen=True)
class Candidate:
    """A zone that stands out on the morning of `day` (days are numbers of the world).

    units, reach  rows of its units, and of those with one step more around
    first_day, last_day  the days of the window; observed, expected  cases in it
    strength  on the scale that all kinds share; recurrence  such an alert comes by chance once in so
    many days, in the whole city and over all kinds
    """

    kind: int
    centre: int
    radius: int
    units: tuple[int, ...]
    reach: frozenset[int]
    day: int
    window: int
    observed: float
    expected: float
    strength: float
    recurrence: float

    @property
    def first_day(self) -> int:
        """First day of the window."""
        return self.day - self.window

    @property
    def last_day(self) -> int:
        """Last day of the window."""
        return self.day - 1

    @property
    def ratio(self) -> float:
        """Cases for each that was to be expected."""
        return self.observed / max(self.expected, 1e-6)


@dataclass(frozen=True)
class Alert:
    """One thing that was found on one or more mornings.

    peak  the strongest candidate; raised, seen  mornings of the first and the last; times  how many
    first_day, last_day  all days that its candidates' windows touch
    """

    peak: Candidate
    raised: int
    seen: int
    times: int
    first_day: int
    last_day: int

    def is_live(self, day: int) -> bool:
        """Whether a candidate of that morning may still belong to it."""
        return day - self.raised < LIVE_DAYS

    def takes(self, candidate: Candidate) -> bool:
        """Whether a candidate lies where the alert lies, and is of its kind."""
        kinds = {self.peak.kind, candidate.kind}
        if len(kinds) > 1 and ALL_KINDS not in kinds:
            return False
        return candidate.centre in self.peak.reach or self.peak.centre in candidate.reach

    def as_json(self) -> dict[str, Any]:
        """JSON values, for `from_json`."""
        out = asdict(self)
        out["peak"]["reach"] = sorted(self.peak.reach)
        out["peak"]["units"] = list(self.peak.units)
        return out

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Alert:
        """The alert of `as_json`."""
        peak = dict(value["peak"])
        peak["units"], peak["reach"] = tuple(peak["units"]), frozenset(peak["reach"])
        return cls(**{**value, "peak": Candidate(**peak)})

    def moved(self, days: int) -> Alert:
        """The same alert in a world whose day 0 is so many days later."""
        peak = replace(self.peak, day=self.peak.day - days)
        return replace(
            self,
            peak=peak,
            raised=self.raised - days,
            seen=self.seen - days,
            first_day=self.first_day - days,
            last_day=self.last_day - days,
        )


def follow(alerts: Sequence[Alert], candidates: Iterable[Candidate], day: int) -> list[Alert]:
    """The alerts after one more morning; the new ones have `raised == day`.

    A candidate belongs to the first live alert that takes it, or raises a new one.  Alerts that are no
    longer live stay as they are.
    """
    out = list(alerts)
    for found in sorted(candidates, key=lambda one: -one.strength):
        home = next(
            (at for at, one in enumerate(out) if one.is_live(day) and one.takes(found)), None
        )
        if home is None:
            out.append(Alert(found, day, day, 1, found.first_day, found.last_day))
            continue
        known = out[home]
        out[home] = replace(
            known,
            peak=found if found.strength > known.peak.strength else known.peak,
            seen=day,
            times=known.times + (known.seen != day),
            first_day=min(known.first_day, found.first_day),
            last_day=max(known.last_day, found.last_day),
        )
    return out


@dataclass(frozen=True)
class Trace:
    """A find of the past with all that counting needs: morning, kind, row of the stack, strength."""

    day: int
    kind: int
    row: int
    strength: float


def traces(kind: int, finds: Mapping[int, Sequence[Find]]) -> list[Trace]:
    """The finds of one kind, by morning."""
    return [
        Trace(day, kind, one.row, one.strength) for day, found in finds.items() for one in found
    ]


class Counter:
    """How many alerts a threshold would have raised, by the rules of `follow`."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._reach: dict[int, frozenset[int]] = {}

    def reach(self, row: int) -> frozenset[int]:
        """Units of a zone and one step around."""
        if row not in self._reach:
            units = self.stack.zones.units
            near = self.stack.zones.disk(row % units, row // units + 1)
            self._reach[row] = frozenset(near.tolist())
        return self._reach[row]

    def count(self, past: Sequence[Trace], threshold: float) -> int:
        """Alerts raised by traces in order of the day and, within one, of falling strength."""
        units = self.stack.zones.units
        live: list[tuple[int, int, int]] = []
        raised = 0
        day = -1
        for one in past:
            if one.strength < threshold:
                continue
            if one.day != day:
                day = one.day
                live = [known for known in live if day - known[0] < LIVE_DAYS]
            if not any(self._same(one, kind, row, units) for _, kind, row in live):
                live.append((day, one.kind, one.row))
                raised += 1
        return raised

    def _same(self, one: Trace, kind: int, row: int, units: int) -> bool:
        if one.kind != kind and ALL_KINDS not in (one.kind, kind):
            return False
        return one.row % units in self.reach(row) or row % units in self.reach(one.row)


def thresholds_to_try(strengths: NDArray[np.float64], most: int = 60) -> NDArray[np.float64]:
    """Thresholds from the greatest strength down, dense where few reach them."""
    ordered = np.sort(strengths)[::-1]
    steps = np.geomspace(1, max(len(ordered), 1), most).astype(int) - 1
    picked = np.unique(np.concatenate([np.arange(min(40, len(ordered))), steps]))
    return np.asarray(ordered[picked[picked < len(ordered)]])
