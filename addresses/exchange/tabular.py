"""What a file is to the import, whatever its format: a table that comes in batches of columns."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

BATCH = 20_000
Columns = dict[str, list[Any]]


@dataclass(frozen=True)
class Batch:
    """Rows `first` … of a table. `geometry` (n,) is in the table's own coordinate system.

    `absent` are rows (from 0, within the batch) that keep their place but could not be read.
    """

    first: int
    columns: Columns
    geometry: NDArray[np.object_] | None = None
    absent: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))


@dataclass
class Table:
    """An opened table. `crs` is "" where the file declares none; `rows` is None if unknown."""

    names: tuple[str, ...]
    crs: str
    rows: int | None
    batches: Iterator[Batch]
    encoding_repaired: str = ""
    ragged: list[tuple[int, int]] = field(default_factory=list)  # (row, number of values)


def as_text(values: list[Any]) -> list[Any]:
    """Whole numbers held as floats lose their `.0`; everything else becomes text."""
    return [
        None
        if v is None
        else v
        if isinstance(v, str)
        else (None if v != v else str(int(v)) if v.is_integer() else repr(v))
        if isinstance(v, float)
        else str(v)
        for v in values
    ]


def first_line(error: BaseException) -> str:
    """What a library's error says, in one line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
