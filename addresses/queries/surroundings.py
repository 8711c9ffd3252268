"""What a new record at a point would belong to: the first guess of every form."""

from dataclasses import dataclass
from typing import Any

import shapely

from addresses.models import ChangeSet
from addresses.queries.data_model import entity
from addresses.queries.drafted import Drafted
from addresses.queries.labels import value_label
from addresses.queries.naming import Names
from addresses.queries.records import Body
from addresses.rules.along import standings
from addresses.rules.numbering import Door, Numbered, Rule, numbers
from addresses.rules.plane import Plane

_FAR = 80.0  # metres to a street
_OWN = 30.0  # metres within which a street of the draft goes before nearer ones
_MOST = 5  # streets that are offered
_DEGREES = 0.001


@dataclass(frozen=True)
class Beside:
    """A side of a near street."""

    street: Body
    side: Body
    metres: float


def surroundings(change_set: ChangeSet | None, lon: float, lat: float) -> dict[str, Any]:
    """`neighbourhood`, `building`, `parcel`: {uid, title} or None; `side`: the sides of near
    streets, the likeliest first; `number` and `suffix`: what fits between its neighbours there.
    `nearest` names the nearest street where it is not the one that is suggested."""
    drafted = Drafted(change_set)
    point = shapely.Point(lon, lat)
    areas = {
        name: _holding(drafted, name, point) for name in ("neighbourhood", "building", "parcel")
    }
    streets = _streets(drafted, point)
    sides = _sides(drafted, streets, point, areas["neighbourhood"])
    held = [(entity(name), body) for name, body in areas.items() if body]
    names = Names(change_set, [*held, *((entity("street_side"), one.side) for one in sides)])
    found: dict[str, Any] = dict.fromkeys([*areas, "district"])
    for kind, body in held:
        found[kind.name] = {"uid": body["uid"], "title": names.label(kind, body)}
        if kind.name == "neighbourhood":
            district = body["district"]
            found["district"] = {"uid": district, "title": names.shown(district)}
    found["side"] = [
        {
            "uid": one.side["uid"],
            "title": f"{one.street['name']} ({value_label('side', one.side['side'])})"
            f" · {names.shown(one.side['neighbourhood'])} · {round(one.metres)} m",
            "street": one.street["uid"],
            "metres": round(one.metres),
        }
        for one in sides
    ]
    found["nearest"] = _passed_over(streets, sides)
    number = fitting_number(drafted, point, sides[0]) if sides else Numbered(0)
    return found | {"number": number.number, "suffix": number.suffix}


def near_sides(drafted: Drafted, point: Any) -> list[Beside]:
    """The sides of near streets, the likeliest for a door at this point (degrees) first."""
    area = _holding(drafted, "neighbourhood", point)
    return _sides(drafted, _streets(drafted, point), point, area)


def fitting_number(drafted: Drafted, point: Any, beside: Beside) -> Numbered:
    """By the rule, between the numbers that are there."""
    street, side = beside.street, beside.side
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


def _holding(drafted: Drafted, name: str, point: Any) -> Body | None:
    for body in drafted.near(entity(name), point.bounds, limit=50).bodies:
        if body["geometry"] and shapely.geometry.shape(body["geometry"]).intersects(point):
            return body
    return None


def _streets(drafted: Drafted, point: Any) -> list[tuple[float, Body, bool]]:
    """Near streets with their distance in metres, the nearest first; whether the draft makes it."""
    plane = Plane.around(point)
    foot, kind = plane.metres(point), entity("street")
    found = []
    for street in drafted.near(kind, point.buffer(_DEGREES).bounds, limit=200).bodies:
        if street["geometry"]:
            metres = plane.metres(shapely.geometry.shape(street["geometry"])).distance(foot)
            if metres <= _FAR:
                new = drafted.operation(kind, street["uid"]) == "CREATE"
                found.append((metres, street, new))
    return sorted(found, key=lambda row: (row[0], row[1]["uid"]))


def _sides(
    drafted: Drafted, streets: list[tuple[float, Body, bool]], point: Any, area: Body | None
) -> list[Beside]:
    """Whoever draws a street means it: it goes before others that are a little nearer. Of each
    street the hand on which the point lies, in its neighbourhood, comes first."""
    likely = sorted(streets, key=lambda row: not (row[2] and row[0] <= _OWN))[:_MOST]
    by_street: dict[str, list[Body]] = {}
    uids = [street["uid"] for _metres, street, _new in likely]
    for side in drafted.having(entity("street_side"), "street", uids):
        by_street.setdefault(side["street"], []).append(side)
    found = []
    for metres, street, _new in likely:
        line = shapely.geometry.shape(street["geometry"])
        hand = "L" if standings(line, [point])[0].left else "R"

        def rank(side: Body, hand: str = hand) -> tuple[bool, bool, str]:
            elsewhere = area is not None and side["neighbourhood"] != area["uid"]
            return side["side"] not in (hand, "B"), elsewhere, side["uid"]

        found += [
            Beside(street, side, metres)
            for side in sorted(by_street.get(street["uid"], []), key=rank)
        ]
    return found


def _passed_over(
    streets: list[tuple[float, Body, bool]], sides: list[Beside]
) -> dict[str, Any] | None:
    if not streets or (sides and sides[0].street["uid"] == streets[0][1]["uid"]):
        return None
    metres, street, _new = streets[0]
    return {"uid": street["uid"], "title": street["name"], "metres": round(metres)}
