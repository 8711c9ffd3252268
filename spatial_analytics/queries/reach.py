"""Who is counted for whom: staff of analytics see all cases in their counts, others public ones."""

from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer


def counts_everything(viewer: Viewer) -> bool:
    """Whether this viewer's counts hold every case, small counts included."""
    return viewer.may(Permission.SEE_ANALYTICS) or viewer.may(Permission.SEE_ALL_CASES)


def counting_audience(viewer: Viewer) -> str:
    """Name of everybody who sees the same counts: the key of cached tiles."""
    return "analytics" if counts_everything(viewer) else "public"
