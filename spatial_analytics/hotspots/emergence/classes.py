"""The eight classes of emerging hot spots: what a place has been over some weeks.

Getis and Ord's Gi* of every bin (a unit in a week; neighbours are the units around it in that week and
the week before) against all bins; significant after Benjamini and Hochberg's control of false
discoveries; the trend of a place by Mann and Kendall's test over its Gi* values.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

FALSE_DISCOVERIES = 0.05
MOSTLY = 0.9
TREND = 1.645  # one-sided 5 %
LEAST_WEEKS = 8

Floats = NDArray[np.float64]


class HotSpot(IntEnum):
    """What a place is; all but HISTORICAL are hot in the last week."""

    NONE = 0
    NEW = 1
    """never before"""
    CONSECUTIVE = 2
    """two weeks or more without a break, never before that, not for most of the time"""
    INTENSIFYING = 3
    """most of the time, and more and more"""
    PERSISTENT = 4
    """most of the time, without a trend"""
    DIMINISHING = 5
    """most of the time, but less and less"""
    SPORADIC = 6
    """now and then, never cold"""
    OSCILLATING = 7
    """now and then, and significantly cold at other times"""
    HISTORICAL = 8
    """most of the time, but not in the last week"""


def classes(counts: NDArray[np.floating], near: sp.csr_array) -> NDArray[np.int8]:
    """Code of `HotSpot` for each of C units.

    counts  cases of each unit and week, oldest first (C, W); near  sparse 0/1 (C, C), each unit and
    those around it.  With fewer than LEAST_WEEKS weeks, or the same count everywhere, all are NONE.
    """
    units, weeks = counts.shape
    if weeks < LEAST_WEEKS or not units or np.ptp(counts) == 0:
        return np.zeros(units, dtype=np.int8)
    score = gi_star(np.asarray(counts, dtype=float), near)
    limit = significant_from(score)
    return classes_of(score, score >= limit, score <= -limit)


def classes_of(score: Floats, hot: NDArray[np.bool_], cold: NDArray[np.bool_]) -> NDArray[np.int8]:
    """The rules: from Gi* and which bins are hot and cold, each (C, W)."""
    weeks = hot.shape[1]
    now, often = hot[:, -1], hot.mean(axis=1) >= MOSTLY
    run = np.where(hot.all(axis=1), weeks, np.argmin(hot[:, ::-1], axis=1))
    before = hot.sum(axis=1) > run
    code = np.zeros(len(hot), dtype=np.int8)
    seldom = now & ~often
    code[seldom & ~before & (run == 1)] = HotSpot.NEW
    code[seldom & ~before & (run >= 2)] = HotSpot.CONSECUTIVE
    ever_cold = cold.any(axis=1)
    code[seldom & before & ~ever_cold] = HotSpot.SPORADIC
    code[seldom & before & ever_cold] = HotSpot.OSCILLATING
    code[often & ~now] = HotSpot.HISTORICAL
    stays = np.flatnonzero(often & now)
    trend = mann_kendall(score[stays])
    code[stays] = HotSpot.PERSISTENT
    code[stays[trend > TREND]] = HotSpot.INTENSIFYING
    code[stays[trend < -TREND]] = HotSpot.DIMINISHING
    return code


def gi_star(counts: Floats, near: sp.csr_array) -> Floats:
    """Gi* of every bin against all bins, standard deviations (C, W)."""
    total = counts.size
    here = near @ counts
    sums = here.copy()
    sums[:, 1:] += here[:, :-1]
    around = np.asarray(near.sum(axis=1), dtype=float).reshape(-1, 1)
    weight = around * np.where(np.arange(counts.shape[1]) == 0, 1.0, 2.0)
    spread = np.sqrt(np.maximum(weight * (total - weight) / (total - 1), 1e-9))
    return np.asarray((sums - counts.mean() * weight) / (counts.std() * spread))


def significant_from(score: Floats, rate: float = FALSE_DISCOVERIES) -> float:
    """The least |Gi*| that is significant with so many false discoveries; infinite where none is."""
    chance = np.sort(2.0 * ndtr(-np.abs(score).ravel()))
    allowed = rate * np.arange(1, len(chance) + 1) / len(chance)
    passed = np.flatnonzero(chance <= allowed)
    return float(-ndtri(chance[passed[-1]] / 2.0)) if len(passed) else float("inf")


def mann_kendall(series: Floats) -> Floats:
    """Mann-Kendall's z of each row (n, W), with the correction for ties."""
    rows, length = series.shape
    rises = np.zeros(rows)
    for lag in range(1, length):
        rises += np.sign(series[:, lag:] - series[:, :-lag]).sum(axis=1)
    tied = np.zeros(rows)
    for week in range(length):
        equal = (series == series[:, week : week + 1]).sum(axis=1).astype(float)
        tied += (equal - 1.0) * (2.0 * equal + 5.0)
    variance = (length * (length - 1.0) * (2.0 * length + 5.0) - tied) / 18.0
    z = (rises - np.sign(rises)) / np.sqrt(np.maximum(variance, 1e-9))
    return np.asarray(np.where((variance > 0) & (rises != 0), z, 0.0))
