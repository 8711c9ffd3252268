"""Rules about the numbers of doors."""

from django.utils.translation import gettext_lazy as _

from addresses.rules.quality.rule import Fix, Owner, Rule, Scope, Severity

RULES = [
    Rule(
        "number_twice",
        Severity.ERROR,
        "address",
        "point",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("Same number twice on a street"),
        _(
            "Two doors of the street have the same number. A repetition that came by an import is"
            " only proposed, not in force: the fix retires it if both are at one place. Farther"
            " apart, one of them needs another number."
        ),
        fix=Fix.RETIRE_DUPLICATE,
    ),
    Rule(
        "number_missing",
        Severity.WARNING,
        "address",
        "point",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("Door without a number"),
        _("The source gave no number, and the register keeps 0. Give the door its number."),
    ),
    Rule(
        "number_parity",
        Severity.ERROR,
        "address",
        "point",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("Number does not fit the parity of its side"),
        _(
            "An even number stands on the odd side, or the other way round. The fix moves the door"
            " to the other side if its point lies there and the number is free."
        ),
        fix=Fix.REASSIGN_SIDE,
    ),
    Rule(
        "number_order",
        Severity.WARNING,
        "address",
        "point",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("Number is out of order along the street"),
        _(
            "Numbers grow along a street; this one stands several doors away from its turn. Point"
            " or number is wrong."
        ),
        parameters={"places": 3, "count": 5, "metres": 60.0},
    ),
    Rule(
        "number_gap",
        Severity.INFO,
        "address",
        "point",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("Long gap in the numbers of a street"),
        _(
            "Many numbers are missing before this one, although doors stand on both sides of the"
            " gap. Perhaps a stretch was never surveyed, or a digit slipped in."
        ),
        parameters={"gap": 40},
    ),
]
