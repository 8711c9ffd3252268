"""What is wrong with a shape while it is drawn: crossings, overlaps, places outside.

Hints for the person who draws; the rules of quality decide at the check.
"""

from collections.abc import Mapping
from typing import Any

import shapely
from django.utils.translation import gettext as _

from addresses.models import ChangeSet
from addresses.queries.data_model import EntityType, entity
from addresses.queries.drafted import Drafted
from addresses.queries.record_values import check_degrees
from addresses.rules.along import standings
from addresses.rules.plane import Plane

Hint = dict[str, Any]
_TILING = ("parcel", "building", "neighbourhood")
_OVERLAP = 2.0  # square metres that two surveys may differ by
_OUTSIDE = 0.01  # of the area or length
_FAR = 60.0  # metres from a door to its street
_MOST = 200


def hints(
    change_set: ChangeSet | None,
    *,
    kind: EntityType,
    uid: str,
    geometry: Mapping[str, Any],
    values: Mapping[str, Any],
) -> list[Hint]:
    """Each has `code`, `text` in words, and `where` (GeoJSON, or None).

    `values` are those of the record: its neighbourhood, a door's side and building. Raises
    ValueError for what is no geometry.
    """
    try:
        shape = shapely.geometry.shape(dict(geometry))
        check_degrees(shape)
        valid = shape.is_valid and not shape.is_empty
    except (TypeError, KeyError, AttributeError, IndexError, shapely.errors.ShapelyError):
        raise ValueError("no geometry") from None
    if shape.is_empty:
        raise ValueError("no geometry")
    if not valid or not shapely.is_simple(shape):
        return [_hint("crossing", _("The line crosses itself."), _crossing(shape))]
    drafted = Drafted(change_set)
    found = _overlaps(drafted, kind, uid, shape) if kind.name in _TILING else []
    if kind.name == "address":
        return found + _door(drafted, shape, values)
    return found + _outside(drafted, shape, values.get("neighbourhood"))


def _crossing(shape: Any) -> Any:
    reason = shapely.is_valid_reason(shape)
    if "[" not in reason:
        return None
    x, y = reason.split("[")[1].rstrip("]").split()[:2]
    return shapely.Point(float(x), float(y))


def _overlaps(drafted: Drafted, kind: EntityType, uid: str, shape: Any) -> list[Hint]:
    plane = Plane.around(shape)
    found = []
    for body in drafted.near(kind, shape.bounds, limit=_MOST).bodies:
        if body["uid"] == uid or not body["geometry"]:
            continue
        other = shapely.geometry.shape(body["geometry"])
        common = shape.intersection(other) if other.is_valid else None
        metres = plane.metres(common).area if common is not None and not common.is_empty else 0.0
        if metres > _OVERLAP:
            words = _("It lies %(metres)s m² on a neighbour.") % {"metres": round(metres)}
            found.append(_hint("overlap", words, common) | {"uid": body["uid"]})
    return found


def _outside(drafted: Drafted, shape: Any, neighbourhood: Any) -> list[Hint]:
    body = drafted.record(entity("neighbourhood"), str(neighbourhood)) if neighbourhood else None
    if body is None or not body["geometry"]:
        return []
    area = shapely.geometry.shape(body["geometry"])
    if shape.geom_type == "Point":
        outside = not area.intersects(shape)
        rest = shape
    else:
        rest = shape.difference(area)
        size = shape.area or shape.length
        outside = (rest.area or rest.length) > size * _OUTSIDE
    words = _("It lies outside of %(name)s.") % {"name": body["name"]}
    return [_hint("outside", words, rest)] if outside else []


def _door(drafted: Drafted, point: Any, values: Mapping[str, Any]) -> list[Hint]:
    side = (
        drafted.record(entity("street_side"), str(values["side"])) if values.get("side") else None
    )
    if side is None:
        return []
    found = _outside(drafted, point, side["neighbourhood"])
    street = drafted.record(entity("street"), side["street"])
    if street and street["geometry"]:
        plane = Plane.around(point)
        line = plane.metres(shapely.geometry.shape(street["geometry"]))
        metres = line.distance(plane.metres(point))
        if metres > _FAR:
            words = _("It is %(metres)s m away from %(street)s.")
            words = words % {"metres": round(metres), "street": street["name"]}
            found.append(_hint("far", words, None))
        elif side["side"] in ("L", "R"):
            left = standings(shapely.geometry.shape(street["geometry"]), [point])[0].left
            if left != (side["side"] == "L"):
                words = _("It lies on the other side of %(street)s than the one it belongs to.")
                found.append(_hint("other_side", words % {"street": street["name"]}, None))
    return found


def _hint(code: str, text: str, where: Any) -> Hint:
    return {
        "code": code,
        "text": text,
        "where": shapely.geometry.mapping(where) if where is not None else None,
    }
