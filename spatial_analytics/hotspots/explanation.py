"""What raised or lowered the forecast of a cell, as factors that multiply to what is expected.

The model itself is asked: what would it expect if the cell's last year, its last weeks, its neighbours,
the season, or the level of the city were ordinary?  Each factor is that part's share by Shapley (1953) on
the log scale, the mean over all orders in which the parts can be made real; so they multiply exactly to
the ratio of the cell's forecast to that of an ordinary cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial_analytics.hotspots.features import (
    AHEAD,
    EXPOSURE,
    OTHER_HALF_LIVES,
    RATE,
    SEEN,
    USUAL,
    WEEK_COLUMNS,
    YEAR_WEEKS,
    mean_column,
)
from spatial_analytics.hotspots.forecast import Study

PARTS = ("usual", "recent", "neighbours", "season", "level")
CHART_WEEKS = 26
LONG = 26
RECENT_WEEKS = 4
YEAR = mean_column(YEAR_WEEKS)
ONE_A_YEAR = 1 / YEAR_WEEKS

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """One factor: above one it raised the forecast. `facts` are the figures behind it, JSON values."""

    code: str
    factor: float
    text: str
    facts: dict[str, float | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Explanation:
    """One cell: `ordinary` times all factors is `expected`, over `horizon` weeks.

    weeks   first days of the last weeks, oldest first; counts  cases of the cell in each
    usual   cases a week of the cell over the last year before the last four weeks
    """

    cell: int
    horizon: int
    expected: float
    ordinary: float
    parts: tuple[Part, ...]
    weeks: tuple[str, ...]
    counts: tuple[int, ...]
    usual: float

    def as_json(self) -> dict[str, object]:
        """As a screen shows it; the index as hexadecimal text."""
        return {
            "h3": f"{self.cell:x}",
            "horizon_weeks": self.horizon,
            "expected": round(self.expected, 4),
            "ordinary": round(self.ordinary, 4),
            "parts": [
                {
                    "code": part.code,
                    "factor": round(part.factor, 4),
                    "text": part.text,
                    "facts": part.facts,
                }
                for part in self.parts
            ],
            "weeks": list(self.weeks),
            "counts": list(self.counts),
            "usual": round(self.usual, 4),
        }


def explain(result: Study, cells: Sequence[int], horizon: int = 1) -> list[Explanation]:
    """Why so many are expected in these cells. Raises KeyError for a cell that is not forecast."""
    history = result.history
    week = history.weeks
    known = history.grid.cells[history.known(week)]
    wanted = np.asarray(cells, dtype=np.int64)
    at = np.searchsorted(known, wanted).clip(max=len(known) - 1)
    if (known[at] != wanted).any():
        raise KeyError(f"{int(wanted[known[at] != wanted][0]):x} is not forecast.")
    forecaster = result.walk.forecasters[horizon]
    table = result.table.rows(week, horizon)
    real = table.iloc[at].reset_index(drop=True)
    rows = _Ordinary(table, result.table.level(week))
    said: dict[frozenset[str], Vector] = {}
    pool = result.choice(horizon)
    for size in range(len(PARTS) + 1):
        for kept in combinations(PARTS, size):
            x = rows.with_only(real, frozenset(kept))
            expected = forecaster.stack.predict(forecaster.said(x), week, pool)
            said[frozenset(kept)] = np.log(expected)
    factors = {part: np.exp(_share(part, said)) for part in PARTS}
    expected, ordinary = np.exp(said[frozenset(PARTS)]), np.exp(said[frozenset()])
    first = max(0, week - CHART_WEEKS)
    weeks = tuple(str(history.start_of(one)) for one in range(first, week))
    counts = history.counts[history.grid.index_of(wanted), first:].astype(int)
    rest = result.table.load.rest_days(week, horizon)
    level = rows.level_factor
    return [
        Explanation(
            cell=int(wanted[i]),
            horizon=horizon,
            expected=float(expected[i]),
            ordinary=float(ordinary[i]),
            parts=tuple(
                _part(code, float(factors[code][i]), real.iloc[i], rows.mean, rest, level)
                for code in PARTS
            ),
            weeks=weeks,
            counts=tuple(counts[i].tolist()),
            usual=usual_before(real.iloc[i]),
        )
        for i in range(len(wanted))
    ]


def _share(part: str, said: dict[frozenset[str], Vector]) -> Vector:
    """What a part adds to the log of the forecast, averaged over all orders."""
    others = [one for one in PARTS if one != part]
    total = np.zeros_like(next(iter(said.values())))
    for size in range(len(others) + 1):
        weight = factorial(size) * factorial(len(others) - size) / factorial(len(PARTS))
        for before in combinations(others, size):
            total += weight * (said[frozenset({*before, part})] - said[frozenset(before)])
    return total


class _Ordinary:
    """Rows of which some parts are real and the others are as in an ordinary cell and week."""

    def __init__(self, table: pd.DataFrame, level: float) -> None:
        self.mean = table.mean(axis=0)
        # The level against that of the last year: what the rate was scaled by.
        self.level_factor = level / max(float(table[USUAL].sum()), 1e-9)
        names = list(table.columns)
        self._long = [n for n in names if _is_own(n) and _span_of(n) >= LONG]
        self._recent = [n for n in names if _is_own(n) and _span_of(n) < LONG]
        self._season = [n for n in names if n.startswith("season_") and n not in WEEK_COLUMNS]
        self._kernel = [n for n in names if n.startswith("kernel_")]
        self._around = [n for n in names if n.startswith("ring")]
        others = [f"other_{life}" for life in OTHER_HALF_LIVES]
        self._around += [n for n in others if n in names]

    def with_only(self, real: pd.DataFrame, kept: frozenset[str]) -> pd.DataFrame:
        """The real rows with every part ordinary that is not kept, same columns."""
        x = real.copy()
        own = self._own_year(real, "usual" in kept, "recent" in kept)
        for name, values in own.items():
            x[name] = values
        year = x[USUAL]
        x[RATE] = year * self.level_factor
        if "recent" not in kept:
            # As its own year was: what the year is drawn towards belongs to the year.
            for name in self._recent:
                x[name] = own[YEAR]
            x["weeks_since_last"] = np.minimum(1 / np.maximum(own[YEAR], 1e-2), 104)
        if "neighbours" not in kept:
            for name in [*self._around, *self._kernel]:
                x[name] = self.mean[name]
        if "season" not in kept:
            for name in self._season:
                x[name] = year
            x["season_sin"], x["season_cos"] = 0.0, 0.0
            x[EXPOSURE] = x[AHEAD]
        if "level" not in kept:
            for name in [*self._kernel, RATE]:
                x[name] = x[name] / self.level_factor
            for name in ("city_1", "city_4_to_13", "city_4_to_52"):
                x[name] = 1.0
        return x[real.columns].astype(np.float32)

    def _own_year(self, real: pd.DataFrame, usual: bool, recent: bool) -> dict[str, pd.Series]:
        """The columns of a year or half a one, the last weeks in it and the weeks before apart."""
        lately = real[mean_column(RECENT_WEEKS)]
        share = RECENT_WEEKS / real[SEEN].clip(RECENT_WEEKS + 1, YEAR_WEEKS)
        columns: dict[str, pd.Series] = {}
        for name in [*self._long, YEAR]:
            before = ((real[name] - share * lately) / (1 - share)).clip(lower=0)
            before = before if usual else 0 * before + self.mean[name]
            now = share * lately + (1 - share) * before if recent else before
            columns[name] = real[name] if usual and recent else now
        # The rate is that of the year, drawn towards the neighbours' as it was.
        drawn = real[USUAL] / (real[YEAR] + ONE_A_YEAR)
        ordinary = self.mean[USUAL] / (self.mean[YEAR] + ONE_A_YEAR)
        columns[USUAL] = (columns[YEAR] + ONE_A_YEAR) * (drawn if usual else ordinary)
        return columns


def usual_before(row: pd.Series) -> float:
    """Cases a week of the cell over the last year, the last weeks left out."""
    share = RECENT_WEEKS / min(max(float(row[SEEN]), RECENT_WEEKS + 1), YEAR_WEEKS)
    rest = (row[YEAR] - share * row[mean_column(RECENT_WEEKS)]) / (1 - share)
    return max(float(rest), 0.0)


def _is_own(name: str) -> bool:
    return name.startswith(("mean_", "smooth_"))


def _span_of(name: str) -> float:
    span = name.rpartition("_")[2]
    return np.inf if span == "all" else float(span)


def _part(
    code: str, factor: float, row: pd.Series, mean: pd.Series, rest_days: int, level: float
) -> Part:
    """A factor with its figures and a sentence."""
    facts: dict[str, float | int]
    if code == "usual":
        facts = {"a_week": _rounded(usual_before(row)), "ordinary_cell": _rounded(mean[YEAR])}
        text = (
            "{a_week} cases a week over the last year before these four weeks; an ordinary cell had "
            "{ordinary_cell}."
        )
    elif code == "recent":
        recent = row[mean_column(RECENT_WEEKS)]
        facts = {"recent": _rounded(recent), "ordinary": _rounded(mean[mean_column(RECENT_WEEKS)])}
        text = "{recent} cases a week in the last four weeks; an ordinary cell had {ordinary}."
    elif code == "neighbours":
        near = row["ring1_13"]
        facts = {"neighbours": _rounded(near), "ordinary": _rounded(mean["ring1_13"])}
        text = (
            "{neighbours} cases a week in each neighbouring cell lately; {ordinary} are ordinary."
        )
    elif code == "season":
        facts = {"rest_days": rest_days, "load": _rounded(row[EXPOSURE] / row[AHEAD])}
        text = "The time of the year, and {rest_days} days of rest in the span."
    else:
        facts = {"level": _rounded(level), "week": _rounded(row["city_1"])}
        text = (
            "The whole city has {level} times its level of the last year, and in the last week {week} "
            "times that of the last four."
        )
    return Part(code, factor, text.format(**facts), facts)


def _rounded(value: float) -> float:
    return round(float(value), 3)
