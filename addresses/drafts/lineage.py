"""What a change set makes of names and numbers, noted when it is published."""

from addresses.models import ChangeSet
from core.queries import sql


def note_lineage(change_set: ChangeSet) -> None:
    """Keeps former street names and notes renamings and renumberings; a correction makes none, and
    neither does a roll-back: what it takes away was never to be.

    Runs within `writing`. Cost grows with what the set changed.
    """
    if change_set.kind in (ChangeSet.Kind.CORRECTION, ChangeSet.Kind.ROLLBACK):
        return
    parameters = {"change_set": change_set.pk, "day": change_set.effective_from}
    sql.execute("addresses", "lineage_former_names", parameters)
    sql.execute("addresses", "lineage_of_set", parameters)
