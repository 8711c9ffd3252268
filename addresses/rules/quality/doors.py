"""Rules about where doors are, and what they belong to."""

from django.utils.translation import gettext_lazy as _

from addresses.rules.quality.rule import Fix, Owner, Rule, Scope, Severity

RULES = [
    Rule(
        "door_outside_neighbourhood",
        Severity.WARNING,
        "address",
        "point",
        Owner.GIS,
        Scope.NEARBY,
        _("Door lies outside its neighbourhood"),
        _(
            "The point contradicts the outline of the neighbourhood in which the door is registered."
            " Either may be the older one. The fix moves the door to the side of the same street"
            " in the neighbourhood where it lies, if there is such a side."
        ),
        fix=Fix.REASSIGN_SIDE,
    ),
    Rule(
        "door_far_from_street",
        Severity.ERROR,
        "address",
        "point",
        Owner.GIS,
        Scope.NEIGHBOURHOOD,
        _("Door is far from its street"),
        _(
            "The point lies farther from the street's line than any house of a town (or a village)"
            " would. Point, street or assignment is wrong; whoever is sent there arrives elsewhere."
        ),
        parameters={"metres": 60.0, "rural_metres": 150.0},
    ),
    Rule(
        "door_wrong_side",
        Severity.WARNING,
        "address",
        "point",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("Door lies on the other side of its street"),
        _(
            "The door is registered on the left and its point lies on the right of the line, or the"
            " other way round. The fix moves it to the other side if its number fits there."
        ),
        fix=Fix.REASSIGN_SIDE,
        parameters={"metres": 1.0, "far": 60.0},
    ),
    Rule(
        "door_far_from_its_building",
        Severity.WARNING,
        "address",
        "point",
        Owner.GIS,
        Scope.NEIGHBOURHOOD,
        _("Door is far from its building"),
        _(
            "The door leads into a building whose outline is farther away than an entrance can be."
            " Where the distance is small the fix sets the point on the nearest edge."
        ),
        fix=Fix.SNAP_TO_BUILDING,
        parameters={"metres": 10.0},
    ),
    Rule(
        "door_far_from_any_building",
        Severity.INFO,
        "address",
        "point",
        Owner.GIS,
        Scope.NEARBY,
        _("Door with no building near it"),
        _(
            "The neighbourhood's buildings are drawn, but none stands near this door. The building"
            " was pulled down, is not drawn yet, or the point is wrong."
        ),
        parameters={"metres": 50.0},
    ),
    Rule(
        "door_off_parcel",
        Severity.WARNING,
        "address",
        "point",
        Owner.CADASTRE,
        Scope.NEIGHBOURHOOD,
        _("Door lies off its parcel"),
        _(
            "The point lies outside of the parcel that the door is registered on. The fix gives the"
            " door to the parcel on which it lies, where there is one."
        ),
        fix=Fix.REASSIGN_PARCEL,
        parameters={"metres": 2.0},
    ),
    Rule(
        "door_of_retired_side",
        Severity.ERROR,
        "address",
        "point",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("Door on a retired side"),
        _(
            "The door is in use, but its side of the street was retired. Move it to the side that"
            " took its place, or retire it too."
        ),
    ),
    Rule(
        "door_of_retired_building",
        Severity.ERROR,
        "address",
        "point",
        Owner.CADASTRE,
        Scope.NEIGHBOURHOOD,
        _("Door of a retired building or parcel"),
        _(
            "The door is in use, but the building or parcel it belongs to was retired. Name the new"
            " one, or retire the door."
        ),
    ),
    Rule(
        "door_twice_nearby",
        Severity.ERROR,
        "address",
        "point",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("Same street name and number close by"),
        _(
            "Two doors a few metres apart have the same number on streets of the same name: one"
            " house, entered twice, often because its street was. Merge the streets."
        ),
        parameters={"metres": 50.0},
    ),
    Rule(
        "door_code_twice",
        Severity.ERROR,
        "address",
        "point",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("National door code is used twice"),
        _(
            "Two doors carry the same national code: whatever comes in by code reaches only one of"
            " them. Ask the national register which of the two it is."
        ),
    ),
    Rule(
        "door_code_invalid",
        Severity.ERROR,
        "address",
        "point",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("National door code is not one"),
        _(
            "National door codes are digits alone, at most twelve. This one is of another system:"
            " keep it among the identifiers, and enter the national one."
        ),
    ),
    Rule(
        "door_postcode_differs",
        Severity.INFO,
        "address",
        "point",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("Door's postcode is not its neighbourhood's"),
        _(
            "A neighbourhood has one postcode, and this door another. The fix takes the"
            " neighbourhood's."
        ),
        fix=Fix.TAKE_POSTCODE,
    ),
]
