"""How much of the last days is still to come in: what is reported on paper or by telephone is entered later."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spatial_analytics.rules.events import Events

DAY = 24 * 3600
LONGEST_DAYS = 28
WEEKS_MEASURED = 26
FEWEST = 200
LEAST_SHARE = 0.2


def completeness(events: Events, origin: np.datetime64) -> NDArray[np.float64]:
    """Share of a day's cases that is entered by the start of the origin, by how many days that day is over:
    shape (`LONGEST_DAYS`,), the first for the day just gone. Ones where the source does not tell.

    Measured over the 26 weeks before: the share with a delay of at most so many days. What was entered
    more than four weeks late is an import of old cases, not a delay.
    """
    if events.late is None or not len(events):
        return np.ones(LONGEST_DAYS)
    age = (origin - events.time).astype("timedelta64[s]").astype(np.int64) / DAY
    delay = events.late / DAY
    # Only days whose late cases have had their time to come in.
    usable = (age > LONGEST_DAYS) & (age <= 7 * WEEKS_MEASURED + LONGEST_DAYS)
    usable &= delay <= LONGEST_DAYS
    if usable.sum() < FEWEST:
        return np.ones(LONGEST_DAYS)
    # A case of the day just gone was entered in time if its delay was under the rest of that day.
    spent = (events.time - events.time.astype("datetime64[D]")).astype(np.int64)[usable] / DAY
    over = np.arange(LONGEST_DAYS)
    entered = delay[usable][:, None] <= (1 - spent)[:, None] + over[None, :]
    share: NDArray[np.float64] = entered.mean(axis=0)
    return np.maximum(share, LEAST_SHARE)
