"""The history of cases that forecasts and alerts learn from."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from cases.models import RequestType
from cases.rules.lifecycle import State
from spatial_analytics.facts.copying import columns
from spatial_analytics.rules.events import Events

# A duplicate counts with its original, what was taken back not at all, a parent by its parts; a case
# that was reopened counts once, on the day of its first report.
_HISTORY = """
SELECT case_id, epoch(opened_on) + 3600 * opened_hour + 60 * minute(opened) + second(opened) AS time,
       epoch(opened) AS opened, lat, lon, cell, type,
       street, neighbourhood
  FROM cases
 WHERE lon IS NOT NULL AND cell IS NOT NULL AND opened >= ?
   AND duplicate_of IS NULL AND state NOT IN (SELECT unnest(?::VARCHAR[]))
   AND case_id NOT IN (SELECT parent FROM cases WHERE parent IS NOT NULL)
   AND (NOT ? OR (public AND coalesce(type, 0) NOT IN (SELECT unnest(?::INTEGER[]))))
 ORDER BY case_id"""
_NO_REQUEST = (State.DUPLICATE.value, State.CANCELLED.value)


def case_history(*, since: datetime, public: bool) -> Events:
    """All cases with a point since an instant, in the order in which they were entered; their times in the
    city's own time.

    public  only those that anyone may see: what the public map learns from. Else also those of
            sensitive types: for alerts, which are shown to those who work on such cases
    """
    kinds = list(RequestType.objects.order_by("pk").values_list("pk", "group_id", "sensitive"))
    secret = [pk for pk, _, sensitive in kinds if sensitive]
    start = since.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
    found = columns(_HISTORY, [start, list(_NO_REQUEST), public, secret])
    kind = _filled(found["type"], 0, np.int64)
    opened = _filled(found["opened"], 0, np.int64)
    return Events(
        time=_filled(found["time"], 0, np.int64).astype("datetime64[s]"),
        lat=_filled(found["lat"], np.nan, np.float64),
        lon=_filled(found["lon"], np.nan, np.float64),
        group=_group_of(kind, kinds),
        kind=kind,
        cell=_filled(found["cell"], 0, np.int64),
        street=_filled(found["street"], 0, np.int64),
        neighbourhood=_filled(found["neighbourhood"], 0, np.int64),
        case=_filled(found["case_id"], 0, np.int64),
        late=_entered_late(opened),
    )


def _entered_late(opened: NDArray[np.int64]) -> NDArray[np.int64]:
    """Seconds from the report to its entry, by the numbers of the cases: one with a higher number than
    a case of today was entered today or later, however old its report is."""
    latest: NDArray[np.int64] = np.maximum.accumulate(opened) - opened
    return latest


def _group_of(kind: NDArray[np.int64], kinds: list[tuple[int, int, bool]]) -> NDArray[np.int64]:
    if not kinds:
        return np.zeros(len(kind), dtype=np.int64)
    known = np.array([pk for pk, _, _ in kinds], dtype=np.int64)
    groups = np.array([group for _, group, _ in kinds], dtype=np.int64)
    at = np.searchsorted(known, kind).clip(max=len(known) - 1)
    return np.where(known[at] == kind, groups[at], 0)


def _filled(values: NDArray[Any], missing: float, kind: type[np.generic]) -> NDArray[Any]:
    """DuckDB masks what is null."""
    plain = values.filled(missing) if isinstance(values, np.ma.MaskedArray) else values
    return np.asarray(plain).astype(kind, copy=False)
