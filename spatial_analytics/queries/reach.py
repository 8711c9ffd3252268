"""Who is counted for whom: staff of analytics see all cases in their counts, others public ones."""

from enum import StrEnum

from accounts.rules.viewer import Viewer


class Counted(StrEnum):
    """Which cases are in a count. The value names everybody who sees the same counts: it is part of
    the key of cached tiles."""

    PUBLIC = "public"  # what may be public; small counts are hidden
    ALL = "analytics"  # every case but those of sensitive types
    WITH_SENSITIVE = "analytics+"

    def sql(self) -> dict[str, bool]:
        """As the named parameters of the counting statements."""
        return {"public_only": self is Counted.PUBLIC, "sensitive": self is Counted.WITH_SENSITIVE}


def counted(viewer: Viewer) -> Counted:
    """What is counted for this viewer. A grant that is narrowed to areas or types counts as the
    public does: its holder must not learn from a figure what no list shows."""
    if not viewer.counts_everything:
        return Counted.PUBLIC
    return Counted.WITH_SENSITIVE if viewer.cleared else Counted.ALL


def counting_audience(viewer: Viewer) -> str:
    """Name of everybody who sees the same counts: the key of cached tiles."""
    return counted(viewer).value
