"""What states and moves are called on the screen."""

from django.utils.translation import gettext as _


def state_name(state: str) -> str:
    return {
        "NEW": _("New"),
        "WAITING_FOR_INFORMATION": _("Waiting for information"),
        "ROUTED": _("With the department"),
        "ACCEPTED": _("Accepted"),
        "RETURNED": _("Returned"),
        "IN_PROGRESS": _("In progress"),
        "PLANNED": _("Planned"),
        "WITH_EXTERNAL_PARTY": _("With an outside party"),
        "RESOLVED": _("Resolved"),
        "CLOSED": _("Closed"),
        "CANCELLED": _("Cancelled"),
        "DUPLICATE": _("Duplicate"),
        "REOPEN_REQUESTED": _("Reopening asked for"),
        "REOPENED": _("Reopened"),
    }[str(state)]


def move_names() -> dict[str, str]:
    return {
        "route": _("Route again"),
        "ask": _("Ask the reporter"),
        "answered": _("The answer is here"),
        "accept": _("Accept"),
        "return": _("Return"),
        "start": _("Start work"),
        "plan": _("Plan"),
        "hand_out": _("Hand to an outside party"),
        "resolve": _("Resolve"),
        "close": _("Close"),
        "cancel": _("Cancel the request"),
        "mark_duplicate": _("Mark as duplicate"),
        "ask_to_reopen": _("Ask for reopening"),
        "reopen": _("Reopen"),
    }


def event_name(kind: str) -> str:
    special = {
        "opened": _("Received"),
        "routed": _("Sent to the responsible department"),
        "no_rule_matched": _("No routing rule fits: a person must decide"),
        "address_found": _("Address found"),
        "no_such_address": _("No such address"),
        "register_changed": _("The register was changed"),
        "accept": _("Accepted by the department"),
        "start": _("Work has begun"),
        "resolve": _("Resolved"),
        "close": _("Closed"),
    }
    return special.get(kind) or move_names().get(kind, kind)


def precision_name(precision: str) -> str:
    return {
        "UNIT": _("flat"),
        "DOOR": _("door"),
        "INTERPOLATED": _("between two doors"),
        "BUILDING": _("building"),
        "PARCEL": _("parcel"),
        "STREET": _("street"),
        "CROSSING": _("crossing"),
        "LANDMARK": _("landmark"),
        "NEIGHBOURHOOD": _("neighbourhood"),
        "DISTRICT": _("district"),
        "POINT": _("point on the map"),
        "NONE": _("unknown"),
    }.get(precision, precision)


def warning_name(warning: str) -> str:
    return {
        "wrong_district": _("The district that was written is another one."),
        "street_not_found": _("The street is not in the register."),
        "number_missing": _("No house number was written."),
        "number_doubtful": _("The house number is not certain."),
        "suffix_missing": _("The number has a suffix in the register that was not written."),
        "suffix_dropped": _("The suffix is not in the register; the number is."),
        "too_long": _("Only the beginning of the text was searched for the place."),
        "near_boundary": _("The point lies near a district boundary."),
        "door_registered_elsewhere": _("The nearest door is registered in another neighbourhood."),
        "district_conflict": _("The outlines of neighbourhood and district contradict each other."),
        "wrong_neighbourhood": _("The neighbourhood that was written is another one."),
        "unit_dropped": _("The flat is not in the register; the door is."),
        "number_not_found": _("The house number is not in the register."),
        "relative": _("The place is described relative to this address."),
        "outside_polygon": _("The door lies outside the outline of its registered neighbourhood."),
        "text_and_pin_differ": _("The words and the pin name different places; the pin was taken."),
        "ambiguous": _("Several places fit what was written."),
        "former_name": _("The street is called otherwise now."),
        "kind_differs": _("The street is of another kind than was written."),
        "renumbered": _("The door has another number now."),
        "replaced": _("The door does not exist any more; this one has taken its place."),
        "retired": _("The door does not exist any more."),
        "interpolated": _("The point lies between the neighbouring house numbers."),
        "street_missing": _(
            "No street was written; the number was looked for in the neighbourhood."
        ),
        "block_not_found": _("The block is not in the register."),
        "parcel_not_found": _("The parcel is not in the register."),
        "code_not_found": _("The code is not in the register."),
        "code_of_another_kind": _("The code belongs to another kind of record."),
        "place_missing": _("A short plus code was written without a place."),
        "outside_city": _("The point lies outside the city."),
    }.get(warning, warning)
