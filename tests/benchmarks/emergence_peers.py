"""The known ways to find outbreaks, and ours, under one protocol.

The expectation of the peers is the usual one: rates of a year, four weeks ago and before, drawn to the
neighbours', at the city's level of eight weeks, with weekday factors; learned anew every 14 days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.stats import poisson
from sklearn.cluster import DBSCAN

from spatial_analytics.hotspots.emergence.calibrate import (
    RATIO_MORNINGS,
    TAIL_MORNINGS,
    KindPast,
    spread,
)
from spatial_analytics.hotspots.emergence.classes import (
    HotSpot,
    classes_of,
    gi_star,
    significant_from,
)
from spatial_analytics.hotspots.emergence.expectation import MINIMUM_DAYS
from spatial_analytics.hotspots.emergence.scan import LONGEST, WINDOWS, Scale, damp, weigh
from spatial_analytics.hotspots.emergence.world import ALL_KINDS
from tests.benchmarks.emergence_arena import WINDOWS as PEER_WINDOWS
from tests.benchmarks.emergence_arena import Arena, Trial

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
REFIT = 14
WEEK = 4  # place of seven days in PEER_WINDOWS


@dataclass
class Morning:
    """What a peer sees: zones, their cases in each window, the outbreak's part of it, the city's."""

    day: int
    rows: Rows
    counts: Floats
    added: Floats
    city: Floats
    units: Floats | None = None


class Peer:
    """A statistic on zones; subclasses say `strength`."""

    name = ""
    ring_one = False

    def __init__(self, arena: Arena) -> None:
        self.arena = arena
        self.every = np.arange(arena.stack.size)
        if self.ring_one:
            size = len(arena.grid)
            self.every = np.arange(size, 2 * size)
        self._fits: dict[int, object] = {}

    def background(self, day: int) -> tuple[Rows, Floats]:
        """Strengths on a morning of the untouched city."""
        sums = self.arena.window_sums(day)
        counts = self.arena.stack.matrix[self.every] @ sums
        morning = Morning(day, self.every, counts, np.zeros_like(counts), sums.sum(axis=0))
        strength = self.strength(morning)
        some = strength > 0
        return self.every[some], strength[some]

    def struck(self, day: int, trial: Trial, rows: Rows) -> float:
        """The greatest strength near an outbreak."""
        if self.ring_one:
            rows = rows[rows // len(self.arena.grid) == 1]
        young = (trial.day < day)[:, None] & (trial.day[:, None] >= day - PEER_WINDOWS)
        extra = np.zeros((len(self.arena.grid), len(PEER_WINDOWS)))
        np.add.at(extra, trial.cell, young.astype(float))
        where = np.unique(trial.cell)
        matrix = self.arena.stack.matrix[rows]
        added = matrix[:, where] @ extra[where]
        sums = self.arena.window_sums(day)
        counts = matrix @ sums + added
        city = sums.sum(axis=0) + extra.sum(axis=0)
        found = self.strength(Morning(day, rows, counts, added, city))
        return float(found.max(initial=0.0))

    def strength(self, morning: Morning) -> Floats:
        """One number for each zone; 0 where there is nothing."""
        raise NotImplementedError

    def fitted(self, day: int) -> tuple[Floats, Floats]:
        """Expected cases of each zone and day (Z,), and weekday factors (7,)."""
        arena = self.arena
        at = arena.first + (min(day, arena.days) - arena.first) // REFIT * REFIT
        if at not in self._fits:
            rate = _classic_rate(arena, at)
            days = np.arange(max(0, at - 182), at)
            weekday = np.array([arena.total[days[days % 7 == one]].mean() for one in range(7)])
            self._fits[at] = (arena.stack.matrix @ rate, weekday / weekday.mean())
        return self._fits[at]  # type: ignore[return-value]

    def expected(self, morning: Morning) -> Floats:
        """Expected cases of the zones in each window."""
        rate, weekday = self.fitted(morning.day)
        back = weekday[(morning.day - 1 - np.arange(28)) % 7].cumsum()
        return rate[morning.rows][:, None] * back[PEER_WINDOWS - 1][None]


def _classic_rate(arena: Arena, day: int) -> Floats:
    last = day - 28
    first = max(0, last - 364)
    own = arena.until[:, last] - arena.until[:, first]
    one, two = arena.zones.disks[1], arena.zones.disks[2]
    near, wide = one @ own - own, two @ own - one @ own
    n_near = np.asarray(one.sum(axis=1)).ravel() - 1
    n_wide = np.asarray(two.sum(axis=1)).ravel() - 1 - n_near
    prior = (near + 0.5 * wide + 2 * own.mean()) / (n_near + 0.5 * n_wide + 2)
    spread_ = max(float(np.mean((own - prior) ** 2 - prior)), 1e-9)
    strength = float(np.clip(np.mean(prior**2) / spread_, 0.02, 50))
    rate = prior * (strength + own) / (strength + prior)
    return rate * (arena.total[day - 56 : day].mean() / rate.sum())


def _excess(seen: Floats, due: Floats) -> Floats:
    due = np.maximum(due, 1e-6)
    ratio = np.log(np.maximum(seen, 1.0) / due)
    return np.where((seen > due) & (seen >= 2), seen * ratio + due - seen, 0.0)


class PoissonScan(Peer):
    """Expectation-based Poisson scan; strength by a Gumbel tail of Monte Carlo maxima."""

    name = "expectation-based Poisson scan"
    shape: float | None = None
    draws = 49

    def strength(self, morning: Morning) -> Floats:
        best = _excess(morning.counts, self.expected(morning)).max(axis=1)
        middle, scale = self.null(morning.day)
        strength = _gumbel(best, middle, scale)
        return np.where(strength > 0.3, strength, 0.0)

    def null(self, day: int) -> tuple[float, float]:
        """Location and scale of the greatest value of a day in which nothing begins."""
        arena = self.arena
        at = arena.first + (min(day, arena.days) - arena.first) // REFIT * REFIT
        key = -1 - at
        if key not in self._fits:
            self._fits[key] = self._simulate(at)
        return self._fits[key]  # type: ignore[return-value]

    def _simulate(self, day: int) -> tuple[float, float]:
        arena, draw = self.arena, np.random.default_rng(day)
        rate, weekday = self.fitted(day)
        size = len(arena.grid)
        back = weekday[(day - 1 - np.arange(28)) % 7].cumsum()[PEER_WINDOWS - 1]
        part = np.diff(np.r_[0.0, back])
        due = rate[:, None] * back[None]
        shape = self._shape(day)
        greatest = []
        for _ in range(self.draws):
            mean = rate[:size, None] * part[None]
            if shape is not None:
                mean = mean * draw.gamma(shape, 1 / shape, (size, 1))
            counts = arena.stack.matrix @ np.cumsum(draw.poisson(mean), axis=1)
            greatest.append(_excess(counts, due).max())
        scale = max(float(np.std(greatest, ddof=1)) * np.sqrt(6) / np.pi, 1e-6)
        return float(np.mean(greatest)) - 0.5772156649 * scale, scale

    def _shape(self, day: int) -> float | None:
        return None


class NegativeBinomialScan(PoissonScan):
    """The same with an over-dispersed null."""

    name = "the same, negative binomial"

    def _shape(self, day: int) -> float | None:
        arena = self.arena
        rate = self.fitted(day)[0][: len(arena.grid)]
        ends = day - 7 * np.arange(min(26, day // 7))
        seen = arena.until[:, ends] - arena.until[:, ends - 7]
        due = rate[:, None] / rate.sum() * seen.sum(axis=0)[None]
        over = max(float(((seen - due) ** 2 - due).sum()), 1e-9)
        return float(np.clip((due**2).sum() / over, 0.2, 1e4))


def _gumbel(value: Floats, middle: float, scale: float) -> Floats:
    at = (value - middle) / scale
    exact = -np.log10(np.maximum(-np.expm1(-np.exp(-np.minimum(at, 30.0))), 1e-300))
    return np.where(at > 20, at / np.log(10), exact)


class PermutationScan(Peer):
    """Space-time permutation scan (Kulldorff 2005) over half a year."""

    name = "space-time permutation scan"
    study = 182

    def strength(self, morning: Morning) -> Floats:
        arena, day = self.arena, morning.day
        first = max(0, day - self.study)
        key = -1 - day
        if key not in self._fits:
            self._fits[key] = arena.stack.matrix @ (arena.until[:, day] - arena.until[:, first])
        zone = self._fits[key][morning.rows] + morning.added[:, -1]  # type: ignore[index]
        total = arena.total[first:day].sum() + morning.city[-1] - arena.total[day - 28 : day].sum()
        due = zone[:, None] * morning.city[None] / total
        seen = morning.counts
        inside = np.maximum(seen, 1.0) * np.log(np.maximum(seen, 1.0) / np.maximum(due, 1e-9))
        rest = np.maximum(total - seen, 1e-9)
        outside = rest * np.log(rest / np.maximum(total - due, 1e-9))
        return np.where((seen > due) & (seen >= 2), inside + outside, 0.0).max(axis=1)


class GiResidual(Peer):
    """Gi*-like standard score of a week's residuals, one ring."""

    name = "Gi* on residuals, 7 days"
    ring_one = True

    def strength(self, morning: Morning) -> Floats:
        seen, due = morning.counts[:, WEEK], self.expected(morning)[:, WEEK]
        score = (seen - due) / np.sqrt(np.maximum(due, 0.25))
        return np.where((seen >= 2) & (score > 1.5), score, 0.0)


class PoissonTail(Peer):
    """Poisson's tail of a week's cases, one ring."""

    name = "Poisson tail, 7 days, one ring"
    ring_one = True

    def strength(self, morning: Morning) -> Floats:
        seen, due = morning.counts[:, WEEK], self.expected(morning)[:, WEEK]
        chance = poisson.sf(seen - 1, np.maximum(due, 1e-3))
        score = -np.log10(np.maximum(chance, 1e-30))
        return np.where((seen >= 2) & (score > 1), score, 0.0)


class Ears(Peer):
    """EARS C2: a week against eight earlier ones, one between, one ring."""

    name = "EARS C2, one ring"
    ring_one = True

    def strength(self, morning: Morning) -> Floats:
        arena, day = self.arena, morning.day
        weeks = min(10, day // 7)
        ends = day - 7 * np.arange(weeks)
        units = arena.until[:, ends] - arena.until[:, ends - 7]
        past = arena.stack.matrix[morning.rows] @ units
        # The outbreak lies in the last four weeks.
        added = np.diff(np.c_[np.zeros(len(morning.rows)), morning.added[:, [4, 6, 7, 8]]], axis=1)
        past[:, :4] += added
        base = past[:, 2:]
        score = (past[:, 0] - base.mean(axis=1)) / np.maximum(base.std(axis=1, ddof=1), 0.5)
        return np.where((past[:, 0] >= 2) & (score > 1.5), score, 0.0)


class Classes(Peer):
    """New or consecutive in emerging hot spot analysis, 26 weeks."""

    name = "emerging hot spots, new or consecutive"
    ring_one = True

    def background(self, day: int) -> tuple[Rows, Floats]:
        strength = self._cube(day, None)
        some = strength > 0
        return self.every[some], strength[some]

    def struck(self, day: int, trial: Trial, rows: Rows) -> float:
        size = len(self.arena.grid)
        near = rows[rows // size == 1] - size
        return float(self._cube(day, trial)[near].max(initial=0.0))

    def _cube(self, day: int, trial: Trial | None) -> Floats:
        until = self.arena.until
        weeks = min(26, day // 7)
        ends = day - 7 * np.arange(weeks)[::-1]
        cube = until[:, ends] - until[:, ends - 7]
        if trial is not None:
            old = (day - 1 - trial.day) // 7
            inside = (trial.day < day) & (old < weeks)
            np.add.at(cube, (trial.cell[inside], weeks - 1 - old[inside]), 1)
        score = gi_star(cube, self.arena.zones.disks[1])
        limit = significant_from(score, 0.1)
        code = classes_of(score, score >= limit, score <= -limit)
        wanted = np.isin(code, [HotSpot.NEW, HotSpot.CONSECUTIVE])
        return np.where(wanted & (score[:, -1] > 0.5), score[:, -1], 0.0)


class Clusters(Peer):
    """DBSCAN of two weeks' points; a cluster's cells against Poisson's tail."""

    name = "DBSCAN + Poisson test"
    ring_one = True
    metres, least, days, history = 200.0, 3, 14, 0

    def background(self, day: int) -> tuple[Rows, Floats]:
        return self._found(day, None)

    def struck(self, day: int, trial: Trial, rows: Rows) -> float:
        at, strength = self._found(day, trial)
        return float(strength[np.isin(at, rows)].max(initial=0.0))

    def _found(self, day: int, trial: Trial | None) -> tuple[Rows, Floats]:
        metres, cell = self._points(day - self.days, day, trial)
        label = self._labels(metres)
        past = None
        if self.history:
            before, _ = self._points(day - self.days - self.history, day - self.days, trial)
            clustered = before[self._labels(before) >= 0]
            past = cKDTree(clustered) if len(clustered) else None
        found: dict[int, float] = {}
        for one in range(label.max(initial=-1) + 1):
            mine = label == one
            if past is not None:
                gap, _ = past.query(metres[mine], distance_upper_bound=self.metres)
                if np.isfinite(gap).any():
                    continue
            row = len(self.arena.grid) + int(np.bincount(cell[mine]).argmax())
            found[row] = max(found.get(row, 0.0), self._weight(mine, cell, day))
        return np.array(list(found), dtype=np.int64), np.array(list(found.values()))

    def _points(self, first: int, last: int, trial: Trial | None) -> tuple[Floats, Rows]:
        arena = self.arena
        mine = (arena.day >= first) & (arena.day < last)
        metres, cell = arena.metres[mine], arena.cell[mine]
        if trial is not None:
            new = (trial.day >= first) & (trial.day < last)
            metres = np.concatenate([metres, trial.metres[new]])
            cell = np.concatenate([cell, trial.cell[new]])
        return metres, cell

    def _labels(self, metres: Floats) -> NDArray[np.int64]:
        if len(metres) < self.least:
            return np.full(len(metres), -1)
        return DBSCAN(eps=self.metres, min_samples=self.least).fit(metres).labels_

    def _weight(self, mine: NDArray[np.bool_], cell: Rows, day: int) -> float:
        cells = np.unique(cell[mine])
        rate, weekday = self.fitted(day)
        back = weekday[(day - 1 - np.arange(28)) % 7].cumsum()[self.days - 1]
        due = max(float(rate[cells].sum() * back), 1e-3)
        chance = poisson.sf(int(np.isin(cell, cells).sum()) - 1, due)
        return float(-np.log10(max(chance, 1e-30)))


class NewClusters(Clusters):
    """A cluster of two weeks' points where none was in the four weeks before; strength is its size."""

    name = "DBSCAN, new clusters"
    least, history = 4, 28

    def _weight(self, mine: NDArray[np.bool_], cell: Rows, day: int) -> float:
        return float(mine.sum())


class Ours:
    """The product's own scan: tails learned from the first half of the tested days."""

    name = "combined scan (ours)"

    def __init__(self, arena: Arena) -> None:
        self.arena = arena
        past = KindPast(arena.world, arena.stack, ALL_KINDS, arena.half)
        past.daily = arena.daily
        past.damped = damp(arena.daily, arena.zones.units, past.cap)
        past.totals = arena.daily.totals(arena.days)
        past.totals_damped = past.damped.totals(arena.days)
        known = np.arange(max(arena.first, MINIMUM_DAYS), arena.half)
        past.learn_ratio(spread(known, RATIO_MORNINGS))
        self.past = past
        self.scale: Scale = past.learn_scale(spread(known, TAIL_MORNINGS))

    def background(self, day: int) -> tuple[Rows, Floats]:
        """Strengths on a morning of the untouched city."""
        evidence = self.past.evidence(day, self.past.fit_for(day))
        return evidence.rows, self.scale.strength(self.arena.stack, evidence)[0]

    def struck(self, day: int, trial: Trial, rows: Rows) -> float:
        """The greatest strength near an outbreak, its cases counted in the city's level too."""
        past, units = self.past, self.arena.zones.units
        fit = past.fit_for(day)
        young = (trial.day < day) & (trial.day >= day - LONGEST)
        block = past.daily.block(units, day - LONGEST, day)
        np.add.at(block, (trial.cell[young], trial.day[young] - (day - LONGEST)), 1)
        extra = np.bincount(trial.day[trial.day < day], minlength=day)[:day]
        calendar = self.arena.world.calendar
        city = fit.expected.of_city(past.totals[:day] + extra, day, WINDOWS, calendar)
        damped = fit.expected_damped.of_city(
            past.totals_damped[:day] + extra, day, WINDOWS, calendar
        )
        evidence = weigh(self.arena.stack, fit, block, city, damped, np.sort(rows))
        return float(self.scale.strength(self.arena.stack, evidence)[0].max())


PEERS: tuple[type[Peer], ...] = (
    NegativeBinomialScan,
    PoissonScan,
    PermutationScan,
    GiResidual,
    PoissonTail,
    Clusters,
    Ears,
    Classes,
    NewClusters,
)
