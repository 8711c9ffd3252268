"""Several type groups studied side by side, on this machine or on many.

The groups are independent tasks of joblib: where they run is configuration (`spread_over`, or any `joblib.parallel_config`), not code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed, parallel_config
from numpy.typing import NDArray

from spatial_analytics.hotspots.backtest import Progress
from spatial_analytics.hotspots.events import UnusableHistory
from spatial_analytics.hotspots.features import HORIZONS
from spatial_analytics.hotspots.forecast import Study, forecast, study
from spatial_analytics.rules.events import Events

ALL_GROUPS = None


@dataclass(frozen=True)
class GroupStudy:
    """One group: its study with the forecasts made, or why there is none."""

    group: int | None
    study: Study | None
    refusal: UnusableHistory | None = None


@contextmanager
def spread_over(scheduler: str) -> Iterator[None]:
    """Groups studied inside run on the Dask cluster of this address; without one, where joblib runs.

    The machines of the cluster need the platform's code and libraries, not its database.
    """
    if not scheduler:
        yield
        return
    # Only a process that spreads its work has this large library.
    from distributed import Client

    with Client(scheduler), parallel_config(backend="dask"):
        yield


def study_groups(
    events: Events,
    groups: Sequence[int | None],
    *,
    now: np.datetime64,
    origin: np.datetime64 | None = None,
    resolution: int | None = None,
    weeks: int | None = None,
    horizons: tuple[int, ...] = HORIZONS,
    holidays: Set[np.datetime64] = frozenset(),
    outside: Mapping[str, NDArray[np.floating]] | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Iterator[GroupStudy]:
    """Study groups of one set of cases, one after the other as they are done, in the order of `groups`;
    `ALL_GROUPS` among them stands for all types together.

    jobs  tasks at a time, for joblib's own backends; a cluster brings its own number
    progress  steps of the group under way, and all its steps; only for one task at a time in this process

    A group that nothing can be learned from has its refusal. Who stops asking lets those end that run.
    """
    settings = {
        "now": now,
        "origin": origin,
        "resolution": resolution,
        "weeks": weeks,
        "horizons": horizons,
        "holidays": holidays,
        "outside": outside,
        "progress": progress,
    }
    tasks = (delayed(_study_one)(events, group, settings) for group in groups)
    yield from Parallel(n_jobs=jobs, return_as="generator", pre_dispatch="n_jobs")(tasks)


def _study_one(events: Events, group: int | None, settings: dict[str, object]) -> GroupStudy:
    """What runs on a worker; refusals travel as values, so that one group does not end the others."""
    try:
        result = study(events, only=group, **settings)  # type: ignore[arg-type]
    except UnusableHistory as refusal:
        return GroupStudy(group, None, refusal)
    forecast(result)
    return GroupStudy(group, result)
