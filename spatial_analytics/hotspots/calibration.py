"""Whether chances and bounds came true, over the test weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatial_analytics.hotspots.backtest import Backtest

CLASSES = 10
ENOUGH_CELLS = 200


@dataclass(frozen=True)
class Calibration:
    """Of cells given about this chance, the share that it came true for."""

    cells: int
    said: float
    happened: float

    def as_json(self) -> dict[str, float | int]:
        """Rounded for storage."""
        return {
            "cells": self.cells,
            "said": round(self.said, 4),
            "happened": round(self.happened, 4),
        }


def calibrate(tested: Backtest) -> list[Calibration]:
    """P(at least one) in ten classes of equal size by the chance given."""
    return reliability(
        np.concatenate([week.p_any for week in tested.tested]),
        np.concatenate([week.happened > 0 for week in tested.tested]),
    )


def calibrate_unusual(tested: Backtest) -> list[Calibration]:
    """P(an unusual number) in ten classes of equal size."""
    return reliability(
        np.concatenate([week.p_unusual for week in tested.tested]),
        np.concatenate([week.unusual for week in tested.tested]),
    )


def reliability(said: NDArray[np.floating], happened: NDArray[np.bool_]) -> list[Calibration]:
    """Classes of equal size by the chance said, ascending; n chances give up to ten."""
    said = said.astype(np.float64)
    parts = np.array_split(np.argsort(said, kind="stable"), CLASSES)
    return [
        Calibration(len(part), float(said[part].mean()), float(happened[part].mean()))
        for part in parts
        if len(part)
    ]


def calibration_error(classes: Sequence[Calibration]) -> float:
    """Mean distance between the chance said and the share that happened, weighted by cells."""
    cells = sum(one.cells for one in classes)
    return sum(abs(one.said - one.happened) * one.cells for one in classes) / max(cells, 1)


def worst_class(classes: Sequence[Calibration]) -> float:
    """The greatest distance in a class of enough cells to tell; 0 where there is none."""
    distances = [abs(one.said - one.happened) for one in classes if one.cells >= ENOUGH_CELLS]
    return max(distances, default=0.0)


def coverage(tested: Backtest) -> float:
    """Share of cells and weeks whose count lay within the bounds given."""
    return float(np.concatenate([week.inside for week in tested.tested]).mean())
