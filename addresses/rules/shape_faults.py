"""What is wrong with a shape, in the words of people who draw."""

from typing import Any

import shapely
from django.utils.translation import gettext as _


def in_words(shape: Any) -> str:
    """Why GEOS calls a shape invalid, and near which place (latitude, longitude in degrees)."""
    reason, _bracket, place = str(shapely.is_valid_reason(shape)).partition("[")
    words = {
        "Self-intersection": _("The line crosses itself."),
        "Ring Self-intersection": _("The outline touches itself."),
        "Hole lies outside shell": _("A hole lies outside of the outline."),
        "Holes are nested": _("A hole lies within another one."),
        "Nested shells": _("One part lies within another one."),
        "Interior is disconnected": _("A hole parts the area in two."),
        "Duplicate Rings": _("The same outline is there twice."),
        "Too few points in geometry component": _("A part has too few corners."),
    }.get(reason, _("The shape cannot be an area or a line."))
    try:
        x, y = (float(part) for part in place.rstrip("]").split())
    except ValueError:
        return words
    return f"{words} " + _("Look near %(lat)s, %(lon)s.") % {"lat": f"{y:.6f}", "lon": f"{x:.6f}"}
