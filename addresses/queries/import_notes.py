"""What an import noted about the rows of its file: kept with its change set, drafted or published."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from addresses.models import ChangeSet, ImportNote


@dataclass(frozen=True)
class NoteFilter:
    """What the list's form says; whatever it does not know is left out."""

    outcome: str = ""
    reason: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "NoteFilter":
        """`kind` is outcome and reason, as one choice of the form: `REJECTED no_number`."""
        outcome, _blank, reason = query.get("kind", "").partition(" ")
        if outcome not in ImportNote.Outcome.values:
            return cls()
        return cls(outcome, reason.replace("\x00", "")[:40])

    def __str__(self) -> str:
        return f"{self.outcome} {self.reason}".strip()


def notes(change_set: ChangeSet, wanted: NoteFilter) -> QuerySet[ImportNote]:
    """In the order of the file's rows."""
    rows = change_set.notes.order_by("row", "pk")
    if wanted.outcome:
        rows = rows.filter(outcome=wanted.outcome)
    return rows.filter(reason=wanted.reason) if wanted.reason else rows


def note_counts(change_set: ChangeSet) -> list[tuple[str, str, int]]:
    """(outcome, reason, how many), what was left out first."""
    order = ["REJECTED", "CONFLICT", "REPAIRED", "LINKED"]
    found = change_set.notes.values_list("outcome", "reason").annotate(n=Count("pk"))
    return sorted(found, key=lambda row: (order.index(row[0]), -row[2], row[1]))
