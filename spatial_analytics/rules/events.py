"""Cases as a forecast sees them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Events:
    """Cases as parallel arrays of one length n; what a source does not tell is None.

    time  datetime64[s], local civil time of the city (weeks begin at local midnight)
    lat, lon  degrees, EPSG:4326
    group  a code per type or type group
    kind  a code per type, finer than the group
    cell  H3 cell of resolution 10, so that no point need be converted again
    street, neighbourhood  ids of the register, 0 where not known
    case  the case's own id
    late  seconds from the report to its entry
    """

    time: NDArray[np.datetime64]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    group: NDArray[np.int64] | None = None
    kind: NDArray[np.int64] | None = None
    cell: NDArray[np.int64] | None = None
    street: NDArray[np.int64] | None = None
    neighbourhood: NDArray[np.int64] | None = None
    case: NDArray[np.int64] | None = None
    late: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.time)

    def where(self, mask: NDArray[np.bool_]) -> Events:
        """The events of a boolean mask of length n."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(self, **{k: v[mask] for k, v in told.items() if v is not None})
