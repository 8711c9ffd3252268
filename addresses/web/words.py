"""What states and kinds of change sets, requests and rules are called on the screen."""

import re
from typing import Any

from django.utils.translation import gettext as _

from addresses.queries.labels import day_label, field_label, kind_label, value_label
from addresses.rules.quality import RULES

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


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


def note_outcome(outcome: str) -> str:
    """What became of a row of an import."""
    return {
        "REJECTED": _("left out"),
        "CONFLICT": _("contradiction"),
        "REPAIRED": _("repaired"),
        "LINKED": _("assigned"),
    }.get(outcome, outcome)


def note_tone(outcome: str) -> str:
    return {"REJECTED": "bad", "CONFLICT": "warn", "REPAIRED": "", "LINKED": "quiet"}[outcome]


def note_reason(reason: str) -> str:
    """Why; the reasons are those of `docs/importing.md`."""
    return {
        "missing_value": _("A value is missing"),
        "no_polygon": _("No area drawn"),
        "no_line": _("No line drawn"),
        "no_point": _("No usable point"),
        "no_number": _("No house number"),
        "no_street": _("No street"),
        "number_of_values": _("Another number of values than columns"),
        "repeated_identity": _("The same key a second time"),
        "neighbourhood_unknown": _("The register does not know this neighbourhood"),
        "street_unknown": _("The register does not know this street"),
        "parent_unknown": _("The register does not know the area around it"),
        "parent_ambiguous": _("Several areas could be meant"),
        "outside_polygon": _("Lies outside the outline of its neighbourhood"),
        "outside_parent": _("Lies outside the area that it belongs to"),
        "no_polygon_known": _("Nobody has drawn this area yet"),
        "repeated_address": _("Another door has this number: kept as proposed"),
        "repeated_parcel": _("Another parcel has this block and number"),
        "retired": _("Retired by a person: it stays retired"),
        "named_again": _("Named again: in force again"),
        "street_created": _("A new street that only doors name"),
        "by_name": _("Assigned by its name"),
        "by_point": _("Assigned by its point"),
        "encoding": _("The file was not UTF-8"),
        "mojibake": _("Wrongly decoded letters put right"),
        "casing": _("Capitals put right"),
        "spacing": _("Blanks put right"),
        "cut": _("A name cut to what the register holds"),
        "invalid_polygon": _("A faulty outline mended"),
        "number_form": _("The number written in the usual form"),
        "decimal_code": _("Decimals cut from a code"),
    }.get(reason, reason)


def note_field(field: str) -> str:
    return field_label("number" if field == "house_number" else field) if field else "–"


def note_entity(entity: str) -> str:
    return _("The file") if entity == "file" else kind_label(entity) or "–"


def shown(value: Any, field: str = "") -> str:
    """A value of a record in a table; that of a closed list in words."""
    if isinstance(value, bool):
        return _("drawn") if value else "–"
    if isinstance(value, dict):
        return ", ".join(f"{k}: {v}" for k, v in value.items()) or "–"
    if isinstance(value, str) and _DAY.fullmatch(value):
        return day_label(value)
    return value_label(field, "" if value is None else str(value)) or "–"
