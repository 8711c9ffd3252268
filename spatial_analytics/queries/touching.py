"""Which streets meet and which neighbourhoods share a border: the steps of a scan over them."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from addresses.models.entity import LIVING
from core.queries import sql

_MEET_M = 25.0


def streets_that_meet(ids: NDArray[np.int64]) -> sp.csr_array:
    """0/1 matrix (C, C) over street ids in ascending order, (C,)."""
    rows = sql.run(
        "spatial_analytics",
        "touching_streets",
        {"streets": ids.tolist(), "metres": _MEET_M, "living": _living()},
    )
    return _matrix(ids, rows)


def neighbours(ids: NDArray[np.int64]) -> sp.csr_array:
    """0/1 matrix (C, C) over neighbourhood ids in ascending order, (C,)."""
    return _matrix(
        ids, sql.run("spatial_analytics", "touching_neighbourhoods", {"living": _living()})
    )


def _living() -> list[str]:
    return [str(state) for state in LIVING]


def _matrix(ids: NDArray[np.int64], rows: Iterable[dict[str, Any]]) -> sp.csr_array:
    pairs = np.array([(row["one"], row["other"]) for row in rows], dtype=np.int64).reshape(-1, 2)
    at = np.searchsorted(ids, pairs).clip(max=max(len(ids) - 1, 0))
    known = (ids[at] == pairs).all(axis=1) if len(ids) else np.zeros(len(pairs), dtype=bool)
    at = at[known]
    ones = np.ones(len(at), dtype=np.float32)
    size = len(ids)
    return sp.csr_array((ones, (at[:, 0], at[:, 1])), shape=(size, size))
