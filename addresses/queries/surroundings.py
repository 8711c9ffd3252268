"""What a new record at a point would belong to: the first guess of every form."""

from typing import Any

import shapely

from addresses.models import ChangeSet
from addresses.queries.data_model import entity
from addresses.queries.drafted import Drafted
from addresses.queries.records import Body
from addresses.rules.along import standings
from addresses.rules.numbering import Door, Numbered, Rule, numbers
from addresses.rules.plane import Plane

_FAR = 80.0  # metres to a street
_MOST = 5  # streets that are offered
_DEGREES = 0.001


def surroundings(change_set: ChangeSet | None, lon: float, lat: float) -> dict[str, Any]:
    """`neighbourhood`, `building`, `parcel`: {uid, title} or None; `side`: the sides of near
    streets, the likeliest first; `number` and `suffix`: what fits between its neighbours there."""
    drafted = Drafted(change_set)
    point = shapely.Point(lon, lat)
    areas = {
        name: _holding(drafted, name, point) for name in ("neighbourhood", "building", "parcel")
    }
    sides = _sides(drafted, point, areas["neighbourhood"])
    found: dict[str, Any] = {name: _named(body) for name, body in areas.items()}
    district = areas["neighbourhood"] and areas["neighbourhood"]["district"]
    found["district"] = {"uid": district, "title": ""} if district else None
    found["side"] = [
        {
            "uid": side["uid"],
            "title": f"{street['name']} ({side['side']})",
            "street": street["uid"],
            "metres": round(metres),
        }
        for metres, street, side in sides
    ]
    number = _number(drafted, point, sides[0][1], sides[0][2]) if sides else Numbered(0)
    return found | {"number": number.number, "suffix": number.suffix}


def _holding(drafted: Drafted, name: str, point: Any) -> Body | None:
    for body in drafted.near(entity(name), point.bounds, limit=50).bodies:
        if body["geometry"] and shapely.geometry.shape(body["geometry"]).intersects(point):
            return body
    return None


def _sides(drafted: Drafted, point: Any, area: Body | None) -> list[tuple[float, Body, Body]]:
    """Of the nearest streets; the hand on which the point lies, in its neighbourhood, first."""
    plane, foot = Plane.around(point), shapely.Point(point)
    west, south, east, north = point.buffer(_DEGREES).bounds
    near = []
    for street in drafted.near(entity("street"), (west, south, east, north), limit=200).bodies:
        if street["geometry"]:
            line = shapely.geometry.shape(street["geometry"])
            metres = plane.metres(line).distance(plane.metres(foot))
            if metres <= _FAR:
                near.append((metres, street["uid"], street, line))
    near.sort(key=lambda row: row[:2])
    near = near[:_MOST]
    by_street: dict[str, list[Body]] = {}
    for side in drafted.having(entity("street_side"), "street", [uid for _m, uid, _s, _l in near]):
        by_street.setdefault(side["street"], []).append(side)
    found = []
    for metres, uid, street, line in near:
        hand = "L" if standings(line, [foot])[0].left else "R"

        def rank(side: Body, hand: str = hand) -> tuple[bool, bool, str]:
            elsewhere = area is not None and side["neighbourhood"] != area["uid"]
            return side["side"] not in (hand, "B"), elsewhere, side["uid"]

        found += [(metres, street, side) for side in sorted(by_street.get(uid, []), key=rank)]
    return found


def _number(drafted: Drafted, point: Any, street: Body, side: Body) -> Numbered:
    """By the rule, between the numbers that are there."""
    doors = drafted.having(entity("address"), "side", [side["uid"]])
    line = shapely.geometry.shape(street["geometry"])
    places = [shapely.Point(door["geometry"]["coordinates"][:2]) for door in doors]
    *along, new = standings(line, [*places, point])
    known = [
        Door(place.at, door["number"], door["suffix"])
        for door, place in zip(doors, along, strict=True)
        if side["side"] != "B" or place.left == new.left
    ]
    left = new.left if side["side"] == "B" else side["side"] == "L"
    even = side["parity"] == "EVEN" or (side["parity"] == "ANY" and not left)
    return numbers([*known, Door(new.at)], Rule(2 if even else 1, keep=True))[-1]


def _named(body: Body | None) -> dict[str, str] | None:
    if body is None:
        return None
    title = body.get("name") or body.get("block") or body.get("code") or ""
    if "cadastral_block" in body:
        title = f"{body['cadastral_block']}/{body['number']}"
    return {"uid": body["uid"], "title": title}
