"""What an import has to say: notes about single rows, and counts for the summary."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO

from django.db import connection

from addresses.exchange.staging import Row, copy_rows, create
from addresses.models import ImportNote

REPAIRED = ImportNote.Outcome.REPAIRED.value
LINKED = ImportNote.Outcome.LINKED.value
REJECTED = ImportNote.Outcome.REJECTED.value
CONFLICT = ImportNote.Outcome.CONFLICT.value

_COLUMNS = ("row", "outcome", "reason", "field", "detail", "entity")
TABLE = "import_note"
_TAKEN = ", ".join((*_COLUMNS, "geom"))
_MEMORY = 16 * 1024 * 1024


class NoteBook:
    """Collects notes while rows are read, keeps them in a temporary table, counts them.

    SQL adds to the same table (`import_note`), with the entity's id and a point.
    """

    def __init__(self) -> None:
        self._pending: list[Row] = []
        create(
            TABLE,
            "row integer, outcome text, reason text, field text, detail text, entity text,"
            " entity_id bigint, geom geometry(Point, 4326)",
        )

    def add(
        self, row: int, outcome: str, reason: str, *, field: str = "", detail: str = "", entity: str
    ) -> None:
        """One note. `row` counts from 1; 0 speaks of the whole file."""
        self._pending.append((row, outcome, reason, field, detail[:500], entity))

    def flush(self) -> None:
        """Moves what was collected to the temporary table."""
        copy_rows(TABLE, _COLUMNS, self._pending)
        self._pending = []

    def place(self, entity: str, table: str, match: str) -> None:
        """Gives notes about an entity its id and a point. `match` is a temporary table with row and
        entity_id, as it is after the merge.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE import_note note SET entity_id = entry.id, geom = ST_PointOnSurface(entry.geom)"  # noqa: S608
                f" FROM {match} m JOIN {table} entry ON entry.id = m.entity_id"
                " WHERE note.entity = %s AND note.row = m.row AND note.entity_id IS NULL"
                " AND note.outcome <> 'REJECTED'",
                [entity],
            )

    def counts(self) -> dict[tuple[str, str], int]:
        """How many notes there are of each (outcome, reason)."""
        self.flush()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT outcome, reason, count(*) FROM import_note GROUP BY 1, 2 ORDER BY 1, 2"
            )
            return {(outcome, reason): n for outcome, reason, n in cursor.fetchall()}

    def store(self, change_set_id: int) -> None:
        """Writes all notes to the register under their change set."""
        self.flush()
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO addresses_importnote"
                " (change_set_id, row, outcome, reason, field, detail, entity, entity_id, geom)"
                " SELECT %s, row, outcome, reason, coalesce(field, ''), coalesce(detail, ''),"
                " coalesce(entity, ''), entity_id, geom FROM import_note ORDER BY row, reason",
                [change_set_id],
            )

    def taken(self) -> IO[bytes]:
        """All notes as a COPY file, for a run that takes itself back. Of the records that they speak
        of only the points remain: a new one has no id yet."""
        self.flush()
        file: IO[bytes] = SpooledTemporaryFile(max_size=_MEMORY)  # noqa: SIM115  # see `restore`
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {TABLE} ({_TAKEN}) TO STDOUT", file)
        file.seek(0)
        return file

    def restore(self, file: IO[bytes]) -> None:
        """Takes up what `taken` gave, in another transaction."""
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {TABLE} ({_TAKEN}) FROM STDIN", file)

    def report(self, path: Path) -> None:
        """Writes all notes as CSV. Cells that a spreadsheet would run as a formula are quoted."""
        self.flush()
        with connection.cursor() as cursor, path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow([*_COLUMNS, "entity_id", "lon", "lat"])
            cursor.execute(
                "SELECT row, outcome, reason, field, detail, entity, entity_id, ST_X(geom), ST_Y(geom)"
                " FROM import_note"
                " ORDER BY row, outcome, reason"
            )
            for row in cursor.fetchall():
                writer.writerow([_harmless(value) for value in row])


@dataclass
class Summary:
    """What a run did. `changes` counts by entity: inserted, updated, unchanged, vanished."""

    rows: int = 0
    changes: dict[str, Counter[str]] = field(default_factory=dict)
    linked: Counter[str] = field(default_factory=Counter)
    notes: Mapping[tuple[str, str], int] = field(default_factory=dict)
    number: int | None = None
    change_set: int | None = None  # the id of what was published
    draft: int | None = None  # the id of the draft, where a person has to look at it first
    seconds: float = 0.0

    def count(self, entity: str, **counts: int) -> None:
        self.changes.setdefault(entity, Counter()).update(counts)

    @property
    def changed(self) -> int:
        """Entries of the register that were inserted or updated."""
        return sum(c["inserted"] + c["updated"] + c["vanished"] for c in self.changes.values())

    def as_json(self) -> dict[str, object]:
        return {
            "rows": self.rows,
            "changes": {entity: dict(counts) for entity, counts in self.changes.items()},
            "linked": dict(self.linked),
            "notes": {f"{outcome} {reason}": n for (outcome, reason), n in self.notes.items()},
            "seconds": round(self.seconds, 2),
        }


def note_repairs(
    notes: NoteBook, row: int, repairs: Iterable[str], *, field: str, detail: str, entity: str
) -> None:
    """A note for each repair of a name."""
    for repair in repairs:
        notes.add(row, REPAIRED, repair, field=field, detail=detail, entity=entity)


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@" and value else value
