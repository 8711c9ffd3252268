"""The coming weeks' expected cases per cell, with chances and bounds: the whole run from cases to cells."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from spatial_analytics.hotspots.backtest import (
    Backtest,
    Cancelled,
    Progress,
    Walk,
    run_backtest,
    weeks_needed,
)
from spatial_analytics.hotspots.events import Notice, TooFewCases, clean_events
from spatial_analytics.hotspots.features import HORIZONS, FeatureTable
from spatial_analytics.hotspots.history import History, build_history, count_like
from spatial_analytics.hotspots.horizon import STACK
from spatial_analytics.rules.events import Events

CODE_VERSION = "2"

Vector = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class CellForecast:
    """One value per known cell (A,) for the `horizon` weeks from the origin on.

    expected      expected count
    p_any         chance of at least one case
    lower, upper  90 % bounds
    usual         what the cell has in so many weeks by the last year, its own and its neighbours'
    unusual_from  the first count above the 97.5 % point of that usual level
    p_unusual     chance of so many
    """

    cells: NDArray[np.int64]
    expected: Vector
    p_any: Vector
    lower: Counts
    upper: Counts
    usual: Vector
    unusual_from: Counts
    p_unusual: Vector
    horizon: int = 1


@dataclass(frozen=True)
class Study:
    """A history, its backtest for every horizon, and the notices about what was set aside."""

    history: History
    table: FeatureTable
    walk: Walk
    notices: tuple[Notice, ...]
    forecasts: dict[int, CellForecast] = field(default_factory=dict, repr=False)

    @property
    def horizons(self) -> tuple[int, ...]:
        """Weeks ahead that were studied, ascending."""
        return tuple(self.walk.backtests)

    @property
    def backtest(self) -> Backtest:
        """The backtest of the shortest horizon."""
        return self.walk.backtests[self.horizons[0]]

    @property
    def chosen(self) -> str:
        """Code of the method that writes the forecast."""
        return STACK

    def choice(self, horizon: int = 1) -> str:
        """The pool that the stack uses for the coming weeks."""
        return self.walk.choices(self.history.weeks)[horizon]


def study(
    events: Events,
    *,
    now: np.datetime64,
    origin: np.datetime64 | None = None,
    only: int | None = None,
    resolution: int | None = None,
    weeks: int | None = None,
    horizons: tuple[int, ...] = HORIZONS,
    holidays: Set[np.datetime64] = frozenset(),
    outside: Mapping[str, NDArray[np.floating]] | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Study:
    """Clean, count, backtest and learn.

    only       learn from the cases of this group; the others' counts in the cell are a column
    weeks      test weeks wanted
    holidays   days of rest, past and coming
    outside    weekly series by name, the last value that of the week before the origin

    A horizon for which the history is too short is declined in a notice.  Raises `UnusableHistory`
    where nothing can be learned, `StudyCancelled` when told to stop.
    """
    clean = clean_events(events, now=now, origin=origin, only=only)
    history = build_history(clean.events, clean.origin, resolution, clean.complete)
    other = None
    if only is not None and events.group is not None:
        other = count_like(history, events.where(events.group != only))
    series = {name: _of_weeks(values, history.weeks) for name, values in (outside or {}).items()}
    table = FeatureTable(history, holidays=holidays, other=other, outside=series)
    short, notices = _possible(horizons, history.weeks)
    if not short:
        raise TooFewCases(notices[0].text, **notices[0].facts)
    walk = run_backtest(table, horizons=short, weeks=weeks, progress=progress, cancelled=cancelled)
    return Study(history, table, walk, (*clean.notices, *notices))


def _possible(horizons: tuple[int, ...], weeks: int) -> tuple[tuple[int, ...], list[Notice]]:
    """The horizons that the history is long enough for, and what is missing for the others."""
    notices = []
    for horizon in horizons:
        if weeks < (needed := weeks_needed(horizon)):
            facts = {"horizon_weeks": horizon, "weeks": weeks, "minimum_weeks": needed}
            text = (
                f"No forecast for {horizon} weeks: the cases cover {weeks} whole weeks; at least "
                f"{needed} are needed."
            )
            notices.append(Notice("horizon_declined", text, dict(facts)))
    return tuple(sorted(h for h in horizons if weeks >= weeks_needed(h))), notices


def forecast(result: Study) -> dict[int, CellForecast]:
    """The coming weeks, by horizon; made once."""
    for horizon in result.horizons:
        if horizon not in result.forecasts:
            result.forecasts[horizon] = _forecast(result, horizon)
    return result.forecasts


def _forecast(result: Study, horizon: int) -> CellForecast:
    week = result.history.weeks
    said = result.walk.forecasters[horizon].forecast(result.table, week, result.choice(horizon))
    chances = said.chances
    return CellForecast(
        cells=result.history.grid.cells[result.history.known(week)],
        expected=said.expected,
        p_any=chances.p_any,
        lower=chances.lower,
        upper=chances.upper,
        usual=said.usual,
        unusual_from=chances.unusual_from,
        p_unusual=chances.p_unusual,
        horizon=horizon,
    )


def _of_weeks(values: NDArray[np.floating], weeks: int) -> NDArray[np.floating]:
    """The last values of a series, missing ones before it begins."""
    padded = np.concatenate([np.full(max(0, weeks - len(values)), np.nan), values])
    return padded[len(padded) - weeks :]
