"""What states, kinds and fields of the register are called on the screen."""

from typing import Any

from django.utils.translation import gettext as _

from addresses.rules.quality import RULES


def entity_name(name: str) -> str:
    return {
        "province": _("Province"),
        "district": _("District"),
        "neighbourhood": _("Neighbourhood"),
        "neighbourhood_head": _("Neighbourhood head"),
        "street": _("Street"),
        "street_name": _("Former or popular street name"),
        "street_side": _("Side of a street"),
        "parcel": _("Parcel"),
        "building": _("Building"),
        "building_parcel": _("Parcel of a building"),
        "address": _("Address"),
        "unit": _("Flat"),
        "landmark": _("Landmark"),
    }.get(name, name)


def field_name(name: str) -> str:
    own = {
        "status": _("Status"),
        "source": _("Source"),
        "source_id": _("Key at the source"),
        "identifiers": _("Other identifiers"),
        "name": _("Name"),
        "full_name": _("Full name"),
        "phone": _("Telephone"),
        "since": _("Since"),
        "until": _("Until"),
        "code": _("National code"),
        "language": _("Language"),
        "population": _("Population"),
        "kind": _("Kind"),
        "postcode": _("Postcode"),
        "used_from": _("Used from"),
        "used_until": _("Used until"),
        "side": _("Side"),
        "parity": _("Even or odd"),
        "cadastral_block": _("Cadastral block"),
        "number": _("Number"),
        "map_sheet": _("Map sheet"),
        "block": _("Block"),
        "use": _("Use"),
        "floors": _("Floors"),
        "dwellings": _("Dwellings"),
        "suffix": _("Suffix"),
        "point_source": _("Source of the point"),
        "unit_number": _("Flat number"),
        "floor": _("Floor"),
        "geometry": _("Shape"),
    }
    return own.get(name) or entity_name(name)


def rule_name(code: str) -> str:
    """What a rule of quality is called; the code of one that is no longer there."""
    return str(RULES[code].title) if code in RULES else code


def operation_name(operation: str) -> str:
    return {"CREATE": _("new"), "UPDATE": _("changed"), "RETIRE": _("retired")}[operation]


def operation_tone(operation: str) -> str:
    return {"CREATE": "good", "UPDATE": "warn", "RETIRE": "bad"}[operation]


def set_state(state: str) -> str:
    return {
        "DRAFT": _("Draft"),
        "CHECKED": _("Waits for review"),
        "REVIEWED": _("Reviewed"),
        "PUBLISHED": _("Published"),
        "REJECTED": _("Rejected"),
    }.get(state, state)


def set_kind(kind: str) -> str:
    return {
        "IMPORT": _("Import"),
        "EDIT": _("Edit"),
        "CORRECTION": _("Correction"),
        "BOUNDARIES": _("New set of boundaries"),
        "ROLLBACK": _("Roll-back"),
    }.get(kind, kind)


def request_state(state: str) -> str:
    return {
        "PENDING": _("Waiting"),
        "IN_REVIEW": _("In review"),
        "PROCESSED": _("Processed"),
        "REJECTED": _("Declined"),
        "EXPIRED": _("Expired"),
    }.get(state, state)


def request_kind(kind: str) -> str:
    return {
        "MISSING_ADDRESS": _("Address missing"),
        "WRONG_POSITION": _("Wrong position"),
        "WRONG_DATA": _("Wrong data"),
        "OBSOLETE": _("No longer there"),
        "OTHER": _("Other"),
    }.get(kind, kind)


def request_source(source: str) -> str:
    return {
        "CASE": _("Case"),
        "PARTNER": _("Partner"),
        "CREW": _("Crew"),
        "STAFF": _("Staff"),
    }.get(source, source)


def state_tone(state: str) -> str:
    """The colour of a state's mark, of sets and requests alike."""
    return {
        "PUBLISHED": "good", "PROCESSED": "good", "REJECTED": "quiet", "EXPIRED": "quiet",
        "CHECKED": "warn", "PENDING": "warn",
    }.get(state, "")  # fmt: skip


def problem_text(problem: dict[str, str]) -> str:
    if problem.get("code") == "empty":
        return _("The draft changes nothing.")
    return problem.get("reason", "")


def shown(value: Any) -> str:
    """A value of a record in a table."""
    if isinstance(value, bool):
        return _("drawn") if value else "–"
    if isinstance(value, dict):
        return ", ".join(f"{k}: {v}" for k, v in value.items()) or "–"
    return {
        "ACTIVE": _("in force"),
        "RETIRED": _("retired"),
        "RESERVED": _("reserved"),
        "UNDER_CONSTRUCTION": _("under construction"),
        "PROPOSED": _("proposed"),
    }.get(str(value), str(value)) or "–"
