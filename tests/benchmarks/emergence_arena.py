"""Outbreaks put into a city's real background, and who finds them.

A city is cleaned (heaps out, near-duplicates once), counted on H3 cells that were known before the first
tested day, and gone through day by day.  Thresholds come from the first half of the tested days, so that
a method raises a given number of alerts a week there; outbreaks of 5 to 20 cases over two weeks in 0 to 2
rings of cells, in busy and quiet places, are put into the second half.  An outbreak is found when a zone
that touches it passes the threshold, and none that touches it did without it on the same day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import h3.api.basic_int as h3
import numpy as np
from numpy.typing import NDArray

from spatial_analytics.hotspots.bulk import bulk_entries
from spatial_analytics.hotspots.duplicates import near_duplicates
from spatial_analytics.hotspots.emergence.alerts import Counter, Trace, thresholds_to_try
from spatial_analytics.hotspots.emergence.scan import MOST_CANDIDATES, apart, stack_of
from spatial_analytics.hotspots.emergence.world import ALL_KINDS, build_world, zones_of_cells
from spatial_analytics.hotspots.grid import cells_of, lay_grid
from tests.benchmarks.emergence_cities import City

WINDOWS = np.array([1, 2, 3, 5, 7, 10, 14, 21, 28])
LONGEST = 28
WATCHED = 28
WITHIN = 14
SIZES, RINGS, PLACES = (5, 8, 12, 20), (0, 1, 2), ("busy", "quiet")
BUDGETS = (0.5, 1.0, 2.0)
SPREAD_M = {9: 150.0, 8: 390.0}

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Trial:
    """One outbreak: size, rings, place, centre, first day; cell, day and point (metres) of each case."""

    size: int
    rings: int
    place: str
    centre: int
    first: int
    cell: NDArray[np.int64]
    day: NDArray[np.int64]
    metres: Floats

    @property
    def mornings(self) -> range:
        """The mornings on which it is looked for."""
        return range(self.first + 1, self.first + 1 + WATCHED)


class Arena:
    """A cleaned city on cells, its tested days and its trials."""

    def __init__(self, city: City, resolution: int, tested: int, *, reps: int, seed: int) -> None:
        city = city.where(~bulk_entries(city.seconds, city.lat, city.lon, city.kind).mask)
        city = city.where(near_duplicates(city.seconds, city.lat, city.lon, city.kind))
        day = city.seconds // 86_400
        self.days = int(day.max())  # the last, perhaps incomplete, day is dropped
        self.first, self.half = self.days - tested, self.days - tested // 2
        cells = cells_of(city.lat, city.lon, resolution)
        self.grid = lay_grid(cells[day < self.first])
        self.zones = zones_of_cells(self.grid.cells)
        self.stack = stack_of(self.zones)
        at = self.grid.index_of(cells)
        inside = (at >= 0) & (day < self.days)
        self.cell, self.day = at[inside], day[inside]
        middle = self.grid.centres.mean(axis=0)
        north, east = city.lat[inside] - middle[0], city.lon[inside] - middle[1]
        self.metres = np.column_stack([east * np.cos(np.radians(middle[0])), north]) * 111_195.0
        start = np.datetime64("2020-01-06")
        self.world = build_world(
            self.zones, at, day, None, days=self.days, first_day=start, least=0
        )
        self.daily = self.world.kinds[ALL_KINDS]
        self.counts = self.daily.block(len(self.grid), 0, self.days)
        self.total = self.counts.sum(axis=0).astype(float)
        sums = np.cumsum(self.counts, axis=1, dtype=float)
        self.until = np.concatenate([np.zeros((len(self.grid), 1)), sums], axis=1)
        self.mornings = range(self.first, self.days + 1)
        self.trials = list(self._draw(np.random.default_rng(seed), reps, resolution))

    def _draw(self, draw: np.random.Generator, reps: int, resolution: int) -> Iterator[Trial]:
        rate = self.until[:, self.first] - self.until[:, max(0, self.first - 364)]
        calm = (rate > 0) & (rate <= np.quantile(rate[rate > 0], 0.75))
        chance = {"busy": rate / rate.sum(), "quiet": calm / calm.sum()}
        for size in SIZES:
            for rings in RINGS:
                for place in PLACES:
                    for _ in range(reps):
                        centre = int(draw.choice(len(self.grid), p=chance[place]))
                        first = int(draw.integers(self.half + 1, self.days - WATCHED))
                        cell = draw.choice(self.zones.disk(centre, rings), size)
                        day = first + draw.integers(0, WITHIN, size)
                        away = SPREAD_M.get(resolution, 150.0) * np.sqrt(draw.random(size))
                        turn = draw.uniform(0, 2 * np.pi, size)
                        shift = np.column_stack([np.cos(turn), np.sin(turn)]) * away[:, None]
                        metres = self.grid.metres[cell] + shift
                        yield Trial(size, rings, place, centre, first, cell, day, metres)

    def window_sums(self, day: int) -> Floats:
        """Cases of each unit in each of WINDOWS before a morning (C, 9)."""
        return self.until[:, day : day + 1] - self.until[:, day - WINDOWS]

    def touching(self, trial: Trial) -> NDArray[np.int64]:
        """Rows of the zones that touch the disk of an outbreak."""
        rows = []
        for radius in range(self.zones.radii):
            near = h3.grid_disk(int(self.grid.cells[trial.centre]), trial.rings + radius)
            at = self.grid.index_of(np.array(near, dtype=np.int64))
            rows.append(radius * len(self.grid) + np.sort(at[at >= 0]))
        return np.concatenate(rows)

    @cached_property
    def counter(self) -> Counter:
        """Counts alerts by the rules of the product."""
        return Counter(self.stack)

    def alerts(self, traces: list[Trace], threshold: float) -> int:
        """Alerts that a threshold raises."""
        return self.counter.count(traces, threshold)

    def threshold(self, traces: list[Trace], weeks: float, budget: float) -> float:
        """The lowest threshold, coming down, that keeps within so many alerts a week."""
        tried = thresholds_to_try(np.array([one.strength for one in traces]), 150)
        tried = np.sort(tried)[::-1]
        best = float(tried[0])
        for threshold in tried.tolist():
            if self.alerts(traces, threshold) / weeks > budget:
                break
            best = threshold
        return best


class Method(Protocol):
    """A way to find outbreaks; strengths are of zones (rows of the stack)."""

    name: str

    def background(self, day: int) -> tuple[NDArray[np.int64], Floats]:
        """Rows and strengths on a morning of the untouched city."""
        ...

    def struck(self, day: int, trial: Trial, rows: NDArray[np.int64]) -> float:
        """The greatest strength of some rows on a morning with an outbreak in the city."""
        ...


@dataclass
class Outcome:
    """What one method did: share found within 14 days, median delay, real alerts a week, by budget.

    `fair` is the share found with the threshold that keeps the budget in the tested half itself.
    """

    name: str
    found: dict[float, float] = field(default_factory=dict)
    delay: dict[float, float] = field(default_factory=dict)
    real: dict[float, float] = field(default_factory=dict)
    fair: dict[float, float] = field(default_factory=dict)
    by_size: dict[int, float] = field(default_factory=dict)
    seconds: float = 0.0


def run(arena: Arena, method: Method) -> Outcome:
    """Go through the background, then through every trial."""
    import time

    traces: list[Trace] = []
    best: dict[int, list[tuple[int, float]]] = {}
    begun = time.perf_counter()
    for day in arena.mornings:
        rows, strength = method.background(day)
        chosen = apart(arena.stack, rows, strength, MOST_CANDIDATES)
        best[day] = [(int(rows[at]), float(strength[at])) for at in chosen]
        traces += [Trace(day, ALL_KINDS, row, value) for row, value in best[day]]
    seconds = (time.perf_counter() - begun) / len(arena.mornings)
    new = np.zeros((len(arena.trials), WATCHED))
    old = np.full((len(arena.trials), WATCHED), -np.inf)
    for number, trial in enumerate(arena.trials):
        rows = arena.touching(trial)
        known = set(rows.tolist())
        for at, day in enumerate(trial.mornings):
            new[number, at] = method.struck(day, trial, rows)
            touched = [value for row, value in best[day] if row in known]
            old[number, at] = max(touched, default=-np.inf)
    return _judge(arena, Outcome(method.name, seconds=seconds), traces, new, old)


def _judge(
    arena: Arena, outcome: Outcome, traces: list[Trace], new: Floats, old: Floats
) -> Outcome:
    early = [one for one in traces if one.day < arena.half]
    late = [one for one in traces if one.day >= arena.half]
    before, after = (arena.half - arena.first) / 7, (arena.days + 1 - arena.half) / 7
    sizes = np.array([trial.size for trial in arena.trials])
    for budget in BUDGETS:
        threshold = arena.threshold(early, before, budget)
        delay = _delay(new, old, threshold)
        outcome.found[budget] = float((delay <= WITHIN).mean())
        outcome.real[budget] = arena.alerts(late, threshold) / after
        seen = delay[np.isfinite(delay)]
        outcome.delay[budget] = float(np.median(seen)) if len(seen) else float("nan")
        fair = _delay(new, old, arena.threshold(late, after, budget))
        outcome.fair[budget] = float((fair <= WITHIN).mean())
        if budget == 1.0:
            outcome.by_size = {n: float((delay[sizes == n] <= WITHIN).mean()) for n in SIZES}
    return outcome


def _delay(new: Floats, old: Floats, threshold: float) -> Floats:
    hit = (new >= threshold) & ~(old >= threshold)
    return np.where(hit.any(axis=1), hit.argmax(axis=1) + 1.0, np.inf)
