"""Words for what the geocoder says, and for batches."""

from django.utils.translation import gettext as _


def warning_name(warning: str) -> str:
    """A warning of the geocoder in words; a code without words stays itself."""
    return {
        "elsewhere": _("Another city is named: the register holds nothing there."),
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
        "name_differs": _("The street's name has other words than were written."),
        "wrong_postcode": _("The postcode that was written is another one."),
        "several_numbers": _("Several house numbers were written."),
        "relative": _("The place is described relative to this address."),
        "outside_polygon": _("The door lies outside the outline of its registered neighbourhood."),
        "ambiguous": _("Several places fit what was written."),
        "former_name": _("The street is called otherwise now."),
        "kind_differs": _("The street is of another kind than was written."),
        "replaced": _("The door does not exist any more; this one has taken its place."),
        "retired": _("The door does not exist any more."),
        "interpolated": _("The point lies between the neighbouring house numbers."),
        "street_missing": _(
            "No street was written; the number was looked for in the neighbourhood."
        ),
        "block_not_found": _("The block is not in the register."),
        "parcel_not_found": _("The parcel is not in the register."),
        "crossing_not_found": _("These streets do not meet."),
        "several_places": _("The text names several places."),
        "code_not_found": _("The code is not in the register."),
        "code_of_another_kind": _("The code belongs to another kind of record."),
        "place_missing": _("A short plus code was written without a place."),
        "outside_city": _("The point lies outside the city."),
        "taught": _("A person has said that these words mean this door."),
        "renumbered": _("The door has another number now."),
    }.get(warning, warning)


def batch_state(state: str) -> str:
    return {
        "CHOOSING": _("Columns to be chosen"),
        "WAITING": _("Waiting"),
        "RUNNING": _("Being geocoded"),
        "DONE": _("Finished"),
        "FAILED": _("Ended with an error"),
        "CANCELLED": _("Stopped"),
    }.get(state, state)


def row_status(status: str) -> str:
    return {
        "unsure": _("To be looked at"),
        "not-found": _("Not found"),
        "skipped": _("No address"),
        "error": _("Failed"),
    }.get(status, status)
