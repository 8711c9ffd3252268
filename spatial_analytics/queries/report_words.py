"""What reports and their tables are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

REPORTS: dict[str, tuple[Promise, Promise]] = {
    "daily": (_("Daily summary"), _("What came in, what was done, what is left, by group, district, channel and department.")),
    "ledger": (_("Ledger"), _("Requests by type and state, resolved ones by type and result, with totals.")),
    "period": (_("Period report"), _("Month by month.")),
    "types": (_("Type report"), _("Every type: how many, how long, how well.")),
    "address": (_("Address report"), _("A street or a door: its figures, and its requests one by one.")),
    "departments": (_("Department report"), _("Every department: how many, how long, how well.")),
    "crews": (_("Crew report"), _("Every crew: done, open, on time.")),
    "legal": (_("Legal report"), _("Petitions and requests for information that were answered within the legal time.")),
    "own": (_("Own report"), _("Any figures, told apart as you like; save it, export it, send it.")),
}  # fmt: skip
SECTIONS: dict[str, Promise] = {
    "whole": _("In all"),
    "groups": _("By group of types"),
    "districts": _("By district"),
    "channels": _("By channel"),
    "departments": _("By department"),
    "crews": _("By crew"),
    "types": _("By type"),
    "months": _("By month"),
    "states": _("Opened in the period, by state"),
    "results": _("Resolved in the period, by result"),
    "petitions": _("Petitions: 30 days (law 3071)"),
    "information": _("Requests for information: 15 working days (law 4982)"),
    "cases": _("The requests"),
    "own": _("Figures"),
    "sum": pgettext_lazy("column", "Total"),
}
CASES: tuple[Promise, ...] = (
    _("Number"), _("Opened"), _("Request type"), _("Place"), _("State"), _("Department"), pgettext_lazy("indicator", "Resolved"),
)  # fmt: skip
