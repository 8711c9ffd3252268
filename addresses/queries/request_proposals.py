"""What a request asks for, beside the record as it is now."""

from typing import Any

import shapely

from addresses.models import ChangeRequest
from addresses.queries.data_model import entity
from addresses.queries.naming import Names
from addresses.queries.records import Body, record
from addresses.queries.titles import titles
from addresses.rules.plane import Plane


def proposal_of(request: ChangeRequest) -> dict[str, Any]:
    """`record`: {uid, title, retired} or None; `proposed`: rows of field, present and proposed value
    (references by what they are called); `shapes`: GeoJSON of `present`, `proposed` and `place`,
    each or None; `metres` between two points, or None."""
    present: Body | None = None
    shown = None
    rows: list[dict[str, Any]] = []
    if request.entity:
        kind = entity(request.entity)
        if request.entity_uid is not None:
            present = record(kind, request.entity_uid)
        bodies = [(kind, request.values), *([(kind, present)] if present else [])]
        names = Names(None, bodies)
        if present is not None:
            uid = present["uid"]
            shown = {
                "uid": uid,
                "title": titles(kind, [uid]).get(uid) or names.label(kind, present),
                "retired": present["status"] == "RETIRED",
            }
        rows = [
            {"field": field, "present": names.shown((present or {}).get(field)), "value": names.shown(value)}
            for field, value in request.values.items()
            if field != "geometry"
        ]  # fmt: skip
    geometry = request.values.get("geometry")
    before = (present or {}).get("geometry")
    place = None
    if request.geom is not None and geometry is None:
        place = {"type": "Point", "coordinates": list(request.geom.coords)}
    return {
        "record": shown,
        "proposed": rows,
        "shapes": {"present": before, "proposed": geometry, "place": place},
        "metres": _metres(before, geometry),
    }


def _metres(before: Any, after: Any) -> int | None:
    if not before or not after or before["type"] != "Point" or after["type"] != "Point":
        return None
    one, other = shapely.geometry.shape(before), shapely.geometry.shape(after)
    plane = Plane.around(one)
    metres: float = plane.metres(one).distance(plane.metres(other))
    return round(metres)
