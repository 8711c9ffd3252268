"""What states are called, on the screen and to other systems."""

from django.utils.translation import gettext_lazy

_STATE_NAMES = {
    "NEW": gettext_lazy("New"),
    "WAITING_FOR_INFORMATION": gettext_lazy("Waiting for information"),
    "ROUTED": gettext_lazy("With the department"),
    "ACCEPTED": gettext_lazy("Accepted"),
    "RETURNED": gettext_lazy("Returned"),
    "IN_PROGRESS": gettext_lazy("In progress"),
    "PLANNED": gettext_lazy("Planned"),
    "WITH_EXTERNAL_PARTY": gettext_lazy("With an outside party"),
    "RESOLVED": gettext_lazy("Resolved"),
    "CLOSED": gettext_lazy("Closed"),
    "CANCELLED": gettext_lazy("Cancelled"),
    "DUPLICATE": gettext_lazy("Duplicate"),
    "REOPEN_REQUESTED": gettext_lazy("Reopening asked for"),
    "REOPENED": gettext_lazy("Reopened"),
}


def state_name(state: str) -> str:
    return str(_STATE_NAMES[str(state)])
