"""Rules about districts and neighbourhoods."""

from django.utils.translation import gettext_lazy as _

from addresses.rules.quality.rule import Fix, Owner, Rule, Scope, Severity

RULES = [
    Rule(
        "coverage_gap",
        Severity.ERROR,
        "neighbourhood",
        "polygon",
        Owner.GIS,
        Scope.DISTRICT,
        _("Land without a neighbourhood"),
        _(
            "The neighbourhoods of a district leave land free. A point there has no neighbourhood:"
            " no head, no responsible department. Extend the outline of the right neighbourhood."
        ),
        parameters={"square_metres": 50.0, "metres": 0.5},
    ),
    Rule(
        "neighbourhood_overlap",
        Severity.ERROR,
        "neighbourhood",
        "polygon",
        Owner.GIS,
        Scope.NEIGHBOURHOOD,
        _("Neighbourhoods overlap"),
        _(
            "The same land belongs to two neighbourhoods, so two bodies may answer for one place."
            " Draw the common boundary once and give it to both."
        ),
        parameters={"square_metres": 50.0, "metres": 0.5},
    ),
    Rule(
        "neighbourhood_outside_district",
        Severity.WARNING,
        "neighbourhood",
        "polygon",
        Owner.GIS,
        Scope.NEIGHBOURHOOD,
        _("Neighbourhood reaches beyond its district"),
        _(
            "Part of the neighbourhood lies outside the outline of its district. One of the two"
            " outlines is older than the other."
        ),
        parameters={"square_metres": 50.0, "metres": 0.5},
    ),
    Rule(
        "neighbourhood_without_polygon",
        Severity.WARNING,
        "neighbourhood",
        "point",
        Owner.GIS,
        Scope.NEIGHBOURHOOD,
        _("Neighbourhood without an outline"),
        _(
            "The neighbourhood is in the list but not on the map: nothing can be found by its area,"
            " and no door can be checked against it. Load or draw its outline."
        ),
    ),
    Rule(
        "neighbourhood_shape_invalid",
        Severity.ERROR,
        "neighbourhood",
        "point",
        Owner.GIS,
        Scope.NEIGHBOURHOOD,
        _("Outline of a neighbourhood crosses itself"),
        _(
            "The outline is not a valid area, so areas and distances computed from it are wrong."
            " The fix keeps the same land and orders its rings."
        ),
        fix=Fix.REPAIR_SHAPE,
    ),
    Rule(
        "neighbourhood_without_head",
        Severity.WARNING,
        "neighbourhood",
        "point",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("Neighbourhood without a head"),
        _(
            "Nobody holds the office of the neighbourhood head today. Enter who does, since when,"
            " or accept the vacancy with its reason."
        ),
    ),
    Rule(
        "neighbourhood_name_twice",
        Severity.ERROR,
        "neighbourhood",
        "point",
        Owner.NUMBERING,
        Scope.DISTRICT,
        _("Two neighbourhoods of one name in a district"),
        _(
            "An address cannot say which of the two is meant. Merge them if they are one, or give"
            " one another name by decision of the council."
        ),
    ),
    Rule(
        "neighbourhood_name_untidy",
        Severity.WARNING,
        "neighbourhood",
        "point",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("Neighbourhood's name is written untidily"),
        _(
            "The name has blanks at its edges or twice in a row, is written in capitals throughout,"
            " or has letters that came out of a wrong encoding. The fix writes it properly."
        ),
        fix=Fix.TIDY_NAME,
    ),
    Rule(
        "neighbourhood_code_invalid",
        Severity.ERROR,
        "neighbourhood",
        "point",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("Neighbourhood's national code is not one"),
        _(
            "National codes are digits alone, at most ten for a neighbourhood. This one is of"
            " another system: keep it among the identifiers, and enter the national one."
        ),
    ),
    Rule(
        "postcode_missing",
        Severity.WARNING,
        "neighbourhood",
        "point",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("Neighbourhood without a postcode"),
        _("Letters need a postcode, and its doors take theirs from the neighbourhood. Enter it."),
    ),
    Rule(
        "landmark_outside_neighbourhood",
        Severity.WARNING,
        "landmark",
        "point",
        Owner.GIS,
        Scope.NEARBY,
        _("Landmark lies outside its neighbourhood"),
        _(
            "The point of the landmark lies in another neighbourhood than the one it is registered"
            " in. The fix gives it to the neighbourhood in whose outline it lies."
        ),
        fix=Fix.REASSIGN_NEIGHBOURHOOD,
    ),
]
