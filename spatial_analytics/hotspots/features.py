"""What was known of each cell before a week: the columns that the estimators learn from.

Every column of week w is computed from weeks before w, when it is asked for; only the days of rest of the
coming weeks are known ahead.  Rows are cells known before w.  Each own column is a weighting of the past
weeks, so that all of them are one product of matrices; nothing is held but the rows drawn to learn from.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial_analytics.hotspots.day_load import DayLoad
from spatial_analytics.hotspots.history import History

HORIZONS = (1, 2, 4)
HALF_LIVES = (1, 2, 4, 8, 13, 26, 52)
MEANS = (1, 4, 8, 13, 26, 52)
RING_HALF_LIVES = (1, 4, 13, 52)
FAR_RING_HALF_LIVES = (4, 52)
KERNEL_BANDWIDTHS = (0.5, 0.8, 1.3)
KERNEL_HALF_LIVES = (8, 26, 104)
OTHER_HALF_LIVES = (4, 52)
SHRINKAGE_WEEKS = 52
LEVEL_HALF_LIVES = (1.5, 3.0, 6.0, 13.0, 26.0)
LEVEL_TUNED_ON = 52
YEAR_WEEKS = 52
YEAR_DAYS = 365.25
LONGEST_SILENCE = 104
ROWS_PER_WEEK = 5_000
LEAST_RATE = 1e-4

WEEK_COLUMNS = ("season_sin", "season_cos", "city_1", "city_4_to_13", "city_4_to_52")
OUTSIDE = "outside_"
RATE = "shrunk"
USUAL = "usual"
AHEAD = "weeks_ahead"
EXPOSURE = "exposure"
SEEN = "weeks_seen"
GIVEN = (AHEAD, EXPOSURE, SEEN, USUAL)

Array = NDArray[np.float32]
Vector = NDArray[np.float64]


def mean_column(weeks: int) -> str:
    """Name of the column with the mean count of the last so many weeks."""
    return f"mean_{weeks}"


def smooth_column(half_life: int) -> str:
    """Name of the column with the exponentially weighted mean of a half-life in weeks."""
    return f"smooth_{half_life}"


def season_column(horizon: int) -> str:
    """Name of the column with the mean of the same weeks a year ago, and one week on either side."""
    return f"season_{horizon}"


def kernel_column(bandwidth: float, half_life: int) -> str:
    """Name of the column with a kernel density, its bandwidth in cell spacings."""
    return f"kernel_{bandwidth}_{half_life}"


@dataclass(frozen=True)
class TrainingRows:
    """Rows of several weeks under each other.

    x       features (n, F)
    y       cases in the horizon (n,)
    week    week of each row (n,)
    weight  how many rows each one stands for, where they were drawn (n,)
    """

    x: pd.DataFrame
    y: Vector
    week: NDArray[np.int64]
    weight: Vector


class FeatureTable:
    """The columns of any week of a history.

    holidays  days of rest, past and coming
    other     counts (C, T) of all other types on the same cells, where one group is forecast
    outside   weekly series (T,) by name, weather for example: the value of the week before is a column
    """

    def __init__(
        self,
        history: History,
        *,
        holidays: Set[np.datetime64] = frozenset(),
        other: Array | None = None,
        outside: Mapping[str, NDArray[np.floating]] | None = None,
        rows_per_week: int = ROWS_PER_WEEK,
        seed: int = 0,
    ) -> None:
        self.history = history
        self.load = DayLoad(history, holidays)
        self._other = other
        self.outside = {name: _standard(values) for name, values in (outside or {}).items()}
        self._rows_per_week = rows_per_week
        self._seed = seed
        grid = history.grid
        self._kernels = {
            bandwidth: grid.kernel(bandwidth).astype(np.float32) for bandwidth in KERNEL_BANDWIDTHS
        }
        self._near = [np.asarray(r.sum(axis=1)).reshape(-1).astype(np.float32) for r in grid.rings]
        inside = history.known_from[:, None] <= np.arange(history.weeks)
        self._known_totals = (history.counts * inside).sum(axis=0, dtype=np.float64)
        self._drawn: dict[int, tuple[NDArray[np.int64], Vector, Array]] = {}
        self._names: list[str] | None = None
        self._latest: tuple[int, Array] | None = None

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        if self._names is None:
            self._matrix_of(self.history.weeks)
        assert self._names is not None
        return [*self._names, AHEAD, EXPOSURE, SEEN]

    @property
    def draws(self) -> bool:
        """There are more cells than are learned from in a week."""
        return len(self.history.grid) > self._rows_per_week

    def rows(self, week: int, horizon: int = 1) -> pd.DataFrame:
        """Features of the cells known before a week, in the order of `history.known(week)`."""
        return self._frame(self._matrix_of(week), week, horizon)

    def training(self, weeks: range, horizon: int = 1) -> TrainingRows:
        """Rows and what then happened, for weeks whose horizon has passed.

        Of a week with more than `rows_per_week` cells half that many with cases and as many without
        are drawn, once for all horizons and all models that learn from it.
        """
        frames, y, number, weight = [], [], [], []
        for week in weeks:
            at, weights, matrix = self._drawn_rows(week)
            frames.append(self._frame(matrix, week, horizon))
            y.append(self.history.happened(week, horizon)[at])
            number.append(np.full(len(at), week, dtype=np.int64))
            weight.append(weights)
        return TrainingRows(
            pd.concat(frames, ignore_index=True),
            np.concatenate(y),
            np.concatenate(number),
            np.concatenate(weight),
        )

    def level(self, week: int) -> float:
        """Cases that an ordinary week from `week` on would have in the known cells.

        An exponentially weighted mean of past weeks, each divided by its load; the half-life is the one
        that would have been best for the weeks before.
        """
        if week == 0:
            return 0.0
        past = self._known_totals[:week] / self.load.loads(week, range(week))
        begin = max(3, week - LEVEL_TUNED_ON)
        best, found = np.inf, float(past.mean())
        for half_life in LEVEL_HALF_LIVES:
            said = _smooth_series(past, half_life)
            error = np.square(np.log((said[begin:week] + 1) / (past[begin:] + 1))).sum()
            if error < best:
                best, found = error, float(said[week])
        return found

    def _frame(self, matrix: Array, week: int, horizon: int) -> pd.DataFrame:
        exposure = self.load.loads(week, range(week, week + horizon)).sum()
        assert self._names is not None
        given = np.empty((len(matrix), 3), dtype=np.float32)
        given[:] = horizon, exposure, week
        return pd.DataFrame(np.concatenate([matrix, given], axis=1), columns=self.names)

    def _drawn_rows(self, week: int) -> tuple[NDArray[np.int64], Vector, Array]:
        """Places among the known cells, their weights and features; made once for each week."""
        if week not in self._drawn:
            matrix = self._matrix(week)
            at, weights = self._draw(week)
            self._drawn[week] = at, weights, matrix[at]
        return self._drawn[week]

    def _draw(self, week: int) -> tuple[NDArray[np.int64], Vector]:
        y = self.history.happened(week)
        if len(y) <= self._rows_per_week:
            return np.arange(len(y)), np.ones(len(y))
        draw = np.random.default_rng([self._seed, week])
        kept, weights = [], []
        for rows in (np.flatnonzero(y > 0), np.flatnonzero(y == 0)):
            size = min(len(rows), self._rows_per_week // 2)
            kept.append(draw.choice(rows, size, replace=False))
            weights.append(np.full(size, len(rows) / max(size, 1)))
        at = np.concatenate(kept)
        order = np.argsort(at)
        return at[order], np.concatenate(weights)[order]

    def __getstate__(self) -> dict[str, object]:
        """What travels to and from another process: rows once drawn are made again where needed."""
        return {**self.__dict__, "_drawn": {}, "_latest": None}

    def _matrix_of(self, week: int) -> Array:
        """The columns of a week; the latest one is kept, for its horizons ask one after the other."""
        if self._latest is None or self._latest[0] != week:
            self._latest = week, self._matrix(week)
        return self._latest[1]

    def _matrix(self, week: int) -> Array:
        """All columns of the cells known before a week, (A, F)."""
        known = self.history.known(week)
        columns = self._cell_columns(week, known)
        size = int(known.sum())
        for name, value in self._week_values(week).items():
            columns[name] = np.full(size, value, dtype=np.float32)
        kilometres = (self.history.grid.metres[known] / 1000).astype(np.float32)
        columns["east_km"], columns["north_km"] = kilometres[:, 0], kilometres[:, 1]
        self._names = list(columns)
        matrix = np.empty((size, len(columns)), dtype=np.float32)
        for i, values in enumerate(columns.values()):
            matrix[:, i] = values
        return matrix

    def _cell_columns(self, week: int, known: NDArray[np.bool_]) -> dict[str, Array]:
        counts, rings = self.history.counts, self.history.grid.rings
        weightings = own_weightings(week)
        own = counts[:, :week] @ np.column_stack(list(weightings.values())).astype(np.float32)
        place = {name: i for i, name in enumerate(weightings)}
        columns = {name: own[known, i] for name, i in place.items()}
        for distance, lives in ((1, RING_HALF_LIVES), (2, FAR_RING_HALF_LIVES)):
            smooth = own[:, [place[smooth_column(life)] for life in lives]]
            around = (rings[distance - 1] @ smooth)[known]
            around = around / np.maximum(self._near[distance - 1][known, None], 1)
            columns |= {f"ring{distance}_{life}": around[:, i] for i, life in enumerate(lives)}
        level = self.level(week)
        smooth = own[:, [place[f"smooth_{life}"] for life in KERNEL_HALF_LIVES]]
        for bandwidth, kernel in self._kernels.items():
            density = (kernel @ smooth)[known]
            density *= level / np.maximum(density.sum(axis=0), 1e-9)
            for i, life in enumerate(KERNEL_HALF_LIVES):
                columns[kernel_column(bandwidth, life)] = np.maximum(density[:, i], LEAST_RATE)
        if self._other is not None:
            past = self._other[known, :week]
            for life in OTHER_HALF_LIVES:
                columns[f"other_{life}"] = past @ _smooth_weights(week, life).astype(np.float32)
        usual = self._usual(week, known, own[:, place[mean_column(SHRINKAGE_WEEKS)]])
        columns[USUAL] = usual.astype(np.float32)
        scale = level / max(float(usual.sum()), 1e-9)
        columns[RATE] = np.maximum(usual * scale, LEAST_RATE).astype(np.float32)
        columns["weeks_since_last"] = self._weeks_since_last(week, known)
        return columns

    def _usual(self, week: int, known: NDArray[np.bool_], mean: Array) -> Vector:
        """Gamma-Poisson rate of each known cell, drawn towards its neighbours' mean; (A,).

        The prior mean is the mean of two rings, itself drawn towards the city's; its strength comes
        from the method of moments over the known cells (Clayton and Kaldor 1987).
        """
        if not known.any() or week == 0:
            return np.full(int(known.sum()), LEAST_RATE)
        ring1, ring2 = self.history.grid.rings[:2]
        size = self._near[0] + 0.5 * self._near[1]
        span = min(SHRINKAGE_WEEKS, week)
        past = mean.astype(np.float64) * span
        city = max(past[known].mean(), 1e-9)
        prior = (ring1 @ past + 0.5 * (ring2 @ past) + 2 * city) / ((size + 2) * span)
        past, prior = past[known], prior[known]
        excess = np.mean((past / span - prior) ** 2 - prior / span)
        shape = float(np.clip(np.mean(prior**2) / max(excess, 1e-9), 0.02, 50.0))
        usual: Vector = (shape + past) / (shape / prior + span)
        return usual

    def _weeks_since_last(self, week: int, known: NDArray[np.bool_]) -> Array:
        """1 for last week; missing where there was none in `LONGEST_SILENCE` weeks."""
        past = self.history.counts[known, max(0, week - LONGEST_SILENCE) : week][:, ::-1] > 0
        if not past.shape[1]:
            return np.full(len(past), np.nan, dtype=np.float32)
        return np.where(past.any(axis=1), past.argmax(axis=1) + 1, np.nan).astype(np.float32)

    def _week_values(self, week: int) -> dict[str, float]:
        """Season and level of the city: one value for all cells of a week."""
        day = self.history.start_of(week)
        angle = 2 * np.pi * (day - day.astype("datetime64[Y]")).astype(int) / YEAR_DAYS
        totals = self.history.totals
        level = {
            span: float(totals[max(0, week - span) : week].mean()) if week else 0.0
            for span in (1, 4, 13, 52)
        }
        values = {
            "season_sin": float(np.sin(angle)),
            "season_cos": float(np.cos(angle)),
            "city_1": level[1] / max(level[4], 1e-9),
            "city_4_to_13": level[4] / max(level[13], 1e-9),
            "city_4_to_52": level[4] / max(level[52], 1e-9),
        }
        for name, series in self.outside.items():
            values[f"{OUTSIDE}{name}"] = float(series[week - 1]) if week else np.nan
        return values


def _standard(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """A series as distances from its mean in standard deviations: a member that cannot do without a value takes
    0, the ordinary. Missing values stay missing."""
    known = values[~np.isnan(values)]
    if len(known) < 2 or not (spread := float(known.std())):
        return np.where(np.isnan(values), np.nan, 0.0)
    return np.asarray((values - known.mean()) / spread)


def own_weightings(week: int) -> dict[str, Vector]:
    """Weights (week,) over the past weeks of every column made of the cell's own counts.

    Where a year has not passed, the season's columns are the mean of all weeks.
    """
    weightings = {mean_column(span): _mean_weights(week, span) for span in MEANS}
    weightings["mean_all"] = _mean_weights(week, week)
    for half_life in sorted({*HALF_LIVES, *KERNEL_HALF_LIVES}):
        weightings[smooth_column(half_life)] = _smooth_weights(week, half_life)
    for horizon in HORIZONS:
        weights = np.zeros(week)
        begin = week - YEAR_WEEKS - 1
        if begin >= 0:
            weights[begin : begin + horizon + 2] = 1 / (horizon + 2)
        else:
            weights = weightings["mean_all"]
        weightings[season_column(horizon)] = weights
    return weightings


def _mean_weights(week: int, span: int) -> Vector:
    weights = np.zeros(week)
    weights[max(0, week - span) :] = 1 / max(min(span, week), 1)
    return weights


def _smooth_weights(week: int, half_life: float) -> Vector:
    weights: Vector = 0.5 ** (np.arange(week, 0, -1) / half_life)
    return np.asarray(weights / max(weights.sum(), 1e-12))


def _smooth_series(series: Vector, half_life: float) -> Vector:
    """Exponentially weighted mean before each week, (T,) -> (T + 1,); 0 before the first."""
    keep = 0.5 ** (1.0 / half_life)
    result = np.zeros(len(series) + 1)
    total = weight = 0.0
    for week, value in enumerate(series):
        total, weight = keep * total + value, keep * weight + 1.0
        result[week + 1] = total / weight
    return result
