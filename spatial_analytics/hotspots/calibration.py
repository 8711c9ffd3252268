"""Whether chances and bounds came true, over the test weeks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from spatial_analytics.hotspots.backtest import Backtest, TestedWeek

CLASSES = 10
ENOUGH_CELLS = 200


@dataclass(frozen=True)
class Calibration:
    """Of cells given about this chance, the share that it came true for.

    error  half of the 95 % interval of `happened` - `said`. Cells of one week share its weather and its
           news: the weeks are what is drawn, not the cells; spans that overlap count as one.
    """

    cells: int
    said: float
    happened: float
    error: float

    def as_json(self) -> dict[str, float | int]:
        """Rounded for storage."""
        return {
            "cells": self.cells,
            "said": round(self.said, 4),
            "happened": round(self.happened, 4),
            "error": round(self.error, 4),
        }


def calibrate(tested: Backtest) -> list[Calibration]:
    """P(at least one) in ten classes of equal size by the chance given."""
    return _classes(tested, lambda week: week.p_any, lambda week: week.happened > 0)


def calibrate_unusual(tested: Backtest) -> list[Calibration]:
    """P(an unusual number) in ten classes of equal size."""
    return _classes(tested, lambda week: week.p_unusual, lambda week: week.unusual)


def _classes(
    tested: Backtest,
    said: Callable[[TestedWeek], NDArray[np.floating]],
    happened: Callable[[TestedWeek], NDArray[np.bool_]],
) -> list[Calibration]:
    weeks = tested.tested
    return reliability(
        np.concatenate([said(week) for week in weeks]),
        np.concatenate([happened(week) for week in weeks]),
        np.repeat([week.week for week in weeks], [len(week.happened) for week in weeks]),
        tested.horizon,
    )


def reliability(
    said: NDArray[np.floating],
    happened: NDArray[np.bool_],
    week: NDArray[np.integer],
    horizon: int = 1,
) -> list[Calibration]:
    """Classes of equal size by the chance said, ascending; n chances (n,) give up to ten."""
    said = said.astype(np.float64)
    off = happened - said
    weeks, at = np.unique(week, return_inverse=True)
    independent = max(len(weeks) / horizon, 2.0)
    # Cluster-robust, with Student's quantile: there are few weeks.
    wide = t.ppf(0.975, independent - 1) * np.sqrt(horizon * independent / (independent - 1))
    found = []
    for part in np.array_split(np.argsort(said, kind="stable"), CLASSES):
        if len(part):
            of_weeks = np.bincount(at[part], off[part], len(weeks))
            spread = np.sqrt(((of_weeks - of_weeks.mean()) ** 2).sum()) / len(part)
            found.append(
                Calibration(
                    len(part),
                    float(said[part].mean()),
                    float(happened[part].mean()),
                    float(wide * spread),
                )
            )
    return found


def calibration_error(classes: Sequence[Calibration]) -> float:
    """Mean distance between the chance said and the share that happened, weighted by cells."""
    cells = sum(one.cells for one in classes)
    return sum(abs(one.said - one.happened) * one.cells for one in classes) / max(cells, 1)


def worst_class(classes: Sequence[Calibration]) -> float:
    """The greatest distance in a class of enough cells to tell; 0 where there is none."""
    return _greatest(one for one in classes if one.cells >= ENOUGH_CELLS)


def worst_beyond_chance(classes: Sequence[Calibration]) -> float:
    """The same of the classes whose distance is greater than their error."""
    return _greatest(
        one
        for one in classes
        if one.cells >= ENOUGH_CELLS and abs(one.said - one.happened) > one.error
    )


def _greatest(classes: Iterable[Calibration]) -> float:
    return max((abs(one.said - one.happened) for one in classes), default=0.0)


def coverage(tested: Backtest) -> float:
    """Share of cells and weeks whose count lay within the bounds given."""
    return float(np.concatenate([week.inside for week in tested.tested]).mean())
