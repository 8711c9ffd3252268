"""Bulk entries: cases that came in as a heap, by import or by one clerk's afternoon.

Their time is when they were entered, not when anything happened, so an emergence scan must not read
them as an outbreak.  A heap is far outside what this city usually enters in one slot of time:

1. city-wide: a slot of `CITY_MINUTES` with at least `CITY_LEAST` cases and `RATIO` times what the
   busiest hundredth of the used slots has;
2. at one place: the same of one kind within one square of `PLACE_METRES`, at least `PLACE_LEAST` in
   `PLACE_MINUTES`.

The usual is the data's own: where all cases of a day bear midnight (a date without a time), a whole
day in one slot is usual and no heap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatial_analytics.hotspots.grid import METRES_PER_DEGREE

CITY_MINUTES = 10
CITY_LEAST = 30
PLACE_MINUTES = 30
PLACE_LEAST = 15
PLACE_METRES = 250.0
RATIO = 8.0
USUAL_SHARE = 0.99


@dataclass(frozen=True)
class BulkEntries:
    """What came in as heaps: mask (n,) of the cases, number of heaps, size of the greatest."""

    mask: NDArray[np.bool_]
    heaps: int
    greatest: int

    @property
    def text(self) -> str:
        """One sentence for a notice."""
        return (
            f"{int(self.mask.sum())} cases were entered in {self.heaps} heaps of up to "
            f"{self.greatest} within minutes, far more than is usual here; they were set aside."
        )

    @property
    def facts(self) -> dict[str, float | int | str]:
        """The same as values."""
        return {"count": int(self.mask.sum()), "heaps": self.heaps, "greatest": self.greatest}


def bulk_entries(
    time_s: NDArray[np.int64],
    lat: NDArray[np.float64],
    lon: NDArray[np.float64],
    kind: NDArray[np.int64] | None = None,
) -> BulkEntries:
    """Which of n cases came in as heaps.

    time_s  seconds, any zero; lat, lon  degrees, EPSG:4326; kind  code of the type, or None
    """
    count = len(time_s)
    if count == 0:
        return BulkEntries(np.zeros(0, dtype=bool), 0, 0)
    city = _Slots(time_s // (CITY_MINUTES * 60))
    middle = float(np.median(lat))
    row = np.floor(lat * (METRES_PER_DEGREE / PLACE_METRES)).astype(np.int64)
    scale = METRES_PER_DEGREE / PLACE_METRES * np.cos(np.radians(middle))
    column = np.floor(lon * scale).astype(np.int64)
    kinds = np.zeros(count, np.int64) if kind is None else kind
    key = time_s // (PLACE_MINUTES * 60)
    for part in (row, column, kinds):
        key = key * (int(part.max() - part.min()) + 1) + (part - part.min())
    place = _Slots(key)
    heaps = [(city, city.heaps(CITY_LEAST)), (place, place.heaps(PLACE_LEAST))]
    mask = np.zeros(count, dtype=bool)
    for slots, heap in heaps:
        mask |= heap[slots.slot_of]
    sizes = np.concatenate([slots.sizes[heap] for slots, heap in heaps])
    return BulkEntries(mask, len(sizes), int(sizes.max()) if len(sizes) else 0)


class _Slots:
    def __init__(self, key: NDArray[np.int64]) -> None:
        _, self.slot_of, self.sizes = np.unique(key, return_inverse=True, return_counts=True)

    def heaps(self, least: int) -> NDArray[np.bool_]:
        usual = float(np.quantile(self.sizes, USUAL_SHARE))
        return np.asarray((self.sizes >= least) & (self.sizes >= RATIO * usual))
