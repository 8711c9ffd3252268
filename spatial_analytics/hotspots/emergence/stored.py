"""Thresholds as arrays of plain numbers, for an `npz` file or a column, and back."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from spatial_analytics.hotspots.emergence.calibrate import KindThresholds, Thresholds
from spatial_analytics.hotspots.emergence.expectation import Expectation, Habit
from spatial_analytics.hotspots.emergence.scan import Fit, Scale, stack_of
from spatial_analytics.hotspots.emergence.tails import Recurrence, Tail
from spatial_analytics.hotspots.emergence.world import Zones

VERSION = 1
Arrays = dict[str, NDArray[np.generic]]


class OtherZones(Exception):
    """The thresholds were learned for another number of units or radii, or by another version."""


def to_bytes(thresholds: Thresholds) -> bytes:
    """One compressed `npz`, a few kilobytes for each kind and a thousand units."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **to_arrays(thresholds))  # type: ignore[arg-type]
    return buffer.getvalue()


def from_bytes(data: bytes, zones: Zones) -> Thresholds:
    """Thresholds of `to_bytes` for the zones they were learned for. Raises `OtherZones`."""
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        return from_arrays({name: file[name] for name in file.files}, zones)


def to_arrays(thresholds: Thresholds) -> Arrays:
    """Named arrays; what is not per kind stands in `about` as JSON text."""
    about = {
        "version": VERSION,
        "day": thresholds.day,
        "kinds": list(thresholds.kinds),
        "declined": {str(kind): why for kind, why in thresholds.declined.items()},
    }
    out: Arrays = {"about": np.array(json.dumps(about))}
    _put_recurrence(out, "all", thresholds.recurrence)
    for kind, learned in thresholds.kinds.items():
        name, fit = f"kind{kind}", learned.fit
        out[f"{name}.habit"] = np.array([learned.habit.half_life, float(learned.habit.season)])
        out[f"{name}.cap"] = fit.unit_cap
        out[f"{name}.ratio"] = fit.ratio
        for part, expected in (("plain", fit.expected), ("damped", fit.expected_damped)):
            rest = [float(expected.day), expected.holiday, expected.even]
            out[f"{name}.{part}.share"] = expected.share
            out[f"{name}.{part}.rest"] = np.concatenate([expected.weekday, rest])
        tails = learned.scale.tails
        knots = [[[tail.knots for tail in row] for row in radii] for radii in tails]
        scales = [[[tail.scale for tail in row] for row in radii] for radii in tails]
        out[f"{name}.knots"], out[f"{name}.scales"] = np.array(knots), np.array(scales)
        _put_recurrence(out, name, learned.recurrence)
    return out


def from_arrays(arrays: Mapping[str, NDArray[np.generic]], zones: Zones) -> Thresholds:
    """The thresholds of `to_arrays`. Raises `OtherZones`."""
    about = json.loads(str(arrays["about"]))
    if about["version"] != VERSION:
        raise OtherZones("The thresholds were stored by another version: calibrate anew.")
    stack = stack_of(zones)
    kinds: dict[int, KindThresholds] = {}
    for kind in about["kinds"]:
        name = f"kind{kind}"
        knots, scales = arrays[f"{name}.knots"], arrays[f"{name}.scales"]
        share = np.asarray(arrays[f"{name}.plain.share"], dtype=float)
        if len(share) != zones.units or knots.shape[1] != zones.radii:
            raise OtherZones("The thresholds were learned for other units: calibrate anew.")
        plain, damped = (_expectation(arrays, f"{name}.{part}") for part in ("plain", "damped"))
        fit = Fit(
            plain,
            damped,
            np.asarray(arrays[f"{name}.cap"], dtype=np.float32),
            (stack.matrix @ plain.share).astype(np.float32),
            (stack.matrix @ damped.share).astype(np.float32),
            np.asarray(arrays[f"{name}.ratio"], dtype=np.float32),
        )
        tails = tuple(
            tuple(
                tuple(Tail(line, float(scale)) for line, scale in zip(*row, strict=True))
                for row in zip(*radii, strict=True)
            )
            for radii in zip(knots, scales, strict=True)
        )
        half_life, season = np.asarray(arrays[f"{name}.habit"], dtype=float)
        habit = Habit(float(half_life), bool(season))
        kinds[kind] = KindThresholds(habit, fit, Scale(tails), _get_recurrence(arrays, name))
    declined = {int(kind): why for kind, why in about["declined"].items()}
    return Thresholds(about["day"], kinds, _get_recurrence(arrays, "all"), declined)


def _expectation(arrays: Mapping[str, NDArray[np.generic]], name: str) -> Expectation:
    rest = np.asarray(arrays[f"{name}.rest"], dtype=float)
    share = np.asarray(arrays[f"{name}.share"], dtype=float)
    return Expectation(int(rest[7]), share, rest[:7], float(rest[8]), float(rest[9]))


def _put_recurrence(out: Arrays, name: str, recurrence: Recurrence) -> None:
    out[f"{name}.strengths"] = recurrence.strengths
    out[f"{name}.days"] = np.append(recurrence.days, recurrence.slope)


def _get_recurrence(arrays: Mapping[str, NDArray[np.generic]], name: str) -> Recurrence:
    days = np.asarray(arrays[f"{name}.days"], dtype=float)
    strengths = np.asarray(arrays[f"{name}.strengths"], dtype=float)
    return Recurrence(strengths, days[:-1], float(days[-1]))
