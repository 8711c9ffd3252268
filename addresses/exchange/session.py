"""What every part of one import run shares: the file, the mapping, notes, counts, progress."""

from collections.abc import Iterator

from tqdm import tqdm

from addresses.exchange.coordinates import Projector
from addresses.exchange.fields import Reader, check_columns
from addresses.exchange.files import SourceFile
from addresses.exchange.mapping import Mapping, Section
from addresses.exchange.notes import REJECTED, REPAIRED, NoteBook, Summary
from addresses.exchange.tables import open_table
from addresses.geocoder import language
from addresses.models import ChangeSet


class Session:
    """One run over one file. Lives inside the run's transaction."""

    def __init__(
        self, *, source: SourceFile, mapping: Mapping, change_set: ChangeSet, quiet: bool
    ) -> None:
        self.source = source
        self.mapping = mapping
        self.change_set = change_set
        self.quiet = quiet
        self.pack = language.load(mapping.language)
        self.notes = NoteBook()
        self.summary = Summary()
        self.neighbourhood_id: int | None = None  # of a mapping with constant areas
        self._projectors: dict[str, Projector] = {}
        self._crs = ""

    def batches(self, section: Section) -> Iterator[Reader]:
        """Readers over a section's layer, with a progress bar. Refuses missing columns."""
        table = open_table(
            self.source,
            layer=section.layer,
            encoding=self.mapping.encoding,
            delimiter=self.mapping.delimiter,
        )
        check_columns(table, section)
        self._crs = table.crs
        if section.has_geometry:
            self.projector(section)
        if table.encoding_repaired:
            self.notes.add(0, REPAIRED, "encoding", detail=table.encoding_repaired, entity="file")
        label = section.layer.strip("*") or self.source.path.name
        with tqdm(total=table.rows, desc=label, unit=" rows", disable=self.quiet) as bar:
            for batch in table.batches:
                yield Reader(batch, section)
                bar.update(len(batch))
        for row, width in table.ragged:
            self.notes.add(
                row, REJECTED, "number_of_values",
                detail=f"{width} ≠ {len(table.names)}", entity="file",
            )  # fmt: skip

    def projector(self, section: Section) -> Projector:
        """From the coordinates of the open file to degrees.

        A vector layer must declare its system itself; for columns of numbers the mapping does.
        """
        if section.lon or section.wkt:
            declared, missing = self.mapping.crs, ""
        else:
            declared, missing = self._crs, self.mapping.crs_when_missing
        if declared not in self._projectors:
            self._projectors[declared] = Projector(
                declared, when_missing=missing, name=self.source.path.name
            )
        return self._projectors[declared]
