"""What belongs to a record: a street's sides and names, a building's doors, a door's units."""

from typing import Any

from addresses.models import ChangeSet
from addresses.queries.data_model import EntityType, entity
from addresses.queries.drafted import Drafted
from addresses.queries.labels import kind_label, value_label
from addresses.queries.naming import Names
from addresses.queries.records import Body
from addresses.rules import house_number

# Kinds that refer to a record, and the field by which they do.
_BELONGING: dict[str, tuple[tuple[str, str], ...]] = {
    "neighbourhood": (("neighbourhood_head", "neighbourhood"),),
    "street": (("street_side", "street"), ("street_name", "street")),
    "street_side": (("address", "side"),),
    "parcel": (("building_parcel", "parcel"), ("address", "parcel")),
    "building": (("address", "building"), ("building_parcel", "building")),
    "address": (("unit", "address"),),
}
_MOST = 60  # rows that are told one by one


def related(
    drafted: Drafted, change_set: ChangeSet | None, kind: EntityType, uid: str
) -> list[dict[str, Any]]:
    """Groups of living records as the draft means them: `entity`, `title`, `count`, `rows` (each
    `uid`, `title`, `change`, and the days of its period if it has one), and `add`: the values with which a new one of them begins."""
    groups = []
    for name, field in _BELONGING.get(kind.name, ()):
        other = entity(name)
        bodies = sorted(drafted.having(other, field, [uid]), key=_order)
        names = Names(change_set, [(other, body) for body in bodies[:_MOST]])
        rows = [
            {
                "uid": body["uid"],
                "title": _title(other, body, field, names),
                "since": body.get("since") or body.get("used_from"),
                "until": body.get("until") or body.get("used_until"),
                "change": drafted.operation(other, body["uid"]),
            }
            for body in bodies[:_MOST]
        ]
        groups.append(
            {
                "entity": name,
                "title": kind_label(name),
                "count": len(bodies),
                "rows": rows,
                "add": {field: uid} | (_next_side(bodies) if name == "street_side" else {}),
            }
        )
    return groups


def _order(body: Body) -> tuple[Any, ...]:
    number = body.get("number")
    return (
        str(body.get("side") or "") if "parity" in body else "",
        number if isinstance(number, int) else 0,
        str(body.get("suffix") or body.get("unit_number") or body.get("name") or ""),
        body["uid"],
    )


def _title(kind: EntityType, body: Body, field: str, names: Names) -> str:
    """Without what the record to which it belongs says already."""
    match kind.name:
        case "street_side":
            hand, parity = (value_label(n, body[n] or "") for n in ("side", "parity"))
            return " · ".join(filter(None, [hand, parity, names.shown(body["neighbourhood"])]))
        case "street_name":
            return f"{body['name']} · {value_label('kind', body['kind'])}"
        case "unit":
            return str(body["unit_number"])
        case "address" if field == "side":
            return house_number.written(body["number"] or 0, body["suffix"] or "")
        case "building_parcel":
            return str(names.shown(body["parcel" if field == "building" else "building"]))
        case "neighbourhood_head":
            return str(body["full_name"])
    return names.label(kind, body)


def _next_side(sides: list[Body]) -> dict[str, str]:
    """The hand that the street lacks, with its numbers by the rule."""
    left = any(side["side"] in ("L", "B") for side in sides)
    return {"side": "R", "parity": "EVEN"} if left else {"side": "L", "parity": "ODD"}
