"""Takes the values of a section's fields out of a batch."""

import re
from collections.abc import Sequence

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from addresses.exchange.errors import ImportRefused
from addresses.exchange.mapping import Field, Section
from addresses.exchange.tabular import Batch, Table

Values = list[str | None]
Floats = NDArray[np.float64]
_TAG_COLUMN = "other_tags"
_TAG = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')


def check_columns(table: Table, section: Section) -> None:
    """Refuses a table that lacks columns of the section, naming them and those there are."""
    needed = section.columns()
    if _TAG_COLUMN not in table.names:
        needed |= section.keys()
    missing = sorted(needed - set(table.names))
    if missing:
        raise ImportRefused(
            "columns",
            _("missing: %(missing)s. The file has: %(names)s.")
            % {"missing": ", ".join(missing), "names": ", ".join(table.names)},
        )


class Reader:
    """The fields of one batch, row by row: `values("name")` has as many items as the batch."""

    def __init__(self, batch: Batch, section: Section) -> None:
        self.batch = batch
        self.section = section
        self._tags: list[dict[str, str]] | None = None

    def values(self, name: str) -> Values:
        """The values of a field, None where the source has none. An unmapped field is all None."""
        field = self.section.fields.get(name)
        if field is None:
            return [None] * len(self.batch)
        found = self._raw(field)
        if field.words is not None:
            words = {k.casefold(): v for k, v in field.words.items()}
            found = [words.get(v.strip().casefold()) if v else None for v in found]
        return found

    def kept(self) -> list[bool]:
        """Which rows `only` and `require` keep."""
        keep = [i not in self.batch.absent for i in range(len(self.batch))]
        for name, accepted in self.section.only.items():
            keep = [k and v in accepted for k, v in zip(keep, self._key(name), strict=True)]
        for name in self.section.require:
            keep = [k and bool(v) for k, v in zip(keep, self._key(name), strict=True)]
        return keep

    def points(self) -> tuple[Floats, Floats]:
        """x and y by the columns `lon` and `lat`; what is no number becomes NaN."""
        return (
            _numbers(self.batch.columns[self.section.lon]),
            _numbers(self.batch.columns[self.section.lat]),
        )

    def nowhere(self) -> tuple[Floats, Floats]:
        """x and y of rows without coordinates: all NaN."""
        nothing = np.full(len(self.batch), np.nan)
        return nothing, nothing

    def shapes(self) -> NDArray[np.object_] | None:
        """The rows' geometries, from the layer or from a column of WKT; None without either."""
        if self.section.wkt:
            texts = np.array(self.batch.columns[self.section.wkt], dtype=object)
            return np.asarray(shapely.from_wkt(texts, on_invalid="ignore"))
        return self.batch.geometry

    def _raw(self, field: Field) -> Values:
        if field.constant is not None:
            return [field.constant] * len(self.batch)
        if field.tags:
            return [
                next((tags[t] for t in field.tags if t in tags), None) for tags in self._all_tags()
            ]
        columns = [self._column(name) for name in field.columns]
        if len(columns) == 1:
            return columns[0]
        return [field.join.join(value or "" for value in row) for row in zip(*columns, strict=True)]

    def _key(self, name: str) -> Values:
        if name in self.batch.columns:
            return self.batch.columns[name]
        return [tags.get(name) for tags in self._all_tags()]

    def _column(self, name: str) -> Values:
        return self.batch.columns.get(name) or [None] * len(self.batch)

    def _all_tags(self) -> list[dict[str, str]]:
        if self._tags is None:
            self._tags = [_parse_tags(text) for text in self._column(_TAG_COLUMN)]
        return self._tags


def _parse_tags(text: str | None) -> dict[str, str]:
    """OSM's remaining tags as GDAL writes them: `"addr:street"=>"Landstrasse"`."""
    if not text:
        return {}
    return {k: v.replace('\\"', '"').replace("\\\\", "\\") for k, v in _TAG.findall(text)}


def _numbers(values: Sequence[str | None]) -> Floats:
    try:
        return np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    except ValueError:
        return np.array([_number(v) for v in values], dtype=np.float64)


def _number(value: str | None) -> float:
    """A number with a decimal point or comma, else NaN."""
    try:
        return float((value or "nan").replace(",", "."))
    except ValueError:
        return float("nan")
