"""Rules about streets, their names and their sides."""

from django.utils.translation import gettext_lazy as _

from addresses.rules.quality.rule import Fix, Owner, Rule, Scope, Severity

RULES = [
    Rule(
        "street_without_line",
        Severity.WARNING,
        "street",
        "point",
        Owner.GIS,
        Scope.DISTRICT,
        _("Street has doors and no line"),
        _(
            "Doors are registered on the street, but it is not drawn: it is missing on the map, and"
            " distance, side and order of its doors cannot be checked. Draw or load its line."
        ),
    ),
    Rule(
        "street_line_invalid",
        Severity.ERROR,
        "street",
        "line",
        Owner.GIS,
        Scope.DISTRICT,
        _("Street's line is broken"),
        _(
            "The line has no length, or a part of it has none. Positions along it cannot be"
            " computed. The fix drops the empty parts; a line of nothing but those is drawn anew."
        ),
        fix=Fix.REPAIR_SHAPE,
    ),
    Rule(
        "street_outside_neighbourhood",
        Severity.WARNING,
        "street",
        "line",
        Owner.GIS,
        Scope.DISTRICT,
        _("Street runs outside its neighbourhoods"),
        _(
            "A length of the street lies in a neighbourhood in which it has no side. Add the side,"
            " or correct line or boundary."
        ),
        parameters={"metres": 25.0},
    ),
    Rule(
        "street_name_twice",
        Severity.ERROR,
        "street",
        "line",
        Owner.NUMBERING,
        Scope.DISTRICT,
        _("Two streets of one name in a neighbourhood"),
        _(
            "The same address exists twice: help, letters and taxes may go to the wrong door."
            " Merge the two if they are one street, or rename one of them."
        ),
    ),
    Rule(
        "street_name_alike",
        Severity.WARNING,
        "street",
        "line",
        Owner.NUMBERING,
        Scope.DISTRICT,
        _("Two streets of almost one name in a neighbourhood"),
        _(
            "The names differ by one letter only. Often it is one street, entered twice with a slip;"
            " if both exist, accept the finding."
        ),
        parameters={"letters": 1, "length": 12},
    ),
    Rule(
        "street_name_was_anothers",
        Severity.WARNING,
        "street",
        "line",
        Owner.NUMBERING,
        Scope.DISTRICT,
        _("Former name is another street's present name"),
        _(
            "Whoever uses the old name of this street is sent to the other one. Nothing can be"
            " undone about it, but the geocoder's answers there deserve a look."
        ),
    ),
    Rule(
        "street_name_untidy",
        Severity.WARNING,
        "street",
        "line",
        Owner.NUMBERING,
        Scope.DISTRICT,
        _("Street's name is written untidily"),
        _(
            "The name has blanks at its edges or twice in a row, is written in capitals throughout,"
            " or has letters that came out of a wrong encoding. The fix writes it properly."
        ),
        fix=Fix.TIDY_NAME,
    ),
    Rule(
        "street_name_abbreviated",
        Severity.INFO,
        "street",
        "line",
        Owner.NUMBERING,
        Scope.DISTRICT,
        _("Street's type word is abbreviated"),
        _(
            "The official name writes its type word in full: “Gül Sokak”, not “Gül Sk.”. The fix"
            " writes it out."
        ),
        fix=Fix.TIDY_NAME,
    ),
    Rule(
        "street_type_twice",
        Severity.WARNING,
        "street",
        "line",
        Owner.NUMBERING,
        Scope.DISTRICT,
        _("Street's name has its type word twice"),
        _("The name ends in two type words, as in “Gül Sokak Sokak”. The fix keeps one of them."),
        fix=Fix.TIDY_NAME,
    ),
    Rule(
        "street_kind_differs",
        Severity.WARNING,
        "street",
        "line",
        Owner.NUMBERING,
        Scope.DISTRICT,
        _("Street's kind and its name disagree"),
        _(
            "The name says one type of street and the record another. Correct the one that is wrong."
        ),
    ),
    Rule(
        "side_of_retired_street",
        Severity.ERROR,
        "street_side",
        "line",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("Side of a retired street is still in use"),
        _(
            "The street was retired but one of its sides was not. Move the side's doors to the"
            " street that took its place, then retire the side."
        ),
    ),
    Rule(
        "side_code_twice",
        Severity.ERROR,
        "street_side",
        "line",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("National street code is used twice"),
        _(
            "Two streets carry the same national code, so what other bodies send by code may land"
            " on the wrong one. Ask the national register which of the two it is."
        ),
    ),
    Rule(
        "side_code_invalid",
        Severity.ERROR,
        "street_side",
        "line",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("National street code is not one"),
        _(
            "National street codes are digits alone, at most twelve. This one is of another system:"
            " keep it among the identifiers, and enter the national one."
        ),
    ),
    Rule(
        "side_parity",
        Severity.WARNING,
        "street_side",
        "line",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("Parity of a side is not that of its doors"),
        _(
            "The side is registered as odd (or even), but nearly all of its numbers are the other"
            " way. The fix registers what the doors show."
        ),
        fix=Fix.CORRECT_PARITY,
        parameters={"share": 0.8, "count": 5},
    ),
    Rule(
        "side_without_doors",
        Severity.INFO,
        "street_side",
        "line",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("Side of a street without doors"),
        _(
            "Other streets of the neighbourhood are numbered and this side has no door at all."
            " Perhaps nothing stands there; perhaps it was never surveyed."
        ),
    ),
]
