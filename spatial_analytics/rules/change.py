"""Whether a count has changed from one period to another, or only varies as counts do.

Two counts of Poisson events are compared given their sum: if nothing has changed, the first is binomial,
with the share of its period in both. The p-value is exact and two-sided (twice the smaller tail). Where
many cells are looked at, some look changed by chance: the cut-off is that of Benjamini and Hochberg, so that
of the cells shown as changed about one in twenty is not.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RISE, FALL, NONE, FEW = "rise", "fall", "none", "few"
FALSE_SHARE = 0.05
# Below this sum no difference could be told from chance.
LEAST_SUM = 6

Counts = NDArray[np.int64]


def p_values(now: Sequence[int], before: Sequence[int], share: float) -> NDArray[np.float64]:
    """Two-sided p-value of each pair.

    share  length of the first period by that of both
    """
    # Its library is large: a process that compares nothing does without.
    from scipy.special import bdtr

    a, n = np.asarray(now, dtype=np.int64), np.asarray(now, dtype=np.int64) + np.asarray(before)
    at_most = bdtr(a, n, share)
    at_least = np.where(a > 0, 1.0 - bdtr(np.maximum(a - 1, 0), n, share), 1.0)
    p: NDArray[np.float64] = np.minimum(1.0, 2.0 * np.minimum(at_most, at_least))
    return p


def cut_off(p: NDArray[np.float64]) -> float:
    """The greatest p-value that counts as a change, by Benjamini and Hochberg; 0 where none does."""
    ordered = np.sort(p)
    good = np.nonzero(ordered <= FALSE_SHARE * np.arange(1, len(p) + 1) / max(len(p), 1))[0]
    return float(ordered[good[-1]]) if len(good) else 0.0


def change_of(now: int | None, before: int | None, p: float, limit: float, share: float) -> str:
    """The class of one pair; a count that is hidden (None) leaves too little to say."""
    if now is None or before is None or now + before < LEAST_SUM:
        return FEW
    if p > limit:
        return NONE
    return RISE if now > share * (now + before) else FALL
