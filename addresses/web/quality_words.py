"""How the pages of quality name severities, owners, fixes and what a rule measured."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from addresses.rules.quality import RULES, Fix


def severity_name(severity: str) -> str:
    return {"ERROR": _("Error"), "WARNING": _("Warning"), "INFO": _("Note")}.get(severity, severity)


def owner_name(owner: str) -> str:
    return {
        "GIS": _("Map and boundaries"),
        "NUMBERING": _("Numbering and names"),
        "CADASTRE": _("Cadastre"),
    }.get(owner, owner)


def state_name(state: str) -> str:
    return {
        "open": pgettext("finding", "Open"),
        "accepted": pgettext("finding", "Exception"),
        "resolved": pgettext("finding", "Gone"),
    }.get(state, state)


def note_name(kind: str) -> str:
    return {
        "ACCEPTED": _("Accepted as an exception"),
        "WITHDRAWN": _("Exception taken back"),
        "FIX_PROPOSED": _("Fix put into a draft"),
    }.get(kind, kind)


def rule_title(code: str) -> str:
    return str(RULES[code].title) if code in RULES else code


def fix_name(fix: str) -> str:
    return {
        Fix.REPAIR_SHAPE: _("Repair the shape"),
        Fix.SNAP_TO_BUILDING: _("Move the door to its building's edge"),
        Fix.REASSIGN_SIDE: _("Move the door to the right side of the street"),
        Fix.REASSIGN_PARCEL: _("Take the parcel on which it lies"),
        Fix.REASSIGN_NEIGHBOURHOOD: _("Take the neighbourhood in which it lies"),
        Fix.LINK_PARCEL: _("Register it on the parcel below it"),
        Fix.RETIRE_DUPLICATE: _("Retire the repetition"),
        Fix.TIDY_NAME: _("Write the name properly"),
        Fix.CORRECT_PARITY: _("Register the parity that the doors show"),
        Fix.TAKE_POSTCODE: _("Take the neighbourhood's postcode"),
    }.get(Fix(fix), "")


def _labels() -> dict[str, str]:
    """What a rule measured; keys that are left out are for machines."""
    return {
        "metres": _("Distance (m)"),
        "square_metres": _("Area (m²)"),
        "other": _("The other one"),
        "lies_in_name": _("Lies in"),
        "doors": _("Doors"),
        "parts": _("Empty parts"),
        "name": pgettext("finding", "Name"),
        "word": _("Short form"),
        "kind": _("Kind in the record"),
        "means": _("Kind in the name"),
        "street": _("Street"),
        "code": _("Code"),
        "parity": _("Parity"),
        "side": _("Lies on the side"),
        "number": _("Number"),
        "places": _("Places from its turn"),
        "after": _("Number before the gap"),
        "share": _("Share on its own parcels"),
        "parcels": _("Other parcels"),
        "parcel_name": _("Block and parcel"),
        "postcode": _("Postcode"),
        "neighbourhood_postcode": _("The neighbourhood's postcode"),
        "what": _("What is retired"),
        "reason": _("Reason"),
        "unit_number": _("Unit number"),
        "units": _("Units"),
        "dwellings": _("Units of the building"),
    }


def facts(detail: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and value of what the rule measured, in the order of the labels."""
    values = {
        "ODD": _("odd"),
        "EVEN": _("even"),
        "L": _("left"),
        "R": _("right"),
        "building": _("building"),
        "parcel": _("parcel"),
    }
    return [
        (label, values.get(str(detail[name]), str(detail[name])))
        for name, label in _labels().items()
        if detail.get(name) not in (None, "")
    ]
