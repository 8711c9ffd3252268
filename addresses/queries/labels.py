"""What kinds of records, their fields and values are called on the screen."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def kind_label(name: str) -> str:
    """A kind of record in words; its own name where there are none."""
    return {
        "province": _("Province"),
        "district": _("District"),
        "neighbourhood": _("Neighbourhood"),
        "neighbourhood_head": _("Head of the neighbourhood"),
        "street": _("Street"),
        "street_name": _("Other name of a street"),
        "street_side": _("Side of a street"),
        "parcel": _("Parcel"),
        "building": _("Building"),
        "building_parcel": _("Building on a parcel"),
        "address": _("Door"),
        "unit": _("Unit"),
        "landmark": _("Landmark"),
    }.get(name, name)


def field_label(name: str) -> str:
    return {
        "status": pgettext("record", "Status"),
        "source": pgettext("record", "Source"),
        "source_id": pgettext("record", "Key at the source"),
        "identifiers": pgettext("record", "Identifiers of other bodies"),
        "code": pgettext("record", "National code"),
        "name": pgettext("record", "Name"),
        "kind": pgettext("record", "Kind"),
        "number": pgettext("record", "Number"),
        "suffix": pgettext("record", "Letter or extension"),
        "side": pgettext("record", "Side of the street"),
        "parity": pgettext("record", "Numbers on this side"),
        "street": pgettext("record", "Street"),
        "district": pgettext("record", "District"),
        "province": pgettext("record", "Province"),
        "neighbourhood": pgettext("record", "Neighbourhood"),
        "building": pgettext("record", "Building"),
        "parcel": pgettext("record", "Parcel"),
        "address": pgettext("record", "Door"),
        "postcode": pgettext("record", "Postcode"),
        "point_source": pgettext("record", "What the point marks"),
        "cadastral_block": pgettext("record", "Block (ada)"),
        "map_sheet": pgettext("record", "Map sheet (pafta)"),
        "block": pgettext("record", "Block of the building"),
        "use": pgettext("record", "Use"),
        "floors": pgettext("record", "Floors"),
        "floor": pgettext("record", "Floor"),
        "dwellings": pgettext("record", "Dwellings"),
        "unit_number": pgettext("record", "Inner door"),
        "population": pgettext("record", "Population"),
        "language": pgettext("record", "Language"),
        "full_name": pgettext("record", "Full name"),
        "phone": pgettext("record", "Telephone"),
        "since": pgettext("record", "Since"),
        "until": pgettext("record", "Until"),
        "used_from": pgettext("record", "Used from"),
        "used_until": pgettext("record", "Used until"),
        "geometry": pgettext("record", "Shape"),
    }.get(name, name.replace("_", " "))


def day_label(day: str | None) -> str:
    """A day (YYYY-MM-DD) as the reader writes days; "" for none."""
    return date_format(date.fromisoformat(day), "DATE_FORMAT") if day else ""


# Fields whose values are of a closed list.
_LISTED = frozenset({"status", "point_source", "kind", "side", "parity"})


def value_label(field: str, value: str) -> str:
    """A value in words, where the field has a closed list; any other as it is."""
    if field not in _LISTED:
        return value
    return {
        "PROPOSED": pgettext("record", "Proposed"),
        "RESERVED": pgettext("record", "Reserved"),
        "UNDER_CONSTRUCTION": pgettext("record", "Under construction"),
        "ACTIVE": pgettext("record", "In force"),
        "RETIRED": pgettext("record", "Retired"),
        "REJECTED": pgettext("record", "Rejected"),
        "ENTRANCE": pgettext("record", "Entrance"),
        "BUILDING": pgettext("record", "Building"),
        "PARCEL": pgettext("record", "Parcel"),
        "INTERPOLATED": pgettext("record", "Between two doors"),
        "UNKNOWN": pgettext("record", "Unknown"),
        "SQUARE": pgettext("record", "Square"),
        "BOULEVARD": pgettext("record", "Boulevard"),
        "AVENUE": pgettext("record", "Avenue"),
        "STREET": pgettext("record", "Street"),
        "CLUSTER": pgettext("record", "Cluster of houses"),
        "VILLAGE_STREET": pgettext("record", "Village street"),
        "OTHER": pgettext("record", "Other"),
        "FORMER": pgettext("record", "Former"),
        "POPULAR": pgettext("record", "Popular"),
        "L": pgettext("record", "Left"),
        "R": pgettext("record", "Right"),
        "B": pgettext("record", "Both sides"),
        "ODD": pgettext("record", "Odd"),
        "EVEN": pgettext("record", "Even"),
        "ANY": pgettext("record", "Odd and even"),
        "URBAN": pgettext("record", "Urban"),
        "VILLAGE": pgettext("record", "Village"),
    }.get(value, value)
