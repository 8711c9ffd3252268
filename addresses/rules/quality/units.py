"""Rules about flats, shops and offices."""

from django.utils.translation import gettext_lazy as _

from addresses.rules.quality.rule import Owner, Rule, Scope, Severity

RULES = [
    Rule(
        "unit_without_building",
        Severity.WARNING,
        "unit",
        "point",
        Owner.CADASTRE,
        Scope.NEIGHBOURHOOD,
        _("Unit without a building"),
        _("The unit's door leads into no building that is in use. Link the door to its building."),
    ),
    Rule(
        "unit_of_retired_door",
        Severity.ERROR,
        "unit",
        "point",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("Unit behind a retired door"),
        _(
            "The door was retired and its unit was not. Move the unit to its new door, or retire it."
        ),
    ),
    Rule(
        "unit_number_twice",
        Severity.ERROR,
        "unit",
        "point",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("Same unit number twice behind a door"),
        _(
            "Two units behind one door have the same number: people cannot be told apart by address."
        ),
    ),
    Rule(
        "unit_number_missing",
        Severity.WARNING,
        "unit",
        "point",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("Unit without a number among several"),
        _("Several units lie behind the door, so each needs a number of its own. Enter it."),
    ),
    Rule(
        "unit_code_invalid",
        Severity.ERROR,
        "unit",
        "point",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("National address number has not ten digits"),
        _("The national address number of a unit has exactly ten digits. Look it up again."),
    ),
    Rule(
        "unit_code_twice",
        Severity.ERROR,
        "unit",
        "point",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("National address number is used twice"),
        _(
            "Two units carry the same national address number, which belongs to one only. Ask the"
            " national register which of the two it is."
        ),
    ),
    Rule(
        "units_more_than_dwellings",
        Severity.INFO,
        "building",
        "polygon",
        Owner.CADASTRE,
        Scope.NEIGHBOURHOOD,
        _("More units than the building has"),
        _(
            "More units are registered behind the building's doors than the building is said to"
            " have. Compare with the permit."
        ),
    ),
]
