"""What indicators and their parts are called, and what they say, in the language of the page."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Words(NamedTuple):
    """The name has a context: "Resolved" is how many, not the state of one."""

    name: Promise
    explanation: Promise


_HOURS = _("Calendar hours from opening to resolution, of the cases resolved in the period.")

WORDS: dict[str, Words] = {
    "opened": Words(
        pgettext_lazy("indicator", "Requests"),
        _("Cases opened in the period, in whatever state they are now."),
    ),
    "resolved": Words(pgettext_lazy("indicator", "Resolved"), _("Cases resolved in the period.")),
    "closed": Words(
        pgettext_lazy("indicator", "Ended"),
        _("Cases that ended in the period: resolved, closed, cancelled or merged."),
    ),
    "open": Words(
        pgettext_lazy("indicator", "Open"), _("Cases open at the end of the period's last day.")
    ),
    "open_late": Words(
        pgettext_lazy("indicator", "Open and late"),
        _("Cases open at the end of the period's last day whose target time was over then."),
    ),
    "resolved_share": Words(
        pgettext_lazy("indicator", "Share resolved"),
        _("Of the cases opened in the period, the share that is resolved by now."),
    ),
    "late": Words(
        pgettext_lazy("indicator", "Late"),
        _("Cases opened in the period that missed their target time, or have ended after it."),
    ),
    "late_share": Words(
        pgettext_lazy("indicator", "Share late"),
        _("Of the cases with a target time opened in the period, the share that missed it."),
    ),
    "on_time_share": Words(
        pgettext_lazy("indicator", "On time"),
        _("Of the cases with a target time resolved in the period, the share resolved within it."),
    ),
    "legal_on_time_share": Words(
        pgettext_lazy("indicator", "Within the legal time"),
        _(
            "Of the cases with a legal time limit resolved in the period, the share resolved within it."
        ),
    ),
    "hours_mean": Words(pgettext_lazy("indicator", "Mean resolution time"), _HOURS),
    "hours_median": Words(pgettext_lazy("indicator", "Median resolution time"), _HOURS),
    "hours_p90": Words(pgettext_lazy("indicator", "Resolution time, 90th percentile"), _HOURS),
    "hours_p10": Words(pgettext_lazy("indicator", "Resolution time, 10th percentile"), _HOURS),
    "hours_p25": Words(pgettext_lazy("indicator", "Resolution time, lower quartile"), _HOURS),
    "hours_p75": Words(pgettext_lazy("indicator", "Resolution time, upper quartile"), _HOURS),
    "target_hours_mean": Words(
        pgettext_lazy("indicator", "Mean target time"),
        _("Calendar hours from opening to the target, of the cases resolved in the period."),
    ),
    "hours_of_target": Words(
        pgettext_lazy("indicator", "Resolution time of target"),
        _(
            "Hours that the cases resolved in the period took, as a share of the hours that their targets allowed."
        ),
    ),
    "returned": Words(
        pgettext_lazy("indicator", "Returned"),
        _("How often a department sent a case back in the period."),
    ),
    "reopened": Words(
        pgettext_lazy("indicator", "Reopened"), _("How often a case was reopened in the period.")
    ),
    "duplicates": Words(
        pgettext_lazy("indicator", "Duplicates"),
        _("Cases opened in the period that were merged into another."),
    ),
    "cancelled": Words(
        pgettext_lazy("indicator", "Cancelled"),
        _("Cases opened in the period that were cancelled."),
    ),
    "referred": Words(
        pgettext_lazy("indicator", "Referred to another body"),
        _("How often a case was referred from one organisation to another in the period."),
    ),
    "satisfaction": Words(
        pgettext_lazy("indicator", "Satisfaction"),
        _("Mean of the answers, one to five, given in the period."),
    ),
    "solved_share": Words(
        pgettext_lazy("indicator", "Solved, say reporters"),
        _("Of the answers given in the period, the share that calls it solved."),
    ),
    "survey_answers": Words(
        pgettext_lazy("indicator", "Survey answers"), _("Answers given in the period.")
    ),
    "survey_share": Words(
        pgettext_lazy("indicator", "Surveys answered"),
        _("Of the surveys sent in the period, the share that was answered."),
    ),
    "accepted_deeds": Words(
        pgettext_lazy("indicator", "Accepted"), _("How often a case was accepted in the period.")
    ),
    "started_deeds": Words(
        pgettext_lazy("indicator", "Started"),
        _("How often work on a case was started in the period."),
    ),
    "completed_deeds": Words(
        pgettext_lazy("indicator", "Completed"),
        _("How often a case was resolved or closed by a person in the period."),
    ),
    "on_time_deeds_share": Words(
        pgettext_lazy("indicator", "Completed on time"),
        _(
            "Of the times that somebody resolved a case with a target in the period, the share before it."
        ),
    ),
    "comments": Words(
        pgettext_lazy("indicator", "Comments"), _("Acts in the period that came with a note.")
    ),
    "deeds": Words(
        pgettext_lazy("indicator", "Acts"), _("Everything that people did to cases in the period.")
    ),
    "register_problems": Words(
        pgettext_lazy("indicator", "Problems of the register"),
        _("Open findings of the rules of quality in the address register, as it is now."),
    ),
    "register_problems_per_doors": Words(
        pgettext_lazy("indicator", "Problems of the register per 1,000 doors"),
        _("Open findings of the rules of quality, as it is now, for each 1,000 doors of the area."),
    ),
}

BY: dict[str, Promise] = {
    "district": _("District"),
    "neighbourhood": _("Neighbourhood"),
    "street": _("Street"),
    "cell": _("Hexagon"),
    "type": _("Request type"),
    "group": _("Group of types"),
    "kind": _("Kind"),
    "channel": _("Channel"),
    "family": _("Family of channels"),
    "organisation": _("Organisation"),
    "department": _("Department"),
    "crew": _("Crew"),
    "state": _("State"),
    "result": _("Result"),
    "from_organisation": _("From organisation"),
    "to_organisation": _("To organisation"),
    "person": _("Person"),
    "hour": _("Hour of the day"),
    "category": _("Category"),
    "rule": _("Rule of quality"),
    "day": _("Day"),
    "week": _("Week"),
    "month": _("Month"),
    "quarter": _("Quarter"),
    "year": _("Year"),
    "weekday": _("Day of the week"),
}

PER: dict[str, Promise] = {
    "residents": _("per 1,000 residents"),
    "dwellings": _("per 1,000 dwellings"),
    "km": _("per km of street"),
}
