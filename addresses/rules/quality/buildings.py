"""Rules about buildings and parcels."""

from django.utils.translation import gettext_lazy as _

from addresses.rules.quality.rule import Fix, Owner, Rule, Scope, Severity

RULES = [
    Rule(
        "building_off_parcel",
        Severity.ERROR,
        "building",
        "polygon",
        Owner.CADASTRE,
        Scope.NEIGHBOURHOOD,
        _("Building stands off its parcel"),
        _(
            "Less than the greater part of the building lies on the parcels it is registered on."
            " Outline, parcel or link is wrong."
        ),
        parameters={"share": 0.6},
    ),
    Rule(
        "building_on_other_parcel",
        Severity.WARNING,
        "building",
        "polygon",
        Owner.CADASTRE,
        Scope.NEARBY,
        _("Building stands on another parcel too"),
        _(
            "Part of the building lies on a parcel that it is not registered on: a trespass, an"
            " outline that was drawn wrongly, or a link that is missing."
        ),
        parameters={"square_metres": 5.0, "share": 0.1},
    ),
    Rule(
        "building_without_parcel",
        Severity.WARNING,
        "building",
        "polygon",
        Owner.CADASTRE,
        Scope.NEARBY,
        _("Building is registered on no parcel"),
        _(
            "The building stands on a parcel, but the register does not say so. The fix links the"
            " two."
        ),
        fix=Fix.LINK_PARCEL,
    ),
    Rule(
        "building_overlap",
        Severity.ERROR,
        "building",
        "polygon",
        Owner.GIS,
        Scope.NEIGHBOURHOOD,
        _("Buildings overlap"),
        _("Two buildings stand on the same ground: one was drawn twice, or one outline is wrong."),
        parameters={"square_metres": 2.0},
    ),
    Rule(
        "building_without_door",
        Severity.WARNING,
        "building",
        "polygon",
        Owner.NUMBERING,
        Scope.NEIGHBOURHOOD,
        _("Building without an address"),
        _(
            "The building is in use and no door leads into it: it cannot be addressed. Give it a"
            " number, link the door that it has, or accept an outbuilding."
        ),
        parameters={"square_metres": 20.0},
    ),
    Rule(
        "building_outside_neighbourhood",
        Severity.WARNING,
        "building",
        "polygon",
        Owner.GIS,
        Scope.NEARBY,
        _("Building lies outside its neighbourhood"),
        _(
            "The building lies in another neighbourhood than the one it is registered in. The fix"
            " gives it to the neighbourhood in whose outline it lies."
        ),
        fix=Fix.REASSIGN_NEIGHBOURHOOD,
    ),
    Rule(
        "building_on_street",
        Severity.WARNING,
        "building",
        "polygon",
        Owner.GIS,
        Scope.NEARBY,
        _("Street runs through a building"),
        _(
            "The line of a street crosses the building. Except at passages and bridges, one of the"
            " two is in the wrong place."
        ),
        parameters={"metres": 1.0},
    ),
    Rule(
        "building_shape_invalid",
        Severity.ERROR,
        "building",
        "point",
        Owner.GIS,
        Scope.NEIGHBOURHOOD,
        _("Outline of a building crosses itself"),
        _(
            "The outline is not a valid area, so areas and distances computed from it are wrong."
            " The fix keeps the same land and orders its rings."
        ),
        fix=Fix.REPAIR_SHAPE,
    ),
    Rule(
        "building_sliver",
        Severity.INFO,
        "building",
        "polygon",
        Owner.GIS,
        Scope.NEIGHBOURHOOD,
        _("Building is too small to be one"),
        _("Such an outline is left over from drawing or from cutting shapes. Retire it."),
        parameters={"square_metres": 4.0},
    ),
    Rule(
        "parcel_overlap",
        Severity.ERROR,
        "parcel",
        "polygon",
        Owner.CADASTRE,
        Scope.NEIGHBOURHOOD,
        _("Parcels overlap"),
        _(
            "The same ground belongs to two parcels. One is out of date: compare both with the land"
            " registry."
        ),
        parameters={"square_metres": 2.0},
    ),
    Rule(
        "parcel_outside_neighbourhood",
        Severity.WARNING,
        "parcel",
        "polygon",
        Owner.CADASTRE,
        Scope.NEARBY,
        _("Parcel lies outside its neighbourhood"),
        _(
            "The parcel lies in another neighbourhood than the one it is registered in. The fix"
            " gives it to the neighbourhood in whose outline it lies."
        ),
        fix=Fix.REASSIGN_NEIGHBOURHOOD,
    ),
    Rule(
        "parcel_shape_invalid",
        Severity.ERROR,
        "parcel",
        "point",
        Owner.CADASTRE,
        Scope.NEIGHBOURHOOD,
        _("Outline of a parcel crosses itself"),
        _(
            "The outline is not a valid area, so areas and distances computed from it are wrong."
            " The fix keeps the same land and orders its rings."
        ),
        fix=Fix.REPAIR_SHAPE,
    ),
    Rule(
        "parcel_sliver",
        Severity.INFO,
        "parcel",
        "polygon",
        Owner.CADASTRE,
        Scope.NEIGHBOURHOOD,
        _("Parcel is a sliver"),
        _("Such a strip is left over from cutting shapes. Compare it with the land registry."),
        parameters={"square_metres": 2.0, "metres": 0.3},
    ),
]
