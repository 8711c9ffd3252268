"""Cases as a forecast sees them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Events:
    """Cases as parallel arrays of one length n.

    time  datetime64[s], local civil time of the city (weeks begin at local midnight)
    lat, lon  degrees, EPSG:4326
    group  a code per type or type group, or None where the source has none
    cell  H3 index at resolution 10, or None where the source has not stored it
    """

    time: NDArray[np.datetime64]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    group: NDArray[np.int64] | None = None
    cell: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.time)

    def where(self, mask: NDArray[np.bool_]) -> Events:
        """The events of a boolean mask of length n."""
        group = None if self.group is None else self.group[mask]
        cell = None if self.cell is None else self.cell[mask]
        return Events(self.time[mask], self.lat[mask], self.lon[mask], group, cell)
